#include "signaling/sip/file_icon.hpp"

#include <algorithm>
#include <iterator>

#include "signaling/sip/text.hpp"

namespace confab::sip {

bool is_icon_type(std::string_view type) noexcept {
  constexpr std::string_view known[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
  return std::any_of(std::begin(known), std::end(known),
                     [&](std::string_view one) { return same_word(type, one); });
}

}  // namespace confab::sip
