#include "signaling/conference/pin_guard.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

namespace confab::conference {

size_t room_pins::longest() const noexcept {
  return std::max(pin.size(), moderator_pin.size());
}

bool same_pin(std::string_view pin, std::string_view shown) noexcept {
  if (pin.empty()) return false;
  // Both are copied to one length, so that neither's own length sets how long this takes.
  std::array<char, limits::pin_digits> left{}, right{};
  std::copy_n(pin.data(), std::min(pin.size(), left.size()), left.data());
  std::copy_n(shown.data(), std::min(shown.size(), right.size()), right.data());
  volatile unsigned differ = pin.size() == shown.size() ? 0 : 1;
  for (size_t i = 0; i < left.size(); ++i)
    differ = differ | static_cast<unsigned>(static_cast<unsigned char>(left[i]) ^
                                            static_cast<unsigned char>(right[i]));
  return differ == 0;
}

std::string guesser(const std::string& identity, const socket_address& source) {
  return identity.empty() ? source.customer() : identity;
}

pin_verdict pin_guard::judge(const room_id& room, const std::string& who, const room_pins& pins,
                             std::string_view shown, clock_time now) {
  forget_old(now);
  const auto key = key_of(room, who);
  const auto known = failed_.find(key);
  if (known != failed_.end() && known->second.count >= limits::pin_failures) return pin_verdict::exhausted;
  if (known == failed_.end() && failed_.size() >= sources_) return pin_verdict::exhausted;
  const bool moderator = same_pin(pins.moderator_pin, shown);
  const bool right = same_pin(pins.pin, shown);
  if (moderator) return pin_verdict::moderator;
  if (right) return pin_verdict::right;
  if (known == failed_.end()) {
    failed_.emplace(key, failures{1, now});
    oldest_first_.emplace_back(now, key);
  } else {
    ++known->second.count;
  }
  return pin_verdict::wrong;
}

std::chrono::seconds pin_guard::retry_after(const room_id& room, const std::string& who,
                                            clock_time now) const {
  const auto known = failed_.find(key_of(room, who));
  const auto since = known != failed_.end()   ? known->second.first
                     : !oldest_first_.empty() ? oldest_first_.front().first
                                              : now;
  return std::max(std::chrono::seconds(1),
                  std::chrono::ceil<std::chrono::seconds>(since + limits::pin_window - now));
}

/// No room's name has a blank in it.
std::string pin_guard::key_of(const room_id& room, const std::string& who) {
  return room.value + " " + who;
}

void pin_guard::forget_old(clock_time now) {
  while (!oldest_first_.empty() && now - oldest_first_.front().first >= limits::pin_window) {
    failed_.erase(oldest_first_.front().second);
    oldest_first_.pop_front();
  }
}

}  // namespace confab::conference
