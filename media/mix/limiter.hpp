#pragma once

#include <cstdint>

#include "media/mix/section.hpp"

namespace confab::mix {

/// Up to here a sum passes unchanged: -3 dBFS.
inline constexpr int32_t limiter_knee = 23'197;

/// A sum of any size to 16 bits. Linear up to the knee, so that one or two ordinary voices are untouched to
/// the bit; above it a static curve, y = knee + r·d / (r + d) with d the distance above the knee and r the
/// room left to full scale: it leaves the knee with slope 1, only rises, and never reaches full scale. So
/// nothing wraps, nothing is cut flat, and there is no gain that pumps, no look-ahead and no state. Pure; in
/// place is not needed.
void limit_softly(const wide_frame& in, frame& out) noexcept;

/// The same curve over whatever exceeds the knee; for callers who found out while they added.
void limit_loud(const wide_frame& in, frame& out) noexcept;

/// Negative when `value` is beyond the knee. Or-ing these over a frame needs no comparison, so that plain
/// SSE2 does it.
[[nodiscard]] constexpr int32_t beyond_knee(int32_t value) noexcept {
  return (limiter_knee - value) | (limiter_knee + value);
}

}  // namespace confab::mix
