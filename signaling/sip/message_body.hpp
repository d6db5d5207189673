#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "signaling/sip/file_icon.hpp"
#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// Where a list of recipients means something: in an INVITE that begins a call (RFC 5366 §5.1).
enum class body_place : uint8_t { initial, in_dialog };

/// A part that `a=file-icon` may name.
struct icon_part {
  std::string id;
  std::string type;
  std::string_view content;
};

/// What a body says that we understand; borrows from the message.
struct message_body {
  std::optional<std::string_view> sdp;         ///< the session description
  std::optional<std::string_view> recipients;  ///< a list in XML (RFC 4826)
  std::vector<icon_part> icons{};              ///< that may be kept; others are left out
};

/// The body, which may be one of the two or a multipart of them and others (RFC 5621). What we do not
/// understand is left out where its `handling` is optional, else it is 415; 400 for a multipart body that
/// cannot be read or that says something twice, 413 for one with too many parts. In a `multipart/alternative`
/// the last part that we understand counts. Parts that headers refer to (`by-reference`) are left out.
/// Icons of files (RFC 5547 §6) are no reason to refuse anything: what is no picture, or too large, is left
/// out. Multipart bodies within parts, and transfer encodings, are not understood.
[[nodiscard]] std::variant<message_body, rejection> read_body(const wire_message& message, body_place place);

/// The SDP of a request or response, if it has one that can be read.
[[nodiscard]] std::optional<std::string> sdp_of(const wire_message& message);
/// The pictures that come with it, each under a name of its own.
[[nodiscard]] std::vector<file_icon> icons_of(const wire_message& message);

}  // namespace confab::sip
