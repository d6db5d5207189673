#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "media/msrp/headers.hpp"
#include "media/msrp/uri.hpp"

namespace confab::msrp {

/// A body that several readers share. Raw bytes, not necessarily text.
using shared_body = std::shared_ptr<const std::string>;

/// The start line and headers of a request or response (RFC 4975 §9). What each header means is read by
/// `requests.hpp`.
struct head {
  std::string transaction_id;
  std::string method = {};   ///< "SEND", "REPORT", "NICKNAME" …; empty: a response
  uint16_t code = 0;         ///< of a response
  std::string comment = {};  ///< of a response
  path to_path;
  path from_path;
  std::vector<header> headers = {};  ///< all others, in their order
  [[nodiscard]] bool is_response() const noexcept { return method.empty(); }
  bool operator==(const head&) const = default;
};

/// Reads a start line, `MSRP tid METHOD` or `MSRP tid 200 OK`, into an empty head.
result<head> parse_start_line(std::string_view line);
/// Reads the header line, without its CRLF, into `into`. `malformed`: no header, or a second path.
result<void> parse_header_line(std::string_view line, head& into);

/// Appends start line and headers with their CRLFs; with `has_body` also the empty line. The headers must
/// hold Content-Type as the last then.
void write_head(std::string& out, const head& h, bool has_body);
/// Appends `-------tid$` CRLF; with `has_body` the CRLF that ends the body before it.
void write_end_line(std::string& out, std::string_view transaction_id, continuation flag, bool has_body);

/// A whole request or response without a body.
[[nodiscard]] std::string write(const head& h);
/// A whole request with one. `body` must not hold the end-line (`holds_end_line`).
[[nodiscard]] std::string write(const head& h, std::string_view body, continuation flag = continuation::last);

}  // namespace confab::msrp
