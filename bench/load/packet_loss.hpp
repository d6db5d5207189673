#pragma once

#include <cstdint>

namespace confab::load {

/// Which packets of a leg are lost on purpose: each by itself, with one probability, the same ones in each
/// run of a seed.
class packet_loss {
 public:
  packet_loss() = default;
  /// `share` from 0 to 1.
  packet_loss(double share, uint64_t seed) noexcept
      : threshold_(static_cast<uint64_t>(share * 4'294'967'296.0)), state_(seed) {
    (void)next();  // seeds that differ by one start alike
    (void)next();
  }

  [[nodiscard]] bool drops() noexcept { return threshold_ != 0 && next() < threshold_; }

 private:
  /// 32 bits of SplitMix64, the mixing function of Steele, Lea and Flood (2014).
  uint64_t next() noexcept {
    state_ += 0x9e3779b97f4a7c15ULL;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return (z ^ (z >> 31)) >> 32;
  }

  uint64_t threshold_ = 0;
  uint64_t state_ = 0;
};

}  // namespace confab::load
