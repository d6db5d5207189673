#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

/// The loops over samples that a tick spends its time in, for the instruction set at hand. Pure functions of
/// their arguments; no alignment is asked for; input and output do not overlap unless it says so. Any thread.
namespace confab::simd {

enum class instruction_set : uint8_t { baseline, avx2, avx512 };

inline constexpr size_t frame_samples = 320;  // 20 ms at 16 kHz: what "a frame" is below

/// Up to here the limiter lets a sum pass unchanged; see mix/limiter.hpp.
inline constexpr int32_t limiter_knee = 23'197;

inline constexpr size_t half_band_pairs = 12;                   // taps are symmetric
inline constexpr size_t half_band_taps = 2 * half_band_pairs;   // at 8 kHz
inline constexpr size_t half_band_memory = half_band_taps - 1;  // samples before the first of a block
inline constexpr size_t half_band_block = 160;                  // most samples at 8 kHz in one call
/// Read to its end whatever the count.
using half_band_line = std::array<int16_t, half_band_memory + half_band_block>;

/// From the middle outwards, times 2^14; they sum to 2^13 on each side, so that the gain at 0 Hz is 1 to the
/// bit. More bits would let the sum of a worst case pass 2^31.
inline constexpr int16_t half_band_coefficients[half_band_pairs]{10'389, -3'340, 1'863, -1'191, 796, -536,
                                                                 355,    -227,   138,   -78,    39,  -16};

struct kernel_table {
  instruction_set set;

  /// `sum[i] +=` each of `count` frames' sample i.
  void (*accumulate)(int32_t* sum, const int16_t* const* frames, size_t count) noexcept;
  /// A sum as the two 16-bit frames `without_own` wants: what of it fits 16 bits, and what is left of it.
  void (*split)(const int32_t* sum, int16_t* near, int16_t* beyond) noexcept;
  /// `sum - own`, exact wherever the result is not beyond the knee. True: somewhere it is beyond, and there
  /// the output is wrong.
  bool (*without_own)(const int16_t* near, const int16_t* beyond, const int16_t* own, int16_t* out) noexcept;
  /// A frame that is nowhere beyond the knee to 16 bits. True: it is somewhere, and there it is wrong.
  bool (*narrow)(const int32_t* sum, int16_t* out) noexcept;
  /// The limiter's curve, a frame.
  void (*limit)(const int32_t* sum, int16_t* out) noexcept;

  /// Sum of the squares of a frame, exact.
  uint64_t (*energy)(const int16_t* frame) noexcept;
  /// Frames, saturating, in place.
  void (*add)(int16_t* to, const int16_t* what) noexcept;
  void (*subtract)(int16_t* from, const int16_t* what) noexcept;
  /// A frame in place by a gain that goes in a straight line to `to`, which its last sample gets; the frame
  /// before ended at `from`. Rounded, saturating.
  void (*scale)(int16_t* frame, float from, float to) noexcept;

  /// `line` (a whole `half_band_line`) is `half_band_memory` samples of the past, then `count`: 2 · `count`
  /// samples out.
  void (*half_band_up)(const int16_t* line, int16_t* out, size_t count) noexcept;
  /// The even and the odd samples of the same time, each a line as above: `count` samples out.
  void (*half_band_down)(const int16_t* even, const int16_t* odd, int16_t* out, size_t count) noexcept;
  /// 2 · `count` samples apart, even and odd.
  void (*part)(const int16_t* in, int16_t* even, int16_t* odd, size_t count) noexcept;

  /// G.711, `count` samples.
  void (*encode_mu_law)(const int16_t* in, uint8_t* out, size_t count) noexcept;
  void (*encode_a_law)(const int16_t* in, uint8_t* out, size_t count) noexcept;
  void (*decode_mu_law)(const uint8_t* in, int16_t* out, size_t count) noexcept;
  void (*decode_a_law)(const uint8_t* in, int16_t* out, size_t count) noexcept;
};

/// All this processor can run, the best last. For tests and measurements.
[[nodiscard]] std::span<const kernel_table* const> available() noexcept;

[[nodiscard]] const kernel_table& best() noexcept;

/// What everybody calls.
[[nodiscard]] inline const kernel_table& kernels() noexcept {
  static const kernel_table& chosen = best();
  return chosen;
}

}  // namespace confab::simd
