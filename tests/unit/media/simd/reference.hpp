#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdlib>

#include "media/simd/kernels.hpp"

/// What each kernel is to give, one sample after the other and as simply as can be. Tests compare with it;
/// the bench takes it for the "before".
namespace confab::simd::reference {

using frame = std::array<int16_t, frame_samples>;
using wide_frame = std::array<int32_t, frame_samples>;

inline int16_t saturated(int64_t value) {
  return static_cast<int16_t>(std::clamp<int64_t>(value, -32'768, 32'767));
}

/// The limiter's curve: knee + r·d / (r + d), mirrored.
inline int16_t limited(int32_t value) {
  const int32_t size = std::abs(value);
  if (size <= limiter_knee) return static_cast<int16_t>(value);
  const float room = 32'767.0f - static_cast<float>(limiter_knee);
  const auto d = static_cast<float>(size - limiter_knee);
  const int32_t result = limiter_knee + static_cast<int32_t>(room * d / (room + d));
  return static_cast<int16_t>(value < 0 ? -result : result);
}

inline uint64_t energy(const frame& f) {
  uint64_t sum = 0;
  for (const int16_t s : f) sum += static_cast<uint64_t>(int64_t{s} * s);
  return sum;
}

/// Output `i` of the 24-tap filter, times 2^14, rounding not included.
inline int64_t filtered(const int16_t* line, size_t i) {
  int64_t sum = 0;
  for (size_t k = 0; k < half_band_pairs; ++k) {
    sum += half_band_coefficients[k] * (line[i + half_band_pairs - 1 - k] + line[i + half_band_pairs + k]);
  }
  return sum;
}

inline uint8_t mu_law(int16_t linear) {
  const int biased = std::min(((linear < 0 ? ~linear : linear) >> 2) + 33, 0x1fff);
  const int exponent = static_cast<int>(std::bit_width(static_cast<unsigned>(biased))) - 6;
  const int log = exponent << 4 | (biased >> (exponent + 1) & 15);
  return static_cast<uint8_t>(~(log | (linear < 0 ? 0x80 : 0)));
}

inline uint8_t a_law(int16_t linear) {
  const int size = (linear < 0 ? ~linear : linear) >> 4;
  const int exponent = std::max(static_cast<int>(std::bit_width(static_cast<unsigned>(size))) - 4, 0);
  const int log = exponent == 0 ? size : exponent << 4 | (size >> (exponent - 1) & 15);
  return static_cast<uint8_t>((log | (linear < 0 ? 0 : 0x80)) ^ 0x55);
}

inline int16_t from_mu_law(uint8_t code) {
  const int inverted = ~code & 0xff;
  const int size = ((((inverted & 15) << 3) + 132) << (inverted >> 4 & 7)) - 132;
  return static_cast<int16_t>((inverted & 0x80) != 0 ? -size : size);
}

inline int16_t from_a_law(uint8_t code) {
  const int toggled = code ^ 0x55;
  const int exponent = toggled >> 4 & 7;
  const int step = ((toggled & 15) << 4) + 8;
  const int size = exponent == 0 ? step : (step + 256) << (exponent - 1);
  return static_cast<int16_t>((toggled & 0x80) == 0 ? -size : size);
}

}  // namespace confab::simd::reference
