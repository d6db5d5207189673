#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace confab::mix {

/// A leg's claim to be heard, comparable with every other leg's of the room, also of other shards: higher
/// wins, 0 is no claim, no two legs have the same. Ranks of one tick depend on nothing but what the legs
/// said, so that all sections of a room which know them choose alike.
using speaker_rank = uint64_t;

/// How loud one leg has been, and from that its rank. Who talks now goes before whoever only paused, then
/// the louder before the quieter. Who is heard already counts 6 dB more (nobody flaps) and as talking for
/// 40 ms after his last loud frame (the stops inside words). Who begins counts with what his first frame has:
/// there is nothing to wait for.
class speaker {
 public:
  static constexpr float hysteresis = 6;  // dB
  static constexpr int pause_frames = 2;

  /// One frame: `level` in decibels below overload, after any gain; `loud` and `active` as `voice_activity`
  /// has them; `selected` as the last tick decided; `key` is the leg's number.
  speaker_rank on_level(float level, bool loud, bool active, bool selected, uint64_t key) noexcept;

 private:
  float loudness_ = 127;  // smoothed, decibels below overload
  int paused_ = 0;        // frames
  bool active_ = false;
};

/// At most so many legs of a room. O(legs), no allocation after `expect_legs`, no state from tick to tick.
class speaker_selection {
 public:
  /// Room for so many claims, those of other sections included.
  void expect_legs(size_t legs);

  /// The least rank that is heard: a leg is in when its rank is neither 0 nor less. `others` are the claims
  /// of the room's other sections (their `most` highest suffice); what exceeds `expect_legs` is not looked
  /// at. `most` 0: everybody is heard.
  [[nodiscard]] speaker_rank least_heard(std::span<const speaker_rank> ours,
                                         std::span<const speaker_rank> others, size_t most) noexcept;

  /// The highest `to.size()` of these claims, in no order, for the other sections; how many there were.
  size_t highest(std::span<const speaker_rank> ours, std::span<speaker_rank> to) noexcept;

 private:
  [[nodiscard]] std::span<speaker_rank> gather(std::span<const speaker_rank> ours,
                                               std::span<const speaker_rank> others) noexcept;

  std::vector<speaker_rank> claims_;
};

}  // namespace confab::mix
