#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "config/limits.hpp"
#include "media/mix/section.hpp"
#include "media/mix/speaker_selection.hpp"

namespace confab::mix {

/// Where the sections of one room, each on a shard of its own, leave for each other what they add to it. In
/// tick n a section takes what the others published in tick n - 1: all tick at the same instant of one grid,
/// so it is there, whoever ran first, and a shard may be late by nearly a tick. What is not there is silence,
/// what comes too late is dropped; no frame is heard twice.
///
/// One ring with one writer and one reader for each ordered pair of sections: `publish` and `collect` are
/// wait-free and neither allocate nor lock. A section belongs to one thread as long as the exchange lives.
class section_exchange {
 public:
  /// `most_sections` at most `limits::sections_per_room`.
  explicit section_exchange(size_t most_sections);
  ~section_exchange();
  section_exchange(const section_exchange&) = delete;
  section_exchange& operator=(const section_exchange&) = delete;

  /// Makes the rings between this section and those opened before; again: nothing. Outside ticks, by one
  /// thread (the room's), while other sections tick.
  void open(unsigned section);
  [[nodiscard]] size_t most_sections() const noexcept { return most_; }

  /// In which slot of the tick the room is worked on: what the first who asked preferred. Any thread.
  unsigned settle_slot(unsigned preferred) noexcept;

  /// What this section adds in this tick (null: nobody speaks) and its highest ranks
  /// (`limits::speakers_per_room` are looked at). A reader that does not keep up misses it.
  void publish(unsigned section, uint64_t tick, const wide_frame* sum,
               std::span<const speaker_rank> ranks) noexcept;

  struct collected {
    bool sound = false;  ///< `sum` was written
    size_t ranks = 0;    ///< so many were
    size_t late = 0;     ///< frames that came after their tick
  };
  /// The sum of what the other sections published for the tick before `tick`, and their ranks, as many as
  /// there is room for.
  collected collect(unsigned section, uint64_t tick, wide_frame& sum, std::span<speaker_rank> ranks) noexcept;

 private:
  struct ring;
  [[nodiscard]] std::atomic<ring*>& between(size_t writer, size_t reader) noexcept {
    return table_[writer * most_ + reader];
  }

  size_t most_;
  std::vector<std::atomic<ring*>> table_;  ///< [writer][reader], null until both are open
  std::vector<std::unique_ptr<ring>> owned_;
  std::vector<bool> open_;
  std::atomic<int> slot_{-1};
};

/// Which part of a room a shard has; no exchange: all of it.
struct room_section {
  std::shared_ptr<section_exchange> exchange;
  unsigned index = 0;
};

}  // namespace confab::mix
