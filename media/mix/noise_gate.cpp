#include "media/mix/noise_gate.hpp"

#include <algorithm>

namespace confab::mix {

float noise_gate::on_level(int level, int floor) noexcept {
  constexpr auto knee = static_cast<float>(open_above_floor - closed_above_floor);
  const int above = std::max(floor, loudest_floor) - level;
  const float openness = static_cast<float>(above - closed_above_floor) / knee;
  const float wanted = (std::clamp(openness, 0.0f, 1.0f) - 1) * most_attenuation;
  if (wanted >= gain_) {
    gain_ = wanted;
    if (wanted >= 0) hold_ = hold_frames;
  } else if (hold_ > 0) {
    --hold_;
  } else {
    gain_ = std::max(wanted, gain_ - close_a_frame);
  }
  return gain_;
}

}  // namespace confab::mix
