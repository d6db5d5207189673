#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The `pin` of a room in a URI (`sip:room@host;pin=1234`), which is for this server alone: nobody else is to
/// read it, in documents, in headers or in the log.
namespace confab::sip {

/// Of a Request-URI; nothing when it has none, or cannot be read. An escaped one stays escaped.
[[nodiscard]] std::optional<std::string> pin_of(std::string_view request_uri);

/// A URI, or a header value with URIs in it, without any `;pin=…`.
[[nodiscard]] std::string without_pin(std::string_view text);

/// A whole message as it may be written down: values of `pin=` are `***` wherever they stand, escaped or not,
/// and so is every key that an INFO carries (RFC 6086), since it may belong to a PIN.
[[nodiscard]] std::string masked(std::string_view message);

}  // namespace confab::sip
