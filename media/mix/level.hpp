#pragma once

#include <cstdint>
#include <optional>

#include "media/mix/section.hpp"

namespace confab::mix {

inline constexpr int silence_level = 127;  ///< RFC 6464 §3: digital silence, and the least there is

/// RMS level of a frame as RFC 6464 has it: decibels below overload, 0 (a full-scale square wave) to 127
/// (silence).
[[nodiscard]] int level_of(const frame& samples) noexcept;

/// Whether somebody talks, from the levels of consecutive 20 ms frames. Speech stands out from a noise floor
/// that falls at once and rises slowly; what is louder than -36 dBov counts as talking whatever the floor, so
/// that a steady tone or loud music stays "talking". Begins after 40 ms (a click is no speech), ends 400 ms
/// after the last loud frame (no word gap).
class talk_detector {
 public:
  /// One frame's level (`level_of`, or what the peer says by RFC 6464); the new state when it changed.
  std::optional<bool> on_level(int level) noexcept;
  std::optional<bool> on_frame(const frame& samples) noexcept { return on_level(level_of(samples)); }
  [[nodiscard]] bool talking() const noexcept { return talking_; }

 private:
  float floor_ = 60;     // decibels below overload
  int loud_frames_ = 0;  // in a row
  int hangover_ = 0;     // frames left
  bool talking_ = false;
};

}  // namespace confab::mix
