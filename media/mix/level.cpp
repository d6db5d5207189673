#include "media/mix/level.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "media/mix/kernels.hpp"

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

// Level L is what lies within half a decibel of L below overload, so no logarithm is needed: only the least
// energy of each level.
constexpr double overload = 32'768.0 * 32'768.0 * samples_per_frame;
constexpr double half_a_decibel = 0.891250938133745529;  // 10^-0.05
constexpr double decibel = 0.794328234724281502;         // 10^-0.1
constexpr size_t octaves = 40;                           // 320 · 2^30 is less than 2^39
constexpr size_t levels_an_octave = 4;
constexpr size_t levels = 116 + levels_an_octave;  // an energy of 1 is 115 decibels below overload

constexpr auto least_energy = [] {
  std::array<uint64_t, levels> least{};
  double bound = overload * half_a_decibel;
  for (uint64_t& value : least) {
    const auto whole = static_cast<uint64_t>(bound);
    value = static_cast<double>(whole) < bound ? whole + 1 : whole;
    bound *= decibel;
  }
  return least;
}();

/// By the number of the highest bit set: the level of the largest energy there.
constexpr auto loudest_of_octave = [] {
  std::array<uint8_t, octaves> loudest{};
  for (size_t bit = 0; bit < octaves; ++bit) {
    const uint64_t largest = (uint64_t{2} << bit) - 1;
    while (largest < least_energy[loudest[bit]]) ++loudest[bit];
  }
  return loudest;
}();

}  // namespace

int level_of(const frame& samples) noexcept {
  const uint64_t energy = kernels::energy(samples);
  if (energy == 0) return silence_level;
  // One octave of energy holds at most four levels: from the loudest of this octave down.
  const auto first = loudest_of_octave[static_cast<size_t>(std::bit_width(energy) - 1)];
  int level = first;
  for (size_t i = first; i < size_t{first} + levels_an_octave; ++i) level += energy < least_energy[i] ? 1 : 0;
  return level;
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
