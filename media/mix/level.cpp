#include "media/mix/level.hpp"

#include <algorithm>
#include <cmath>

namespace confab::mix {
namespace {

// All in decibels below overload: a smaller number is louder.
constexpr float always_talking = 36;
constexpr float never_talking = 55;  // a quiet room is not speech however quiet its floor
constexpr float above_floor = 9;
constexpr float lowest_floor = 80;
constexpr float rise_per_frame = 0.04f;  // 2 dB a second
constexpr int frames_to_begin = 2;
constexpr int hangover_frames = 20;

}  // namespace

int level_of(const frame& samples) noexcept {
  float energy = 0;
  // Eight partial sums, because a single float chain may not be reordered and so would not vectorise.
  constexpr size_t lanes = 8;
  static_assert(samples_per_frame % lanes == 0);
  float sums[lanes] = {};
  for (size_t i = 0; i < samples.size(); i += lanes) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      const auto value = static_cast<float>(samples[i + lane]);
      sums[lane] += value * value;
    }
  }
  for (const float sum : sums) energy += sum;
  if (energy <= 0) return silence_level;
  constexpr float overload = 32'768.0f * 32'768.0f * static_cast<float>(samples_per_frame);
  const float decibels = 10 * std::log10(overload / energy);
  return std::clamp(static_cast<int>(std::lround(decibels)), 0, silence_level);
}

std::optional<bool> talk_detector::on_level(int level) noexcept {
  const auto decibels = static_cast<float>(level);
  const float threshold = std::max(always_talking, std::min(never_talking, floor_ - above_floor));
  const bool loud = decibels < threshold;
  floor_ = std::min(lowest_floor, std::max(decibels, floor_ - rise_per_frame));

  loud_frames_ = loud ? loud_frames_ + 1 : 0;
  if (loud_frames_ >= frames_to_begin) {
    loud_frames_ = frames_to_begin;
    hangover_ = hangover_frames;
  } else if (hangover_ > 0) {
    --hangover_;
  }
  const bool talking = hangover_ > 0;
  if (talking == talking_) return std::nullopt;
  talking_ = talking;
  return talking_;
}

}  // namespace confab::mix
