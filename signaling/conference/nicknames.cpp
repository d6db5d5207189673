#include "signaling/conference/nicknames.hpp"

#include <algorithm>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/xml/text.hpp"

namespace confab::conference {
namespace {

/// In lower case, with single blanks.
std::string key_of(std::string_view name) {
  std::string key;
  for (const char c : name) {
    if (c == ' ' && (key.empty() || key.back() == ' ')) continue;
    key += c;
  }
  if (!key.empty() && key.back() == ' ') key.pop_back();
  return sip::lower_case(key);
}

bool can_be_one(std::string_view name) {
  const bool controls = std::any_of(name.begin(), name.end(),
                                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  return !controls && name.size() <= limits::nickname_bytes && xml::is_clean(name, xml::place::attribute) &&
         !key_of(name).empty();
}

}  // namespace

uint16_t nicknames::set(leg_id leg, const std::string& person, std::string_view wanted,
                        std::span<const std::string_view> taken) {
  if (wanted.empty()) {
    clear(leg);
    return 200;
  }
  if (!can_be_one(wanted)) return 424;
  const auto key = key_of(wanted);
  const bool held_by_another = std::any_of(by_leg_.begin(), by_leg_.end(), [&](const auto& entry) {
    return entry.second.key == key && entry.second.person != person;
  });
  const bool goes_by_it =
      std::any_of(taken.begin(), taken.end(), [&](std::string_view name) { return key_of(name) == key; });
  if (held_by_another || goes_by_it) return 425;
  by_leg_.insert_or_assign(leg, held{std::string(sip::trim(wanted)), key, person});
  return 200;
}

void nicknames::clear(leg_id leg) {
  by_leg_.erase(leg);
}

std::string nicknames::of(leg_id leg) const {
  const auto found = by_leg_.find(leg);
  return found == by_leg_.end() ? std::string() : found->second.name;
}

}  // namespace confab::conference
