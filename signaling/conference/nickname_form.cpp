#include "signaling/conference/nickname_form.hpp"

#include <algorithm>
#include <array>

#include "config/limits.hpp"
#include "signaling/xml/text.hpp"

namespace confab::conference {
namespace {

struct span_of_points {
  char32_t first;
  char32_t last;
  [[nodiscard]] constexpr bool holds(char32_t c) const noexcept { return first <= c && c <= last; }
};

/// Controls, fillers, joiners, marks of direction, variation selectors of Mongolian, marks of music, tags,
/// private use.
constexpr std::array<span_of_points, 22> unseen{
    {{0x0000, 0x001F},   {0x007F, 0x009F},   {0x00AD, 0x00AD}, {0x034F, 0x034F},   {0x061C, 0x061C},
     {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F}, {0x200B, 0x200F},   {0x2028, 0x202E},
     {0x2060, 0x206F},   {0x2800, 0x2800},   {0x3164, 0x3164}, {0xE000, 0xF8FF},   {0xFDD0, 0xFDEF},
     {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
     {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF}}};

constexpr std::array<span_of_points, 7> blanks{{{0x0020, 0x0020},
                                                {0x00A0, 0x00A0},
                                                {0x1680, 0x1680},
                                                {0x2000, 0x200A},
                                                {0x202F, 0x202F},
                                                {0x205F, 0x205F},
                                                {0x3000, 0x3000}}};

template <size_t N>
constexpr bool is_in(const std::array<span_of_points, N>& all, char32_t c) noexcept {
  return std::any_of(all.begin(), all.end(), [&](const span_of_points& one) { return one.holds(c); });
}

/// The first of `bytes`, which are UTF-8, and takes it off.
char32_t next(std::string_view& bytes) noexcept {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const size_t count = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t c = count == 1 ? lead : lead & (0xFFU >> (count + 1));
  for (size_t i = 1; i < count; ++i) c = (c << 6U) | (static_cast<unsigned char>(bytes[i]) & 0x3FU);
  bytes.remove_prefix(count);
  return c;
}

void append(std::string& out, char32_t c) {
  const auto tail = [&](unsigned shift) { out += static_cast<char>(0x80U | ((c >> shift) & 0x3FU)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0U | (c >> 6U));
    tail(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0U | (c >> 12U));
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | (c >> 18U));
    tail(12);
    tail(6);
    tail(0);
  }
}

char32_t lower_latin(char32_t c) noexcept {
  if ((c >= 'A' && c <= 'Z') || (c >= 0xC0 && c <= 0xDE && c != 0xD7)) return c + 0x20;
  if (c == 0x130) return 'i';
  if (c == 0x178) return 0xFF;
  if (c == 0x17F) return 's';
  const bool odd_is_upper = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E);
  if (odd_is_upper) return c + c % 2;
  const bool even_is_upper = c >= 0x100 && c <= 0x177 && c != 0x131 && c != 0x138;
  return even_is_upper ? c | 1U : c;
}

char32_t lower_greek(char32_t c) noexcept {
  if (c >= 0x391 && c <= 0x3AB && c != 0x3A2) return c + 0x20;
  if (c >= 0x388 && c <= 0x38A) return c + 37;
  switch (c) {
    case 0x386:
      return 0x3AC;
    case 0x38C:
      return 0x3CC;
    case 0x38E:
    case 0x38F:
      return c + 63;
    case 0x3C2:  // the sigma at the end of a word
      return 0x3C3;
    default:
      return c;
  }
}

char32_t lower_cyrillic(char32_t c) noexcept {
  if (c >= 0x400 && c <= 0x40F) return c + 0x50;
  if (c >= 0x410 && c <= 0x42F) return c + 0x20;
  if (c == 0x4C0) return 0x4CF;
  if (c >= 0x4C1 && c <= 0x4CE) return c + c % 2;
  const bool paired = (c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F);
  return paired ? c | 1U : c;
}

char32_t folded(char32_t c) noexcept {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c < 0x180) return lower_latin(c);
  if (c >= 0x386 && c <= 0x3CE) return lower_greek(c);
  if (c >= 0x400 && c <= 0x52F) return lower_cyrillic(c);
  return c;
}

/// How to draw what stands before: emoji have it or not.
constexpr bool is_variation(char32_t c) noexcept {
  return c >= 0xFE00 && c <= 0xFE0F;
}

constexpr bool is_unseen(char32_t c) noexcept {
  const bool is_no_character = (c & 0xFFFEU) == 0xFFFEU;
  return is_no_character || (is_in(unseen, c) && !is_in(blanks, c));
}

constexpr bool ends_line(char32_t c) noexcept {
  return (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

}  // namespace

std::string name_as_read(std::string_view name) {
  const std::string bytes = xml::cleaned(name, xml::place::attribute);
  std::string key;
  for (std::string_view rest = bytes; !rest.empty();) {
    const char32_t c = next(rest);
    if (is_variation(c)) continue;
    if (is_in(blanks, c) || ends_line(c)) {
      if (!key.empty() && key.back() != ' ') key += ' ';
    } else if (!is_unseen(c)) {
      append(key, folded(c));
    }
  }
  if (key.ends_with(' ')) key.pop_back();
  return key;
}

std::string seen_name(std::string_view name) {
  const std::string bytes = xml::cleaned(name, xml::place::attribute);
  std::string out;
  for (std::string_view rest = bytes; !rest.empty();) {
    const char32_t c = next(rest);
    if (ends_line(c)) {
      out += ' ';
    } else if (!is_unseen(c)) {
      append(out, c);
    }
  }
  return out;
}

std::optional<std::string> nickname_key(std::string_view name) {
  if (name.size() > limits::nickname_bytes || !xml::is_clean(name, xml::place::attribute))
    return std::nullopt;
  for (std::string_view rest = name; !rest.empty();) {
    if (is_unseen(next(rest))) return std::nullopt;
  }
  auto key = name_as_read(name);
  if (key.empty()) return std::nullopt;
  return key;
}

}  // namespace confab::conference
