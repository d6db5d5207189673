#include "signaling/sip/old_branch.hpp"

#include <array>
#include <cstdio>
#include <functional>

#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

constexpr std::string_view mark = ";branch=z9hG4bK-rfc2543-";
constexpr size_t digits = 16;

/// Behind the colon of the first Via line; npos when there is none.
size_t via_value(std::string_view bytes) {
  for (size_t line = bytes.find('\n'); line != std::string_view::npos; line = bytes.find('\n', line + 1)) {
    const auto colon = bytes.find_first_of(":\n", line + 1);
    if (colon == std::string_view::npos) return colon;
    const auto name = trim(bytes.substr(line + 1, colon - line - 1));
    if (bytes[colon] == ':' && (same_word(name, "via") || same_word(name, "v"))) return colon + 1;
  }
  return std::string_view::npos;
}

std::string transaction_key(const wire_message& message) {
  const auto cseq = message.first("cseq");
  std::string key;
  // The To tag is left out: an ACK has one, its INVITE has not.
  for (const auto part : {message.request_uri(), message.first("from"), message.first("call-id"),
                          cseq.substr(0, cseq.find(' ')), message.first("via")})
    key.append(part).push_back('\n');
  return key;
}

}  // namespace

std::optional<std::string> with_branch(const wire_message& message, std::string_view bytes) {
  const auto vias = message.joined("via");
  const auto list = split(vias, ',');
  if (message.is_response() || list.empty() || parameter(list.front(), "branch")) return std::nullopt;
  // What is wrong in another way stays so, for the 400 it deserves (RFC 4475 §3.1.2.1).
  for (const auto via : list)
    if (!same_word(via.substr(0, 4), "SIP/") && !same_word(via.substr(0, 4), "SIP ")) return std::nullopt;
  const auto value = via_value(bytes);
  const auto end = value == std::string_view::npos ? value : bytes.find_first_of(";,\r\n", value);
  if (end == std::string_view::npos) return std::nullopt;
  std::array<char, digits + 1> hex{};
  std::snprintf(hex.data(), hex.size(), "%016zx", std::hash<std::string>{}(transaction_key(message)));
  std::string out(bytes);
  return out.insert(end, std::string(mark) + hex.data());
}

std::optional<std::pair<size_t, size_t>> find_added_branch(std::string_view bytes) noexcept {
  const auto at = bytes.find(mark);
  if (at == std::string_view::npos || bytes.size() - at < mark.size() + digits) return std::nullopt;
  return std::pair{at, mark.size() + digits};
}

}  // namespace confab::sip
