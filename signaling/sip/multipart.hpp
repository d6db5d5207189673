#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "signaling/sip/file_icon.hpp"

namespace confab::sip {

/// One part of a multipart body (RFC 2046 §5.1.1). Header values are as written, folding undone; empty:
/// absent.
struct body_part {
  std::string type;         ///< Content-Type; absent: "text/plain"
  std::string disposition;  ///< Content-Disposition
  std::string transfer_encoding;
  std::string encoding;      ///< Content-Encoding
  std::string_view content;  ///< borrows from the body
  std::string id{};          ///< Content-ID, without its brackets
};

/// The media type is a multipart one, whatever its subtype.
[[nodiscard]] bool is_multipart(std::string_view content_type);

/// The parts in their order, at least one; what stands before the first and behind the last delimiter is
/// nobody's. `malformed`: no boundary, one that RFC 2046 does not allow, or no closing delimiter.
/// `too_large`: more than `limits::multipart_parts`, or a part's head past `limits::multipart_head_bytes`.
/// Lines may end with LF alone.
result<std::vector<body_part>> split_multipart(std::string_view content_type, std::string_view body);

struct typed_body {
  std::string type;  ///< Content-Type
  std::string content;
};
/// RFC 2387: session description and picture as one `multipart/related`. `boundary` must be in neither:
/// random.
[[nodiscard]] typed_body related(const std::string& sdp, const file_icon& icon, const std::string& boundary);

}  // namespace confab::sip
