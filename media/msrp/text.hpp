#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

/// Small readers that the MSRP files share; private to this folder. Views borrow from the text they are
/// given.
namespace confab::msrp::text {

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
  return is_digit(c) || is_letter(c);
}

/// RFC 4975 §9 token: printable ASCII without separators.
[[nodiscard]] inline bool is_token(std::string_view word) noexcept {
  return !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("()<>@,;:\\\"/[]?={}").find(c) == std::string_view::npos;
  });
}

/// RFC 4975 §9 utf8text, except that bytes above 0x7f are not checked to be UTF-8: no control but the tab.
[[nodiscard]] inline bool is_line_text(std::string_view line) noexcept {
  return std::all_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

/// RFC 4975 §9 ident: 4 to 32 characters, of transaction ids and Message-IDs.
[[nodiscard]] inline bool is_identifier(std::string_view word) noexcept {
  return word.size() >= 4 && word.size() <= 32 && is_alphanumeric(word.front()) &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return is_alphanumeric(c) || c == '.' || c == '-' || c == '+' || c == '%' || c == '=';
         });
}

/// Digits only (no sign, no space) and at most `max`.
[[nodiscard]] inline std::optional<uint64_t> number(std::string_view digits, uint64_t max) noexcept {
  uint64_t value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || end != digits.data() + digits.size() || value > max) return std::nullopt;
  return value;
}

[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// Names of headers, types and schemes compare without case.
[[nodiscard]] inline bool same(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

/// `rest` without spaces and tabs around it.
[[nodiscard]] inline std::string_view trimmed(std::string_view rest) noexcept {
  const size_t begin = rest.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return rest.substr(begin, rest.find_last_not_of(" \t") - begin + 1);
}

/// What stands before `mark`, taken off `rest` together with it; all of it where there is none.
[[nodiscard]] inline std::string_view take_until(std::string_view& rest, char mark) noexcept {
  const size_t end = rest.find(mark);
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return word;
}

/// The start of what a peer sent, for the text of an error.
[[nodiscard]] inline std::string_view shown(std::string_view bytes) noexcept {
  constexpr size_t shown_bytes = 80;
  return bytes.substr(0, shown_bytes);
}

}  // namespace confab::msrp::text
