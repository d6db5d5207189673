#include <array>
#include <charconv>
#include <cstdio>
#include <optional>

#include "media/msrp/cpim.hpp"

namespace confab::msrp {
namespace {

/// The character a letter behind a backslash stands for.
std::optional<char> plain_escape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 't':
      return '\t';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case '"':
    case '\'':
    case '\\':
      return letter;
    default:
      return std::nullopt;
  }
}

/// The four digits of `\uXXXX` at the front of `text`.
std::optional<uint32_t> unicode_escape(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  uint32_t value = 0;
  const char* end = text.data() + 6;
  const auto [stop, fault] = std::from_chars(text.data() + 2, end, value, 16);
  if (fault != std::errc{} || stop != end) return std::nullopt;
  return value;
}

void append_utf8(std::string& out, uint32_t c) {
  const auto put = [&](uint32_t byte) { out += static_cast<char>(byte); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3f));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3f));
    put(0x80 | (c >> 6 & 0x3f));
  }
  put(0x80 | (c & 0x3f));
}

/// Appends what the Unicode escape at the front of `text` means; the number of bytes used, 0 for none.
size_t append_unicode(std::string& out, std::string_view text) {
  const auto first = unicode_escape(text);
  if (!first) return 0;
  if (*first < 0xd800 || *first > 0xdfff) {
    append_utf8(out, *first);
    return 6;
  }
  const auto second = unicode_escape(text.substr(6));
  if (*first > 0xdbff || !second || *second < 0xdc00 || *second > 0xdfff) return 0;  // half a pair
  append_utf8(out, 0x10000 + ((*first & 0x3ff) << 10 | (*second & 0x3ff)));
  return 12;
}

}  // namespace

std::string unescape_cpim(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
    } else if (const auto c = plain_escape(text[i + 1])) {
      out += *c;
      ++i;
    } else if (const size_t used = append_unicode(out, text.substr(i)); used != 0) {
      i += used - 1;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string escape_cpim(std::string_view text, bool quotes) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool edge = c == ' ' && (i == 0 || i + 1 == text.size());
    if (c == '\\' || (quotes && c == '"')) {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte == 0x7f || edge) {
      std::array<char, 8> hex{};
      std::snprintf(hex.data(), hex.size(), "\\u%04x", byte);
      out += hex.data();
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace confab::msrp
