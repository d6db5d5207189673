#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace confab::mix {

/// 8 ↔ 16 kHz. One half-band FIR filter of 47 taps (Kaiser window, beta 5.7), whose even taps but the middle
/// one are zero: so each direction is one 24-tap filter at 8 kHz and one pure delay. Within 0.02 dB up to 3.4
/// kHz, 58 dB down from 4.6 kHz; delays by 23 samples at 16 kHz (1.4 ms). State is carried from call to call;
/// no allocation.
namespace half_band {

inline constexpr size_t pairs = 12;         // the odd taps are symmetric
inline constexpr size_t taps = 2 * pairs;   // of the filter at 8 kHz
inline constexpr size_t memory = taps - 1;  // samples at 8 kHz that the next call needs
inline constexpr size_t block = 160;        // samples at 8 kHz worked on at once, 20 ms

/// From the middle outwards; they sum to 1/2 on each side, so that the gain at 0 Hz is 1.
inline constexpr std::array<float, pairs> coefficients{
    0.634052973f, -0.203865652f, 0.113730537f, -0.072702172f, 0.048595648f, -0.032696369f,
    0.021656353f, -0.013875575f, 0.008444273f, -0.004762369f, 0.002386140f, -0.000963786f};

[[nodiscard]] inline int16_t to_sample(float value) noexcept {
  value = value < -32'768.0f ? -32'768.0f : value;
  value = value > 32'767.0f ? 32'767.0f : value;
  // Rounds by truncating a positive number, which vectorises; lrint would be a call for each sample.
  return static_cast<int16_t>(static_cast<int32_t>(value + 32'768.5f) - 32'768);
}

/// `out[i]` is the filter over `in[i] … in[i + memory]`.
inline void filter(const float* in, float* out, size_t count) noexcept {
  for (size_t i = 0; i < count; ++i) {
    float sum = 0;
    for (size_t k = 0; k < pairs; ++k) {
      sum += coefficients[k] * (in[i + pairs - 1 - k] + in[i + pairs + k]);
    }
    out[i] = sum;
  }
}

/// The last `memory` samples, then room for a block.
class delay_line {
 public:
  [[nodiscard]] float* incoming() noexcept { return samples_.data() + memory; }
  [[nodiscard]] const float* data() const noexcept { return samples_.data(); }
  void advance(size_t count) noexcept {
    std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(count), memory, samples_.begin());
  }

 private:
  std::array<float, memory + block> samples_{};
};

}  // namespace half_band

/// 8 kHz to 16 kHz.
class half_band_up {
 public:
  /// `out` takes exactly twice as many samples as `in` has.
  void process(std::span<const int16_t> in, std::span<int16_t> out) noexcept {
    assert(out.size() == 2 * in.size());
    for (size_t done = 0; done < in.size(); done += half_band::block) {
      const size_t count = std::min(half_band::block, in.size() - done);
      run(in.subspan(done, count), out.subspan(2 * done, 2 * count));
    }
  }

 private:
  void run(std::span<const int16_t> in, std::span<int16_t> out) noexcept {
    using namespace half_band;
    const size_t count = in.size();
    float* incoming = line_.incoming();
    for (size_t i = 0; i < count; ++i) incoming[i] = in[i];
    std::array<float, block> between;
    filter(line_.data(), between.data(), count);
    // The delay is 11.5 samples of 8 kHz: the filter answers for the point half-way between two given
    // samples.
    const float* given = line_.data() + pairs;
    for (size_t i = 0; i < count; ++i) {
      out[2 * i] = to_sample(between[i]);
      out[2 * i + 1] = to_sample(given[i]);
    }
    line_.advance(count);
  }

  half_band::delay_line line_;
};

/// 16 kHz to 8 kHz.
class half_band_down {
 public:
  /// `out` takes exactly half as many samples as `in` has, an even number.
  void process(std::span<const int16_t> in, std::span<int16_t> out) noexcept {
    assert(in.size() == 2 * out.size());
    for (size_t done = 0; done < out.size(); done += half_band::block) {
      const size_t count = std::min(half_band::block, out.size() - done);
      run(in.subspan(2 * done, 2 * count), out.subspan(done, count));
    }
  }

 private:
  void run(std::span<const int16_t> in, std::span<int16_t> out) noexcept {
    using namespace half_band;
    const size_t count = out.size();
    float* even = even_.incoming();
    float* odd = odd_.incoming();
    for (size_t i = 0; i < count; ++i) {
      even[i] = in[2 * i];
      odd[i] = in[2 * i + 1];
    }
    std::array<float, block> filtered;
    filter(even_.data(), filtered.data(), count);
    // Middle tap: the odd sample that lies between the two middle even ones.
    const float* middle = odd_.data() + pairs - 1;
    for (size_t i = 0; i < count; ++i) out[i] = to_sample(0.5f * (filtered[i] + middle[i]));
    even_.advance(count);
    odd_.advance(count);
  }

  half_band::delay_line even_;
  half_band::delay_line odd_;
};

}  // namespace confab::mix
