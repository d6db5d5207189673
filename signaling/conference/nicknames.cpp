#include "signaling/conference/nicknames.hpp"

#include <algorithm>

#include "signaling/conference/nickname_form.hpp"
#include "signaling/sip/text.hpp"

namespace confab::conference {
uint16_t nicknames::set(leg_id leg, const std::string& person, std::string_view wanted,
                        std::span<const std::string_view> taken) {
  if (wanted.empty()) {
    clear(leg);
    return 200;
  }
  const uint16_t code = may_be(person, wanted, taken);
  if (code == 200)
    by_leg_.insert_or_assign(leg, held{std::string(sip::trim(wanted)), *nickname_key(wanted), person});
  return code;
}

uint16_t nicknames::may_be(const std::string& person, std::string_view wanted,
                           std::span<const std::string_view> taken) const {
  const auto key = nickname_key(wanted);
  if (!key) return 424;
  const bool goes_by_it = std::any_of(taken.begin(), taken.end(),
                                      [&](std::string_view name) { return name_as_read(name) == *key; });
  return goes_by_it || looks_held(person, wanted) ? 425 : 200;
}

bool nicknames::looks_held(const std::string& person, std::string_view name) const {
  const auto key = name_as_read(name);
  return std::any_of(by_leg_.begin(), by_leg_.end(), [&](const auto& entry) {
    return entry.second.key == key && entry.second.person != person;
  });
}

void nicknames::clear(leg_id leg) {
  by_leg_.erase(leg);
}

std::string nicknames::of(leg_id leg) const {
  const auto found = by_leg_.find(leg);
  return found == by_leg_.end() ? std::string() : found->second.name;
}

}  // namespace confab::conference
