#include "media/mix/gain_control.hpp"

#include <algorithm>
#include <cmath>

namespace confab::mix {
namespace {

constexpr int average_frames = 150;    // three seconds of speech
constexpr int first_frames = 10;       // before that a cough would set the gain
constexpr float margin = 15.9f;        // dB, P.56 §6: quieter than this below the average is a pause
constexpr float quietest_speech = 50;  // nobody is meant to be heard below this

}  // namespace

void gain_control::measure(float level) noexcept {
  if (measured_ >= first_frames && level > level_ + margin) return;
  measured_ = std::min(measured_ + 1, average_frames);
  const float power = std::pow(10.0f, -0.1f * level);
  power_ += (power - power_) / static_cast<float>(measured_);
  level_ = -10 * std::log10(power_);
}

float gain_control::on_level(int level, bool loud, int floor, int heard_floor) noexcept {
  const bool speech =
      loud && static_cast<float>(level) < quietest_speech && heard_floor - level >= above_background;
  if (!speech) return gain_;
  measure(static_cast<float>(level));
  if (measured_ < first_frames) return gain_;
  const float background = std::max(0.0f, static_cast<float>(floor) - loudest_background);
  const float most = std::min(most_gain, background);
  const float wanted = std::clamp(level_ - target, least_gain, most);
  gain_ = std::clamp(wanted, gain_ - fall_a_frame, gain_ + rise_a_frame);
  return gain_;
}

}  // namespace confab::mix
