#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "media/simd/kernels.hpp"

namespace confab::mix {

/// 8 ↔ 16 kHz. One half-band FIR filter of 47 taps (Kaiser window, beta 5.7), whose even taps but the middle
/// one are zero: so each direction is one 24-tap filter at 8 kHz and one pure delay. Within 0.02 dB up to 3.4
/// kHz, 58 dB down from 4.6 kHz; delays by 23 samples at 16 kHz (1.4 ms). Products of 16 bits summed in 32
/// and rounded once. Only the samples the next call needs are kept from call to call; no allocation.

/// 8 kHz to 16 kHz.
class half_band_up {
 public:
  /// `out` takes exactly twice as many samples as `in` has.
  void process(std::span<const int16_t> in, std::span<int16_t> out) noexcept;

 private:
  std::array<int16_t, simd::half_band_memory> past_{};
};

/// 16 kHz to 8 kHz.
class half_band_down {
 public:
  /// `out` takes exactly half as many samples as `in` has, an even number.
  void process(std::span<const int16_t> in, std::span<int16_t> out) noexcept;

 private:
  std::array<int16_t, simd::half_band_memory> even_{};
  std::array<int16_t, simd::half_band_memory> odd_{};
};

}  // namespace confab::mix
