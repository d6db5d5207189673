#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// How data gets into pages, URLs, headers and events. Pure functions; whatever bytes come in, what comes out
/// is of the form it says.
namespace confab::web {

/// For HTML text and for attributes between double quotes: what is not UTF-8 becomes U+FFFD, white space a
/// space, and what turns the direction of text goes (`shown_text`). At most `limits::web_name_bytes` are
/// taken.
[[nodiscard]] std::string escape_html(std::string_view text);

/// RFC 3986 §2.1: all but unreserved characters.
[[nodiscard]] std::string percent_encode(std::string_view text);

/// RFC 6266, RFC 8187: `attachment; filename="…"; filename*=UTF-8''…`. The name is its last path component,
/// without what turns the direction of text (`shown_text`).
[[nodiscard]] std::string attachment_named(std::string_view name);

/// A media type that may stand in a header, `application/octet-stream` for any other text. Parameters go.
[[nodiscard]] std::string media_type(std::string_view text);

/// One event of an event stream (HTML Living Standard §9.2): each line of `data` is one of it. Carriage
/// returns count as line ends too.
[[nodiscard]] std::string event_text(std::string_view name, std::string_view data);

/// `alice@example.com` of "sip:alice@example.com;unverified".
[[nodiscard]] std::string bare_uri(std::string_view uri);

}  // namespace confab::web
