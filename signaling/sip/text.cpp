#include "signaling/sip/text.hpp"

#include <algorithm>

namespace confab::sip {

namespace {

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Knows, character by character, whether a separator would count.
class nesting {
 public:
  /// True when `c` stands outside quotes and brackets.
  bool outside(char c) noexcept {
    if (escaped_) {
      escaped_ = false;
      return false;
    }
    if (quoted_) {
      if (c == '\\') escaped_ = true;
      if (c == '"') quoted_ = false;
      return false;
    }
    if (c == '"') {
      quoted_ = true;
      return false;
    }
    if (c == '<') bracketed_ = true;
    if (c == '>') bracketed_ = false;
    return !bracketed_ && c != '>';
  }

 private:
  bool quoted_ = false;
  bool escaped_ = false;
  bool bracketed_ = false;
};

}  // namespace

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool same_word(std::string_view left, std::string_view right) noexcept {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lower(a) == lower(b); });
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

std::optional<uint64_t> parse_number(std::string_view digits, uint64_t max) noexcept {
  if (digits.empty()) return std::nullopt;
  uint64_t value = 0;
  for (char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<uint64_t>(c - '0');
    if (digit > max || value > (max - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  nesting nest;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !(nest.outside(text[i]) && text[i] == separator)) continue;
    const auto piece = trim(text.substr(start, i - start));
    if (!piece.empty()) pieces.push_back(piece);
    start = i + 1;
  }
  return pieces;
}

std::string_view without_parameters(std::string_view header_value) {
  nesting nest;
  for (size_t i = 0; i < header_value.size(); ++i)
    if (nest.outside(header_value[i]) && header_value[i] == ';') return trim(header_value.substr(0, i));
  return trim(header_value);
}

std::optional<std::string_view> parameter(std::string_view header_value, std::string_view name) {
  const auto head = without_parameters(header_value);
  const auto behind = trim(header_value).substr(head.size());
  for (const auto piece : split(behind, ';')) {
    const auto equals = piece.find('=');
    if (!same_word(trim(piece.substr(0, equals)), name)) continue;
    return equals == std::string_view::npos ? std::string_view{} : trim(piece.substr(equals + 1));
  }
  return std::nullopt;
}

bool list_has(std::string_view list, std::string_view token) {
  const auto items = split(list, ',');
  return std::any_of(items.begin(), items.end(),
                     [&](std::string_view item) { return same_word(without_parameters(item), token); });
}

std::string header_safe(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out.push_back(c);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : header_safe(text)) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
  return out;
}

std::string body_lines(const std::string& body, std::string_view type) {
  if (body.empty()) return "Content-Length: 0\r\n\r\n";
  return "Content-Type: " + std::string(type) + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

}  // namespace confab::sip
