#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "media/mix/level.hpp"
#include "media/mix/section.hpp"
#include "tests/unit/media/codec/vectors.hpp"

/// Real speech for the tests of who is heard: six seconds at 16 kHz from the ITU-T G.722 vectors, two
/// speakers with a second of digital silence between them.
namespace confab::mix::testing_support {

using sound_samples = std::vector<int16_t>;

inline const char* speech_file = "g722/inpsp.bin";

inline sound_samples speech() {
  const std::vector<uint16_t> words = vectors::read_words(speech_file);
  return {words.begin(), words.end()};
}

inline double power_of(std::span<const int16_t> samples) {
  double sum = 0;
  for (const int16_t s : samples) sum += static_cast<double>(s) * s;
  return samples.empty() ? 0 : sum / static_cast<double>(samples.size());
}
/// In dBov, negative.
inline double decibels_of(std::span<const int16_t> samples) {
  return 10 * std::log10(power_of(samples) / (32'768.0 * 32'768.0) + 1e-20);
}

/// Mean level of the frames in which somebody speaks, in dBov: within 25 dB of the loudest.
inline double speech_level_of(std::span<const int16_t> samples) {
  std::vector<double> powers;
  for (size_t at = 0; at + samples_per_frame <= samples.size(); at += samples_per_frame) {
    powers.push_back(power_of(samples.subspan(at, samples_per_frame)));
  }
  const double least = *std::max_element(powers.begin(), powers.end()) / 316;
  double sum = 0, count = 0;
  for (const double power : powers) {
    if (power < least) continue;
    sum += power;
    ++count;
  }
  return 10 * std::log10(sum / count / (32'768.0 * 32'768.0));
}

inline sound_samples scaled(sound_samples samples, double decibels) {
  const double gain = std::pow(10, decibels / 20);
  for (int16_t& s : samples) s = static_cast<int16_t>(std::clamp(std::lround(s * gain), -32'768L, 32'767L));
  return samples;
}

/// Gaussian noise of this level in dBov, always the same.
inline sound_samples noise(size_t length, double level, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0, 32'768 * std::pow(10, level / 20));
  sound_samples samples(length);
  for (int16_t& s : samples)
    s = static_cast<int16_t>(std::clamp(std::lround(normal(random)), -32'768L, 32'767L));
  return samples;
}

inline sound_samples sum_of(sound_samples a, const sound_samples& b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<int16_t>(std::clamp(a[i] + b[i], -32'768, 32'767));
  return a;
}

inline sound_samples joined(sound_samples a, const sound_samples& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Where words begin in clean speech: 5 ms louder than -45 dBov after 40 ms that were quieter than -48.
inline std::vector<size_t> word_starts(std::span<const int16_t> clean) {
  constexpr size_t block = 80;
  std::vector<size_t> starts;
  size_t quiet_blocks = 100;
  for (size_t at = 0; at + block <= clean.size(); at += block) {
    const double level = decibels_of(clean.subspan(at, block));
    if (level > -45) {
      if (quiet_blocks >= 8) starts.push_back(at);
      quiet_blocks = 0;
    } else if (level < -48) {
      ++quiet_blocks;
    }
  }
  return starts;
}

inline frame frame_at(std::span<const int16_t> samples, size_t at) {
  frame f{};
  const size_t length = at < samples.size() ? std::min(samples_per_frame, samples.size() - at) : 0;
  if (length > 0) std::copy_n(samples.begin() + static_cast<std::ptrdiff_t>(at), length, f.begin());
  return f;
}

}  // namespace confab::mix::testing_support
