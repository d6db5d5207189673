#include "signaling/sip/message_body.hpp"

#include <algorithm>
#include <memory>

#include "config/limits.hpp"
#include "signaling/sip/multipart.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

constexpr std::string_view list_type = "application/resource-lists+xml";

/// RFC 3261 §20.11: what nobody says is required.
bool is_optional(std::string_view disposition) {
  const auto handling = parameter(disposition, "handling");
  return handling && same_word(*handling, "optional");
}

rejection bad_body(std::string_view why) {
  return {400, "Bad Request (" + std::string(why) + ")", {}};
}

rejection unsupported(body_place place) {
  std::string types = "application/sdp, multipart/mixed, multipart/related";
  if (place == body_place::initial) types += ", " + std::string(list_type);
  return {415, "Unsupported Media Type", "Accept: " + types + "\r\n"};
}

bool is_plain(const body_part& part) {
  const std::string_view transfer = part.transfer_encoding;
  const bool as_is = transfer.empty() || same_word(transfer, "binary") || same_word(transfer, "8bit") ||
                     same_word(transfer, "7bit");
  return as_is && (part.encoding.empty() || same_word(part.encoding, "identity"));
}

enum class meaning : uint8_t { none, sdp, recipients, elsewhere };

/// Without a disposition SDP is the session's (RFC 3261 §20.11), and a list is nothing.
meaning meaning_of(const body_part& part, body_place place) {
  const auto wanted = without_parameters(part.disposition);
  if (same_word(wanted, "by-reference")) return meaning::elsewhere;
  if (!is_plain(part)) return meaning::none;
  const auto type = without_parameters(part.type);
  if (same_word(type, "application/sdp") && (wanted.empty() || same_word(wanted, "session")))
    return meaning::sdp;
  if (place == body_place::initial && same_word(type, list_type) && same_word(wanted, "recipient-list"))
    return meaning::recipients;
  return meaning::none;
}

/// False when it says something for the second time.
bool take(meaning what, std::string_view content, message_body& out) {
  if (what != meaning::sdp && what != meaning::recipients) return true;
  auto& place = what == meaning::sdp ? out.sdp : out.recipients;
  if (place) return false;
  place = content;
  return true;
}

void take_icon(const body_part& part, message_body& out) {
  const auto type = without_parameters(part.type);
  const bool fits = part.content.size() <= limits::file_icon_bytes && is_icon(type, part.content);
  const bool is_named_already = std::any_of(out.icons.begin(), out.icons.end(),
                                            [&](const icon_part& one) { return one.id == part.id; });
  if (part.id.empty() || !is_plain(part) || !fits || is_named_already) return;
  out.icons.push_back({part.id, std::string(type), part.content});
}

std::variant<message_body, rejection> read_mixed(const std::vector<body_part>& parts, body_place place) {
  message_body out;
  for (const auto& part : parts) {
    if (parts.size() > 1 && same_word(without_parameters(part.disposition), "icon")) {
      take_icon(part, out);
      continue;
    }
    const auto what = meaning_of(part, place);
    if (what == meaning::none && !is_optional(part.disposition)) return unsupported(place);
    if (!take(what, part.content, out)) return bad_body("two body parts of one kind");
  }
  return out;
}

std::variant<message_body, rejection> read_alternative(const std::vector<body_part>& parts,
                                                       body_place place) {
  message_body out;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    const auto what = meaning_of(*part, place);
    if (what != meaning::sdp && what != meaning::recipients) continue;
    (void)take(what, part->content, out);
    return out;
  }
  return unsupported(place);
}

std::variant<message_body, rejection> read_multipart(std::string_view type, std::string_view content,
                                                     body_place place) {
  const auto parts = split_multipart(type, content);
  if (!parts && parts.error().code == errc::too_large) return rejection{413, "Request Entity Too Large", {}};
  if (!parts) return bad_body(parts.error().text);
  const bool choice = same_word(without_parameters(type), "multipart/alternative");
  return choice ? read_alternative(*parts, place) : read_mixed(*parts, place);
}

std::variant<message_body, rejection> read_required(const wire_message& message, body_place place) {
  const auto coding = message.first("content-encoding");
  if (!coding.empty() && !same_word(coding, "identity"))
    return rejection{415, "Unsupported Media Type", "Accept-Encoding: identity\r\n"};
  const auto type = message.first("content-type");
  if (is_multipart(type)) return read_multipart(type, message.content(), place);
  const body_part whole{std::string(type),
                        std::string(message.first("content-disposition")),
                        std::string(message.first("content-transfer-encoding")),
                        {},
                        message.content()};
  return read_mixed({whole}, place);
}

}  // namespace

std::variant<message_body, rejection> read_body(const wire_message& message, body_place place) {
  if (message.content().empty()) return message_body{};
  auto read = read_required(message, place);
  if (std::holds_alternative<rejection>(read) && is_optional(message.first("content-disposition")))
    return message_body{};
  return read;
}

std::optional<std::string> sdp_of(const wire_message& message) {
  const auto read = read_body(message, body_place::initial);
  const auto* body = std::get_if<message_body>(&read);
  if (body == nullptr || !body->sdp) return std::nullopt;
  return std::string(*body->sdp);
}

std::vector<file_icon> icons_of(const wire_message& message) {
  const auto read = read_body(message, body_place::initial);
  const auto* body = std::get_if<message_body>(&read);
  std::vector<file_icon> out;
  if (body == nullptr) return out;
  for (const auto& one : body->icons)
    out.push_back({one.id, one.type, std::make_shared<const std::string>(one.content)});
  return out;
}

}  // namespace confab::sip
