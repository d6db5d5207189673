#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media/rtp/comfort_noise.hpp"

namespace confab::mix {

/// RFC 3389 §4: noise as a comfort noise payload describes it, white or shaped by its reflection
/// coefficients. It comes, goes and changes its level within 20 ms, without a step. Pseudo-random from a
/// fixed seed; plain arithmetic, no allocation.
class noise_source {
 public:
  /// From now on; what sounds already turns into it.
  void play(const rtp::comfort_noise& noise) noexcept;
  void stop() noexcept { wanted_gain_ = 0; }
  /// At once: another stream.
  void reset() noexcept { *this = noise_source{}; }
  [[nodiscard]] bool audible() const noexcept { return gain_ > 0 || wanted_gain_ > 0; }

  /// Adds the next samples. `rate` in Hz sets how many the fade takes.
  void add_to(std::span<int16_t> samples, uint32_t rate) noexcept;

 private:
  [[nodiscard]] float next() noexcept;

  rtp::comfort_noise shape_;
  std::array<float, rtp::comfort_noise::most_order> backward_{};  ///< the lattice's state
  uint32_t random_ = 0x2545'f491;
  float gain_ = 0;
  float wanted_gain_ = 0;
};

}  // namespace confab::mix
