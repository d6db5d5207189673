#include "signaling/web/text.hpp"

#include <algorithm>
#include <cstdint>

#include "config/limits.hpp"
#include "config/shown_text.hpp"
#include "signaling/xml/text.hpp"

namespace confab::web {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// RFC 9110 §5.6.2.
bool is_token_character(char c) {
  return is_alphanumeric(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// Not within a character of UTF-8.
std::string_view cut(std::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (static_cast<uint8_t>(text[most]) & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string out;
  const auto shown = shown_text(cut(text, limits::web_name_bytes));
  for (const char c : xml::cleaned(shown, xml::place::attribute)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
    } else {
      const auto value = static_cast<uint8_t>(c);
      out += {'%', digits[value >> 4], digits[value & 15]};
    }
  }
  return out;
}

/// Both slashes part a path for somebody; what begins with a dot would be hidden, and what turns the
/// direction of text shows another end of the name than there is.
std::string attachment_named(std::string_view name) {
  const auto shown = shown_text(name.substr(name.find_last_of("/\\") + 1));
  auto whole = xml::cleaned(cut(shown, limits::web_name_bytes), xml::place::attribute);
  whole.erase(0, whole.find_first_not_of(". "));
  if (whole.empty()) whole = "file";
  std::string plain;
  for (const char c : whole) {
    const bool kept = c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '%';
    if (kept) {
      plain += c;
    } else if ((static_cast<uint8_t>(c) & 0xC0) != 0x80) {
      plain += '_';
    }
  }
  return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + percent_encode(whole);
}

std::string media_type(std::string_view text) {
  constexpr size_t longest = 127;
  text = text.substr(0, text.find_first_of("; "));
  const size_t slash = text.find('/');
  const bool good =
      slash != std::string_view::npos && slash > 0 && slash + 1 < text.size() && text.size() <= longest &&
      std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(slash), is_token_character) &&
      std::all_of(text.begin() + static_cast<ptrdiff_t>(slash) + 1, text.end(), is_token_character);
  return good ? std::string(text) : "application/octet-stream";
}

std::string event_text(std::string_view name, std::string_view data) {
  std::string out = "event: " + std::string(name) + "\n";
  while (true) {
    const size_t end = data.find_first_of("\r\n");
    out += "data: ";
    out += data.substr(0, end);
    out += '\n';
    if (end == std::string_view::npos) break;
    data.remove_prefix(end + 1);
  }
  return out + "\n";
}

std::string bare_uri(std::string_view uri) {
  const size_t colon = uri.find(':');
  if (colon != std::string_view::npos) uri.remove_prefix(colon + 1);
  return std::string(uri.substr(0, uri.find(';')));
}

}  // namespace confab::web
