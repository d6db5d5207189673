#include "signaling/xml/text.hpp"

#include <cstddef>
#include <cstdint>

namespace confab::xml {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

uint8_t byte(std::string_view text, size_t at) {
  return static_cast<uint8_t>(text[at]);
}

bool continues(std::string_view text, size_t at, uint8_t lowest = 0x80, uint8_t highest = 0xBF) {
  return at < text.size() && byte(text, at) >= lowest && byte(text, at) <= highest;
}

/// Length of the character at `at`; 0 where there is none of RFC 3629 §4 (so overlong forms and surrogates
/// are none), or one that XML 1.0 §2.2 leaves out.
size_t character_bytes(std::string_view text, size_t at) {
  const uint8_t first = byte(text, at);
  if (first < 0x80) return first >= 0x20 || first == '\t' || first == '\n' || first == '\r' ? 1 : 0;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (first < 0xE0) return continues(text, at + 1) ? 2 : 0;
  if (first < 0xF0) {
    const bool whole = continues(text, at + 1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) &&
                       continues(text, at + 2);
    // U+FFFE and U+FFFF
    const bool left_out = whole && first == 0xEF && byte(text, at + 1) == 0xBF && byte(text, at + 2) >= 0xBE;
    return whole && !left_out ? 3 : 0;
  }
  const bool whole = continues(text, at + 1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) &&
                     continues(text, at + 2) && continues(text, at + 3);
  return whole ? 4 : 0;
}

bool changes_on_its_way(char c, place where) {
  return c == '\r' || (where == place::attribute && (c == '\t' || c == '\n'));
}

}  // namespace

bool is_clean(std::string_view value, place where) noexcept {
  for (size_t at = 0; at < value.size();) {
    const size_t length = character_bytes(value, at);
    if (length == 0 || changes_on_its_way(value[at], where)) return false;
    at += length;
  }
  return true;
}

std::string cleaned(std::string_view value, place where) {
  std::string out;
  out.reserve(value.size());
  for (size_t at = 0; at < value.size();) {
    const size_t length = character_bytes(value, at);
    if (length == 0) {
      out += replacement;
      ++at;
    } else if (changes_on_its_way(value[at], where)) {
      // A carriage return and a line feed are one line end.
      at += value.substr(at, 2) == "\r\n" ? 2 : 1;
      out += where == place::attribute ? ' ' : '\n';
    } else {
      out += value.substr(at, length);
      at += length;
    }
  }
  return out;
}

bool is_blank(std::string_view value) noexcept {
  return value.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace confab::xml
