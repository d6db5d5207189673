#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "media/mix/shard.hpp"

namespace confab::mix {

/// What a shard has to tell, between one `take` and the next. Bounded, because during a tick it must not
/// allocate.
class shard_events {
 public:
  static constexpr size_t per_leg = 5;   ///< talking, lost, its source, and two keys pressed in one tick
  static constexpr size_t spare = 1024;  ///< wire traces of a busy moment

  /// When legs come: room for the news of so many in one tick.
  void expect_legs(size_t legs) { events_.reserve(spare + per_leg * legs); }
  /// During a tick; false: it is full, the event is dropped and counted.
  bool post(const shard_event& event) noexcept {
    if (events_.size() == events_.capacity()) {
      ++dropped_;
      return false;
    }
    events_.push_back(event);
    return true;
  }
  /// Outside a tick: never dropped.
  void post_final(const shard_event& event) { events_.push_back(event); }

  /// A copy, so that the room stays here.
  std::vector<shard_event> take() {
    std::vector<shard_event> taken(events_.begin(), events_.end());
    events_.clear();
    return taken;
  }
  [[nodiscard]] uint64_t dropped() const noexcept { return dropped_; }

 private:
  std::vector<shard_event> events_;
  uint64_t dropped_ = 0;
};

}  // namespace confab::mix
