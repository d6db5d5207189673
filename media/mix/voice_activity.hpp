#pragma once

#include <cstdint>

#include "media/mix/noise_floor.hpp"

namespace confab::mix {

/// Whether a leg has anything to give to its room, from the levels of consecutive 20 ms frames. Unlike
/// `talk_detector`, which tells people, it begins with the first loud frame, so that no word loses its start,
/// and bridges every gap between words. Loud is what stands 6 dB above the background and above -62 dBov, and
/// everything above -36 dBov: a steady tone or music is no background.
class voice_activity {
 public:
  static constexpr int always_loud = 36;  ///< decibels below overload, like all levels
  static constexpr int never_loud = 62;
  static constexpr int above_floor = 6;
  static constexpr int hangover_frames = 25;  ///< half a second: longer than the stops and pauses in speech

  /// One frame's level: `level_of`, the peer's own by RFC 6464, or `silence_level` where nothing came.
  void on_level(int level) noexcept {
    loud_ = level < threshold();
    floor_.on_level(level);
    hangover_ = loud_ ? hangover_frames : hangover_ - (hangover_ > 0 ? 1 : 0);
  }

  [[nodiscard]] bool loud() const noexcept { return loud_; }            ///< this frame by itself
  [[nodiscard]] bool active() const noexcept { return hangover_ > 0; }  ///< it contributes
  /// A frame is loud when its level is below this number.
  [[nodiscard]] int threshold() const noexcept {
    return std::max(always_loud, std::min(never_loud, floor_.level() - above_floor));
  }
  [[nodiscard]] const noise_floor& floor() const noexcept { return floor_; }

 private:
  noise_floor floor_;
  int hangover_ = 0;  // frames left
  bool loud_ = false;
};

}  // namespace confab::mix
