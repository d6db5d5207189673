#include "signaling/sip/pin_text.hpp"

#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

constexpr std::string_view word = "pin";
constexpr std::string_view stars = "***";

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/// Behind `at`, over blanks and over `=` or its escape; npos when there is no `=`.
size_t behind_equals(std::string_view text, size_t at) noexcept {
  while (at < text.size() && is_blank(text[at])) ++at;
  if (at < text.size() && text[at] == '=') {
    ++at;
  } else if (at + 3 <= text.size() && same_word(text.substr(at, 3), "%3D")) {
    at += 3;
  } else {
    return std::string_view::npos;
  }
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

size_t end_of_value(std::string_view text, size_t at) noexcept {
  const auto end = text.find_first_of(";,?&>@\" \t\r\n", at);
  return end == std::string_view::npos ? text.size() : end;
}

/// The next `pin=`: where its word begins, and where its value does.
struct place {
  size_t name = std::string_view::npos;
  size_t value = std::string_view::npos;
};
place next_pin(std::string_view text, size_t from) noexcept {
  for (size_t at = from; at + word.size() <= text.size(); ++at) {
    if (!same_word(text.substr(at, word.size()), word)) continue;
    const auto value = behind_equals(text, at + word.size());
    if (value != std::string_view::npos) return {at, value};
  }
  return {};
}

/// Keys of an INFO's body: digits, `*` and `#` (`Signal=5`, or the key alone).
void mask_keys(std::string& message) {
  const auto body = message.find("\r\n\r\n", message.find("INFO"));
  if (body == std::string::npos) return;
  for (size_t i = body; i < message.size(); ++i) {
    const char c = message[i];
    if ((c >= '0' && c <= '9') || c == '#') message[i] = '*';
  }
}

}  // namespace

std::optional<std::string> pin_of(std::string_view request_uri) {
  const auto target = parse_uri(request_uri);
  return target ? target->param(word) : std::nullopt;
}

std::string without_pin(std::string_view text) {
  std::string out;
  size_t done = 0;
  for (place found = next_pin(text, 0); found.name != std::string_view::npos;
       found = next_pin(text, found.name + 1)) {
    size_t begin = found.name;
    while (begin > done && is_blank(text[begin - 1])) --begin;
    if (begin <= done || text[begin - 1] != ';') continue;  // the end of another word
    out += text.substr(done, begin - 1 - done);
    done = end_of_value(text, found.value);
  }
  out += text.substr(done);
  return out;
}

std::string masked(std::string_view message) {
  std::string out;
  size_t done = 0;
  for (place found = next_pin(message, 0); found.name != std::string_view::npos;
       found = next_pin(message, done)) {
    out += message.substr(done, found.value - done);
    out += stars;
    done = end_of_value(message, found.value);
  }
  out += message.substr(done);
  if (trim(out).starts_with("INFO ")) mask_keys(out);
  return out;
}

}  // namespace confab::sip
