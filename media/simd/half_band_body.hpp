#pragma once

// The 24-tap filter at 8 kHz that a half-band filter leaves (mix/half_band.hpp), in 16-bit arithmetic.

#include "media/simd/kernels.hpp"
#include "media/simd/lanes.hpp"

namespace confab::simd {
namespace {

constexpr int coefficient_bits = 14;

/// Tap `k` of 24, in the order of the samples.
constexpr int16_t tap(size_t k) {
  return half_band_coefficients[k < half_band_pairs ? half_band_pairs - 1 - k : k - half_band_pairs];
}

#if CONFAB_LANES

/// Taps 2k and 2k + 1, for `products`.
constexpr int32_t tap_pair(size_t k) {
  return static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint16_t>(tap(2 * k))) |
                              static_cast<uint32_t>(static_cast<uint16_t>(tap(2 * k + 1))) << 16);
}

/// Adds the filter over `in` to the 32-bit sums of `lanes` outputs: those of even and of odd number, for
/// from a load at an even place `products` gives the one, from an odd place the other.
inline void filter(const int16_t* in, vec& even, vec& odd) {
  vec more_even = zero();  // two chains each, or the additions wait for each other
  vec more_odd = zero();
  for (size_t k = 0; k < half_band_pairs; k += 2) {
    const vec first = all32(tap_pair(k));
    const vec second = all32(tap_pair(k + 1));
    even = add32(even, products(load(in + 2 * k), first));
    odd = add32(odd, products(load(in + 2 * k + 1), first));
    more_even = add32(more_even, products(load(in + 2 * k + 2), second));
    more_odd = add32(more_odd, products(load(in + 2 * k + 3), second));
  }
  even = add32(even, more_even);
  odd = add32(odd, more_odd);
}

template <int bits>
inline vec rounded(vec even, vec odd) {
  const vec e = CONFAB_VECTOR(srai_epi32)(even, bits);
  const vec o = CONFAB_VECTOR(srai_epi32)(odd, bits);
  return pack(first_of_pairs(e, o), second_of_pairs(e, o));
}

#endif

/// Writes whole vectors: `out` has room for `half_band_block`, which is a multiple of every width.
inline void filter_up(const int16_t* line, int16_t* out, size_t count) {
  constexpr int32_t half = 1 << (coefficient_bits - 1);
#if CONFAB_LANES
  static_assert(half_band_block % lanes == 0);
  for (size_t i = 0; i < count; i += lanes) {
    vec even = all32(half);
    vec odd = all32(half);
    filter(line + i, even, odd);
    store(out + i, rounded<coefficient_bits>(even, odd));
  }
#else
  for (size_t i = 0; i < count; ++i) {
    int32_t sum = half;
    for (size_t k = 0; k < half_band_taps; ++k) sum += tap(k) * line[i + k];
    sum >>= coefficient_bits;
    sum = sum > 32'767 ? 32'767 : sum;
    out[i] = static_cast<int16_t>(sum < -32'768 ? -32'768 : sum);
  }
#endif
}

void half_band_up(const int16_t* line, int16_t* __restrict out, size_t count) noexcept {
  int16_t between[half_band_block];
  filter_up(line, between, count);
  // The delay is 11.5 samples of 8 kHz: the filter answers for the point half-way between two given samples.
  const int16_t* given = line + half_band_pairs;
  for (size_t i = 0; i < count; ++i) {
    out[2 * i] = between[i];
    out[2 * i + 1] = given[i];
  }
}

void half_band_down(const int16_t* even_line, const int16_t* odd_line, int16_t* out, size_t count) noexcept {
  // Half of the filter and half of the odd sample between its two middle taps: one more bit to shift.
  constexpr int32_t half = 1 << coefficient_bits;
  const int16_t* middle = odd_line + half_band_pairs - 1;
  int16_t filtered[half_band_block];
#if CONFAB_LANES
  const vec first = all32(half);         // times the first of two samples, and 0 times the second
  const vec second = all32(half << 16);  // and the other way round
  for (size_t i = 0; i < count; i += lanes) {
    const vec given = load(middle + i);
    vec even = add32(all32(half), products(given, first));
    vec odd = add32(all32(half), products(given, second));
    filter(even_line + i, even, odd);
    store(filtered + i, rounded<coefficient_bits + 1>(even, odd));
  }
#else
  for (size_t i = 0; i < count; ++i) {
    int32_t sum = half + half * middle[i];
    for (size_t k = 0; k < half_band_taps; ++k) sum += tap(k) * even_line[i + k];
    sum >>= coefficient_bits + 1;
    sum = sum > 32'767 ? 32'767 : sum;
    filtered[i] = static_cast<int16_t>(sum < -32'768 ? -32'768 : sum);
  }
#endif
  __builtin_memcpy(out, filtered, count * sizeof(*out));
}

void part(const int16_t* in, int16_t* __restrict even, int16_t* __restrict odd, size_t count) noexcept {
  for (size_t i = 0; i < count; ++i) {
    even[i] = in[2 * i];
    odd[i] = in[2 * i + 1];
  }
}

}  // namespace
}  // namespace confab::simd
