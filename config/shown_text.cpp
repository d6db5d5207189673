#include "config/shown_text.hpp"

#include <array>

namespace confab {
namespace {

struct replaced {
  std::string_view what;
  std::string_view by;
};

/// In UTF-8, where no character begins within another.
constexpr std::array rows{
    replaced{"\xD8\x9C", ""},       // U+061C
    replaced{"\xE2\x80\x8E", ""},   // U+200E
    replaced{"\xE2\x80\x8F", ""},   // U+200F
    replaced{"\xE2\x80\xAA", ""},   // U+202A
    replaced{"\xE2\x80\xAB", ""},   // U+202B
    replaced{"\xE2\x80\xAC", ""},   // U+202C
    replaced{"\xE2\x80\xAD", ""},   // U+202D
    replaced{"\xE2\x80\xAE", ""},   // U+202E
    replaced{"\xE2\x81\xA6", ""},   // U+2066
    replaced{"\xE2\x81\xA7", ""},   // U+2067
    replaced{"\xE2\x81\xA8", ""},   // U+2068
    replaced{"\xE2\x81\xA9", ""},   // U+2069
    replaced{"\xC2\x85", " "},      // U+0085
    replaced{"\xE2\x80\xA8", " "},  // U+2028
    replaced{"\xE2\x80\xA9", " "},  // U+2029
};

/// Looked for at the end of what is kept: so nothing is put together out of what stood around it.
void replace_last(std::string& kept) {
  for (const auto& row : rows) {
    if (!kept.ends_with(row.what)) continue;
    kept.resize(kept.size() - row.what.size());
    kept += row.by;
    return;
  }
}

}  // namespace

std::string shown_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    out += c;
    if (static_cast<unsigned char>(c) >= 0x80) replace_last(out);
  }
  return out;
}

}  // namespace confab
