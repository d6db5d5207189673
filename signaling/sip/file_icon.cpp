#include "signaling/sip/file_icon.hpp"

#include <algorithm>
#include <iterator>

#include "signaling/sip/text.hpp"

namespace confab::sip {

bool is_icon(std::string_view type, std::string_view bytes) noexcept {
  using namespace std::string_view_literals;
  struct kind {
    std::string_view type;
    std::string_view begins;
    std::string_view then;  ///< at byte 8
  };
  constexpr kind known[] = {{"image/png"sv, "\x89PNG\r\n\x1a\n"sv, ""sv},
                            {"image/jpeg"sv, "\xff\xd8\xff"sv, ""sv},
                            {"image/gif"sv, "GIF8"sv, ""sv},
                            {"image/webp"sv, "RIFF"sv, "WEBP"sv}};
  return std::any_of(std::begin(known), std::end(known), [&](const kind& one) {
    return same_word(type, one.type) && bytes.substr(0, one.begins.size()) == one.begins &&
           (one.then.empty() || (bytes.size() > 8 && bytes.substr(8, one.then.size()) == one.then));
  });
}

}  // namespace confab::sip
