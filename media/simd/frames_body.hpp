#pragma once

// Whole frames: sums, differences, the limiter's curve, energy, gain. Plain loops where compilers turn them
// into what we would write; `lanes.hpp` where they cannot (saturating arithmetic, 16-bit products).

#include "media/simd/kernels.hpp"
#include "media/simd/lanes.hpp"

namespace confab::simd {
namespace {

inline int16_t saturated(int32_t value) noexcept {
  value = value > 32'767 ? 32'767 : value;
  return static_cast<int16_t>(value < -32'768 ? -32'768 : value);
}

/// `inputs` frames in one pass over the sum, so that the sum is loaded and stored that much less often.
template <size_t inputs>
void accumulate_some(int32_t* __restrict sum, const int16_t* const* frames) noexcept {
  const int16_t* in[inputs];
  for (size_t k = 0; k < inputs; ++k) in[k] = frames[k];
  for (size_t i = 0; i < frame_samples; ++i) {
    int32_t value = sum[i];
    for (size_t k = 0; k < inputs; ++k) value += in[k][i];
    sum[i] = value;
  }
}

void accumulate(int32_t* sum, const int16_t* const* frames, size_t count) noexcept {
  for (; count >= 8; count -= 8, frames += 8) accumulate_some<8>(sum, frames);
  if (count >= 4) {
    accumulate_some<4>(sum, frames);
    count -= 4;
    frames += 4;
  }
  for (; count > 0; --count, ++frames) accumulate_some<1>(sum, frames);
}

/// Two saturating 16-bit steps make up for one of 32 bits: near - own + beyond. Where the sum fits 16 bits
/// `beyond` is 0. Where it is above, `near` is 32,767: if own is negative the difference saturates, and the
/// true one is above the knee as well; if not, it is exact, and so is the second step until it saturates,
/// again above the knee. The same downwards.
void split(const int32_t* sum, int16_t* near, int16_t* beyond) noexcept {
  for (size_t i = 0; i < frame_samples; ++i) {
    near[i] = saturated(sum[i]);
    beyond[i] = saturated(sum[i] - saturated(sum[i]));
  }
}

bool without_own(const int16_t* near, const int16_t* beyond, const int16_t* own, int16_t* out) noexcept {
#if CONFAB_LANES
  static_assert(frame_samples % lanes == 0);
  vec highest = zero();
  vec lowest = zero();
  for (size_t i = 0; i < frame_samples; i += lanes) {
    const vec value = add_saturated(sub_saturated(load(near + i), load(own + i)), load(beyond + i));
    highest = max16(highest, value);
    lowest = min16(lowest, value);
    store(out + i, value);
  }
  return any_above(highest, all16(limiter_knee)) || any_above(all16(-limiter_knee), lowest);
#else
  int32_t loud = 0;
  for (size_t i = 0; i < frame_samples; ++i) {
    const int32_t value = saturated(saturated(near[i] - own[i]) + beyond[i]);
    loud |= (limiter_knee - value) | (limiter_knee + value);
    out[i] = static_cast<int16_t>(value);
  }
  return loud < 0;
#endif
}

bool narrow(const int32_t* __restrict sum, int16_t* __restrict out) noexcept {
  // Or-ing signs over a frame needs no comparison, so that plain SSE2 does it.
  int32_t loud = 0;
  for (size_t i = 0; i < frame_samples; ++i) {
    loud |= (limiter_knee - sum[i]) | (limiter_knee + sum[i]);
    out[i] = static_cast<int16_t>(sum[i]);
  }
  return loud < 0;
}

void limit(const int32_t* __restrict sum, int16_t* __restrict out) noexcept {
  constexpr float room = 32'767.0f - static_cast<float>(limiter_knee);
  for (size_t i = 0; i < frame_samples; ++i) {
    const int32_t negative = sum[i] >> 31;  // 0 or -1: the sign is taken off and put back without a branch
    const int32_t magnitude = (sum[i] ^ negative) - negative;
    const int32_t distance = magnitude - limiter_knee;
    const int32_t above = distance & ~(distance >> 31);  // 0 below the knee
    const auto d = static_cast<float>(above);
    const int32_t limited = magnitude - above + static_cast<int32_t>(room * d / (room + d));
    out[i] = static_cast<int16_t>((limited ^ negative) - negative);
  }
}

uint64_t energy(const int16_t* frame) noexcept {
  uint64_t sum = 0;
#if CONFAB_LANES
  // Two squares are at most 2^31, which as an unsigned number is right; so each is widened before it is
  // added.
  const vec low_half = CONFAB_VECTOR(srli_epi64)(all32(-1), 32);
  vec sums = zero();
  for (size_t i = 0; i < frame_samples; i += lanes) {
    const vec samples = load(frame + i);
    const vec squares = products(samples, samples);
    sums = add64(sums, bit_and(squares, low_half));
    sums = add64(sums, CONFAB_VECTOR(srli_epi64)(squares, 32));
  }
  uint64_t parts[sizeof(vec) / sizeof(uint64_t)];
  store(parts, sums);
  for (const uint64_t part : parts) sum += part;
#else
  for (size_t i = 0; i < frame_samples; ++i) sum += static_cast<uint64_t>(int32_t{frame[i]} * frame[i]);
#endif
  return sum;
}

void add(int16_t* to, const int16_t* what) noexcept {
#if CONFAB_LANES
  for (size_t i = 0; i < frame_samples; i += lanes)
    store(to + i, add_saturated(load(to + i), load(what + i)));
#else
  for (size_t i = 0; i < frame_samples; ++i) to[i] = saturated(to[i] + what[i]);
#endif
}

void subtract(int16_t* from, const int16_t* what) noexcept {
#if CONFAB_LANES
  for (size_t i = 0; i < frame_samples; i += lanes) {
    store(from + i, sub_saturated(load(from + i), load(what + i)));
  }
#else
  for (size_t i = 0; i < frame_samples; ++i) from[i] = saturated(from[i] - what[i]);
#endif
}

void scale(int16_t* frame, float from, float to) noexcept {
  const float step = (to - from) / static_cast<float>(frame_samples);
  for (size_t i = 0; i < frame_samples; ++i) {
    // Counted back from the end, so that the last sample gets `to` to the bit.
    const float gain = to - step * static_cast<float>(static_cast<int32_t>(frame_samples - 1 - i));
    float value = gain * static_cast<float>(frame[i]);
    value = value < -32'768.0f ? -32'768.0f : value;
    value = value > 32'767.0f ? 32'767.0f : value;
    // Rounds by truncating a positive number, which vectorises; lrint would be a call for each sample.
    frame[i] = static_cast<int16_t>(static_cast<int32_t>(value + 32'768.5f) - 32'768);
  }
}

}  // namespace
}  // namespace confab::simd
