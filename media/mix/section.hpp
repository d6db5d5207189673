#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace confab::mix {

inline constexpr uint32_t mix_rate = 16'000;      // Hz
inline constexpr size_t samples_per_frame = 320;  // 20 ms at 16 kHz
using frame = std::array<int16_t, samples_per_frame>;
using wide_frame = std::array<int32_t, samples_per_frame>;  ///< a sum that has not been limited yet

/// What one leg gives to a mix this tick, and where its own mix goes. Borrowed until `section::mix` returns.
struct mix_leg {
  const frame* in = nullptr;       ///< null: silent, muted, or nothing came: contributes nothing
  frame* out = nullptr;            ///< null: nobody listens (hold, or nothing to send)
  const frame* overlay = nullptr;  ///< a prompt that only this leg hears, added to its mix; may be null
  bool echo = false;               ///< hears its own `in` instead of the others, who do not hear it
};

/// One room's legs on one shard: the sum once, then for each leg the sum minus its own, softly limited.
/// Pure arithmetic on contiguous memory: no allocation, lock or system call. A room larger than a shard
/// exchanges partial sums: `partial_sum` gives what this section adds, `mix` takes what the other sections
/// added.
class section {
 public:
  /// Adds up what the legs of this section contribute.
  void sum(std::span<const mix_leg> legs);
  [[nodiscard]] const wide_frame& partial_sum() const noexcept { return sum_; }
  /// After `sum`: writes every leg's `out`. `others` is the sum of the room's other sections, null when there
  /// are none; `everyone` is a sound all legs hear (join tone), may be null.
  void mix(std::span<const mix_leg> legs, const wide_frame* others, const frame* everyone);

 private:
  wide_frame sum_{};
};

}  // namespace confab::mix
