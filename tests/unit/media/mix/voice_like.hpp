#pragma once

#include <cmath>
#include <cstdint>
#include <random>

#include "media/mix/section.hpp"

namespace confab::mix {

/// Frames that excite a codec as speech does: a pitch that wanders, harmonics below 4 kHz, breath, syllables
/// and pauses. The same seed gives the same voice.
class voice_like {
 public:
  explicit voice_like(unsigned seed) : random_(seed), pitch_(90 + 15.0 * (seed % 7)) {}

  frame next() {
    frame out;
    for (int16_t& sample : out) {
      const double seconds = static_cast<double>(at_++) / mix_rate;
      const double syllable =
          std::max(0.0, std::sin(2 * M_PI * 3.1 * seconds)) * (std::fmod(seconds, 2.0) < 1.6);
      const double pitch = pitch_ * (1 + 0.1 * std::sin(2 * M_PI * 0.7 * seconds));
      phase_ += 2 * M_PI * pitch / mix_rate;
      double value = 0;
      for (int harmonic = 1; harmonic * pitch < 4000; ++harmonic) {
        value += std::sin(harmonic * phase_) / (1 + 0.3 * harmonic);
      }
      sample = static_cast<int16_t>(syllable * (1800 * value + 60 * noise_(random_)) + 12 * noise_(random_));
    }
    return out;
  }

 private:
  std::mt19937 random_;
  std::normal_distribution<double> noise_;
  double pitch_;
  double phase_ = 0;
  uint64_t at_ = 0;
};

}  // namespace confab::mix
