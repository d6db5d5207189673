#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "bench/load/statistics.hpp"

namespace confab::load {

/// One room's impulses: a leg bursts, the others hear it first in some packet. Plain arithmetic on times that
/// the pump brings; owned by the pump thread of the room.
class impulse_room {
 public:
  static constexpr wall_time hearing_limit = std::chrono::milliseconds(450);
  static constexpr wall_time quiet_before = std::chrono::milliseconds(200);
  static constexpr double loud =
      6'000;  ///< root mean square; a burst has 18,000, an announcement should stay below

  /// `legs` of the room; number 0 is the one that bursts.
  explicit impulse_room(size_t legs) : listeners_(legs) {}

  /// The first packet of a burst left at `now`.
  void on_burst(wall_time now);
  /// Leg `index` got a packet that holds something loud.
  void on_loud(size_t index, wall_time arrival);
  /// The window closes: what was not heard by now was missed.
  void finish();

  [[nodiscard]] const std::vector<double>& latencies_ms() const noexcept { return latencies_ms_; }
  [[nodiscard]] uint64_t missed() const noexcept { return missed_; }
  /// Impulses that could not be told from other sound (announcement, music), and count for nothing.
  [[nodiscard]] uint64_t disturbed() const noexcept { return disturbed_; }

 private:
  struct listener {
    bool waits = false;
    std::optional<wall_time> last_loud;
  };
  std::vector<listener> listeners_;
  std::optional<wall_time> sent_;
  std::vector<double> latencies_ms_;
  uint64_t missed_ = 0;
  uint64_t disturbed_ = 0;
};

}  // namespace confab::load
