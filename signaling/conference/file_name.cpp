#include "signaling/conference/file_name.hpp"

#include <cstdint>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD

/// Bytes of the character at the front, if it is UTF-8 (RFC 3629 §4: shortest form, no surrogates); else 0.
size_t character_at(std::string_view text) noexcept {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  const size_t size = first >= 0xF0 ? 4 : (first >= 0xE0 ? 3 : 2);
  if (first < 0xC2 || first > 0xF4 || text.size() < size) return 0;
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : size;
}

/// The front of `text`, without a character cut in two.
std::string_view front_of(std::string_view text, size_t most_bytes) noexcept {
  if (text.size() <= most_bytes) return text;
  while (most_bytes > 0 && (static_cast<uint8_t>(text[most_bytes]) & 0xC0) == 0x80) --most_bytes;
  return text.substr(0, most_bytes);
}

/// From the last dot on, where that looks like an extension.
std::string_view extension_of(std::string_view name) noexcept {
  constexpr size_t longest = 16;
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || name.size() - dot > longest) return {};
  return name.substr(dot);
}

std::string joined(std::string_view stem, std::string_view tail) {
  return std::string(front_of(stem, limits::file_name_bytes - tail.size())) += tail;
}

}  // namespace

std::string harmless_name(std::string_view name) {
  const size_t folder = name.find_last_of("/\\");
  if (folder != std::string_view::npos) name.remove_prefix(folder + 1);
  std::string clean;
  while (!name.empty()) {
    const size_t size = character_at(name);
    const auto first = static_cast<uint8_t>(name.front());
    if (size == 0) {
      clean += replacement;
    } else if (first < 0x20 || first == 0x7F ||
               (size == 2 && first == 0xC2 && static_cast<uint8_t>(name[1]) < 0xA0)) {
      clean += '_';
    } else {
      clean += name.substr(0, size);
    }
    name.remove_prefix(size == 0 ? 1 : size);
  }
  if (clean.empty() || clean == "." || clean == "..") return "file";
  const auto extension = extension_of(clean);
  return joined(std::string_view(clean).substr(0, clean.size() - extension.size()), extension);
}

std::string numbered_name(std::string_view name, unsigned number) {
  const auto extension = extension_of(name);
  return joined(name.substr(0, name.size() - extension.size()),
                "-" + std::to_string(number) + std::string(extension));
}

}  // namespace confab::conference
