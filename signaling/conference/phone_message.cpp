#include "signaling/conference/phone_message.hpp"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "config/limits.hpp"
#include "signaling/conference/nickname_form.hpp"
#include "signaling/conference/user_key.hpp"
#include "signaling/sip/text.hpp"

namespace confab::conference {
namespace {

constexpr std::string_view unverified_mark = " (unverified)";
constexpr std::string_view private_mark = " (private)";
constexpr std::string_view plain_text = "text/plain;charset=UTF-8";

/// Whether people read what the room alone says behind a name.
bool has_a_mark(std::string_view name) {
  auto read = name_as_read(name);
  read.erase(std::remove(read.begin(), read.end(), ' '), read.end());
  return read.find("(private)") != std::string::npos || read.find("(unverified)") != std::string::npos;
}

/// One line, whatever characters it came with; nothing where it says what only the room may.
std::string clean_name(std::string_view name) {
  return has_a_mark(name) ? std::string() : std::string(sip::trim(seen_name(name)));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Of a content type; empty: not said, thus ASCII or UTF-8.
std::string_view charset_of(std::string_view type) {
  constexpr std::string_view word = "charset=";
  while (!type.empty()) {
    const auto at = std::min(type.find(';'), type.size());
    auto one = sip::trim(type.substr(0, at));
    type.remove_prefix(std::min(at + 1, type.size()));
    if (one.size() <= word.size() || !sip::same_word(one.substr(0, word.size()), word)) continue;
    one.remove_prefix(word.size());
    return one.size() > 1 && one.starts_with('"') && one.ends_with('"') ? one.substr(1, one.size() - 2) : one;
  }
  return {};
}

std::string utf8_of_latin1(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) out += static_cast<char>(0xC0U | (byte >> 6U));
    out += byte < 0x80 ? c : static_cast<char>(0x80U | (byte & 0x3FU));
  }
  return out;
}

/// "Alice", else "alice@example.com"; nobody is taken for a verified other of that name (decision 019).
std::string who_says(const chat_address& from, bool is_public, bool by_name = true) {
  std::string out = by_name ? clean_name(from.name) : std::string();
  if (out.empty()) {
    const auto colon = from.uri.find(':');
    out = from.uri.substr(colon == std::string::npos ? 0 : colon + 1);
    out.resize(std::min(out.find(';'), out.size()));
  }
  if (names_unverified(from.uri)) out += unverified_mark;
  if (!is_public) out += private_mark;
  return out;
}

}  // namespace

phone_message for_phone(const chat_address& from, bool is_public, std::string_view type,
                        std::string_view body) {
  phone_message out;
  out.sender = who_says(from, is_public);
  out.type = std::string(type);
  out.instead = out.sender + ": [" + std::to_string(body.size()) + " bytes, too long for this phone]";
  if (body.size() > limits::message_bytes_to_phone) {
    out.type = std::string(plain_text);
    out.body = std::exchange(out.instead, {});
    return out;
  }
  if (!sip::same_word(sip::without_parameters(type), "text/plain")) {
    out.body = std::string(body);
    return out;
  }
  // The name before it is UTF-8, unless it is ASCII. Bytes of a charset that is not known here stay what they
  // are, behind a URI if need be.
  const auto is_one_of = [charset = charset_of(type)](std::initializer_list<std::string_view> names) {
    return std::any_of(names.begin(), names.end(),
                       [&](std::string_view name) { return sip::same_word(charset, name); });
  };
  const bool latin = is_one_of({"iso-8859-1", "latin1"});
  const bool known = latin || is_one_of({"", "utf-8", "us-ascii"});
  if (latin) out.type = std::string(plain_text);
  const auto before = known || is_ascii(out.sender) ? out.sender : who_says(from, is_public, false);
  out.body = before + ": " + (latin ? utf8_of_latin1(body) : std::string(body));
  return out;
}

phone_message for_phone(const chat_address& room, std::string_view text) {
  return {room.name, std::string(plain_text), std::string(text), {}};
}

}  // namespace confab::conference
