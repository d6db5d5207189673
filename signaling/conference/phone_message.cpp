#include "signaling/conference/phone_message.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "signaling/conference/user_key.hpp"
#include "signaling/sip/text.hpp"

namespace confab::conference {
namespace {

constexpr std::string_view plain_text = "text/plain;charset=UTF-8";

/// "Alice", else "alice@example.com"; nobody is taken for a verified other of that name (decision 019).
std::string who_says(const chat_address& from, bool is_public) {
  std::string out = from.name;
  if (out.empty()) {
    const auto colon = from.uri.find(':');
    out = from.uri.substr(colon == std::string::npos ? 0 : colon + 1);
    out.resize(std::min(out.find(';'), out.size()));
  }
  if (names_unverified(from.uri)) out += " (unverified)";
  if (!is_public) out += " (private)";
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
  const bool plain = sip::same_word(sip::without_parameters(type), "text/plain");
  out.body = plain ? out.sender + ": " + std::string(body) : std::string(body);
  return out;
}

phone_message for_phone(const chat_address& room, std::string_view text) {
  return {room.name, std::string(plain_text), std::string(text), {}};
}

}  // namespace confab::conference
