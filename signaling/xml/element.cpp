#include "signaling/xml/element.hpp"

#include <algorithm>
#include <utility>

namespace confab::xml {

std::string_view element::get(std::string_view attribute_name) const noexcept {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [&](const attribute& a) { return a.name == attribute_name; });
  return found == attributes.end() ? std::string_view() : std::string_view(found->value);
}

const element* element::find(std::string_view child) const noexcept {
  const auto found = std::find_if(children.begin(), children.end(), [&](const element& e) {
    return e.name == child && e.name_space == name_space;
  });
  return found == children.end() ? nullptr : &*found;
}

std::string_view element::text_of(std::string_view child) const noexcept {
  const auto* found = find(child);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

element& element::add(std::string child) {
  auto& fresh = children.emplace_back();
  fresh.name = std::move(child);
  return fresh;
}

element& element::add(std::string child, std::string child_text) {
  auto& fresh = add(std::move(child));
  fresh.text = std::move(child_text);
  return fresh;
}

element& element::set(std::string attribute_name, std::string value) {
  attributes.push_back({std::move(attribute_name), std::move(value)});
  return *this;
}

namespace {

constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

/// Length of the valid UTF-8 sequence at the start (RFC 3629 §4); 0: there is none.
size_t sequence_length(std::string_view s) {
  const auto byte = [&](size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const auto trails = [&](size_t n) {
    for (size_t i = 1; i <= n; ++i)
      if ((byte(i) & 0xc0U) != 0x80U) return false;
    return true;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return trails(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (!trails(2)) return 0;
    const unsigned code = ((first & 0x0fU) << 12U) | ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < 0x800 || surrogate || code >= 0xfffe ? 0 : 3;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (!trails(3)) return 0;
    if (first == 0xf0 && byte(1) < 0x90) return 0;
    return first == 0xf4 && byte(1) > 0x8f ? 0 : 4;
  }
  return 0;
}

}  // namespace

std::string clean(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const size_t length = sequence_length(bytes);
    const auto c = static_cast<unsigned char>(bytes.front());
    if (length == 0 || c == 0x7f) {
      out += replacement;
    } else if (c == '\t' || c == '\n' || c == '\r') {
      out += ' ';
    } else if (c < 0x20) {
      out += replacement;
    } else {
      out += bytes.substr(0, length);
    }
    bytes.remove_prefix(std::max<size_t>(length, 1));
  }
  const auto first = out.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

}  // namespace confab::xml
