#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/ids.hpp"
#include "config/limits.hpp"
#include "config/socket_address.hpp"
#include "signaling/conference/entrance.hpp"

namespace confab::conference {

/// What opens a room. Empty: nothing is asked, or nobody becomes a moderator that way.
struct room_pins {
  std::string pin, moderator_pin;
  [[nodiscard]] bool any() const noexcept { return !pin.empty() || !moderator_pin.empty(); }
  /// Digits of the longer one.
  [[nodiscard]] size_t longest() const noexcept;
};

/// Takes as long for a digit that differs early as for one that differs late. Nothing matches an empty PIN.
[[nodiscard]] bool same_pin(std::string_view pin, std::string_view shown) noexcept;

/// On whose account a wrong PIN goes: a verified identity, else the address. Of IPv6 the first 64 bits, which
/// is what one customer has.
[[nodiscard]] std::string guesser(const std::string& identity, const socket_address& source);

/// Compares PINs, and counts those that were wrong, by room and guesser: past `limits::pin_failures` within
/// `limits::pin_window` it compares no more. A right one clears nothing, or who knows the PIN could try out
/// moderator PINs for ever. No clock; owned by the directory, so that all ways to show a PIN count as one.
class pin_guard {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  explicit pin_guard(size_t sources = limits::pin_sources) : sources_(sources) {}

  /// `exhausted` without a look at `shown` for who has failed too often, and for who has not failed yet when
  /// too many others have.
  [[nodiscard]] pin_verdict judge(const room_id& room, const std::string& who, const room_pins& pins,
                                  std::string_view shown, clock_time now);
  /// When it will be looked at again.
  [[nodiscard]] std::chrono::seconds retry_after(const room_id& room, const std::string& who,
                                                 clock_time now) const;

 private:
  struct failures {
    unsigned count = 0;
    clock_time first;
  };
  static std::string key_of(const room_id& room, const std::string& who);
  void forget_old(clock_time now);

  size_t sources_;
  std::unordered_map<std::string, failures> failed_;
  std::deque<std::pair<clock_time, std::string>> oldest_first_;  ///< the keys, by their first failure
};

}  // namespace confab::conference
