#pragma once

#include <cstdint>

#include "media/mix/section.hpp"
#include "media/simd/kernels.hpp"

/// Arithmetic on whole frames for whoever works on voices: by vectors of whatever the processor has, the same
/// to the bit on all (simd/kernels.hpp). Any thread; nothing allocates.
namespace confab::mix::kernels {

/// `to` plus `what`, saturating: for sounds known not to be loud together; a mix goes through the limiter.
inline void add(frame& to, const frame& what) noexcept {
  simd::kernels().add(to.data(), what.data());
}
inline void subtract(frame& from, const frame& what) noexcept {
  simd::kernels().subtract(from.data(), what.data());
}
/// By a gain (1: unchanged) that goes in a straight line from `from`, where the last frame ended, to `to`,
/// which the last sample gets; so that no step is heard. Rounded to the nearest, saturating.
inline void scale(frame& samples, float from, float to) noexcept {
  simd::kernels().scale(samples.data(), from, to);
}
/// Sum of the squares, exact: at most 320 · 2^30.
[[nodiscard]] inline uint64_t energy(const frame& samples) noexcept {
  return simd::kernels().energy(samples.data());
}

}  // namespace confab::mix::kernels
