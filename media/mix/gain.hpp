#pragma once

#include <cmath>

#include "media/mix/section.hpp"

namespace confab::mix {

[[nodiscard]] inline float gain_of_decibels(float decibels) noexcept {
  return std::pow(10.0f, 0.05f * decibels);
}

/// Multiplies a frame, in place: from `from` to `to` in a straight line over the first `ramp` samples (at
/// least 1, at most the frame), then `to`. What exceeds the limiter's knee is limited softly, never clipped.
void apply_gain(frame& samples, float from, float to, size_t ramp) noexcept;

}  // namespace confab::mix
