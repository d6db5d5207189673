#include "media/mix/time_scaler.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace confab::mix {
namespace {

constexpr float always_quiet = 100.0F * 100.0F;  // mean square, 50 dB below overload
constexpr float below_voice = 0.001F;            // 30 dB below the voice
constexpr float sink = 0.98F;                    // of the voice, a call; half in 0.7 s
constexpr float alike = 0.85F;                   // correlation of a voiced sound with itself a period later
constexpr size_t most_lags = 240;                // 15 ms at 16 kHz

/// Normalised correlation of `count` samples (a multiple of eight) with those `lag` later, -1 to 1.
float likeness(const float* samples, size_t lag, size_t count) noexcept {
  constexpr size_t lanes = 8;  // partial sums: one float chain may not be reordered, so would not vectorise
  float dots[lanes] = {};
  float ours[lanes] = {};
  float theirs[lanes] = {};
  const float* later = samples + lag;
  for (size_t i = 0; i < count; i += lanes) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      dots[lane] += samples[i + lane] * later[i + lane];
      ours[lane] += samples[i + lane] * samples[i + lane];
      theirs[lane] += later[i + lane] * later[i + lane];
    }
  }
  float dot = 0;
  float our = 1;
  float their = 1;
  for (size_t lane = 0; lane < lanes; ++lane) {
    dot += dots[lane];
    our += ours[lane];
    their += theirs[lane];
  }
  return dot / std::sqrt(our * their);
}

/// Takes `count` samples out: the first `fade` turn into those `count` later.
void cut(std::span<int16_t> samples, size_t count, size_t fade) noexcept {
  for (size_t i = 0; i < fade; ++i) {
    const float share = static_cast<float>(i + 1) / static_cast<float>(fade + 1);
    const auto from = static_cast<float>(samples[i]);
    const auto to = static_cast<float>(samples[i + count]);
    samples[i] = static_cast<int16_t>(std::lrintf(from + (to - from) * share));
  }
  const auto kept = static_cast<std::ptrdiff_t>(fade);
  std::copy(samples.begin() + kept + static_cast<std::ptrdiff_t>(count), samples.end(),
            samples.begin() + kept);
}

}  // namespace

bool time_scaler::quiet(std::span<const int16_t> samples) noexcept {
  float sum = 0;
  for (const int16_t s : samples) sum += static_cast<float>(s) * static_cast<float>(s);
  const float power = sum / static_cast<float>(samples.size());
  voice_ = std::max(power, voice_ * sink);
  return power < std::max(always_quiet, voice_ * below_voice);
}

size_t time_scaler::shorten(std::span<int16_t> samples, size_t most, bool urgent) noexcept {
  const size_t fade = rate_ / 200;      // 5 ms
  const size_t compared = rate_ / 100;  // 10 ms
  const size_t shortest = rate_ / 400;  // 2.5 ms: a voice of 400 Hz
  if (most == 0 || samples.size() < 2 * fade + 1) return 0;
  // Only what lies before the seam's end may be quiet: a word that begins behind it stays whole.
  const size_t silent = std::min(most, samples.size() - fade);
  if (quiet(samples.first(std::min(samples.size(), silent + fade)))) {
    cut(samples, silent, fade);
    return silent;
  }
  if (samples.size() < compared + shortest) return 0;
  const size_t longest = std::min({most, samples.size() - compared, size_t{rate_ * 15 / 1000}});
  if (longest < shortest) return 0;
  std::array<float, most_lags + 160> wide;
  for (size_t i = 0; i < longest + compared; ++i) wide[i] = samples[i];
  size_t best = 0;
  float best_score = -1;
  for (size_t lag = shortest; lag <= longest; ++lag) {
    const float score = likeness(wide.data(), lag, compared);
    if (score <= best_score) continue;
    best_score = score;
    best = lag;
  }
  if (best == 0 || (best_score < alike && !urgent)) return 0;
  cut(samples, best, std::min(best, compared));
  return best;
}

}  // namespace confab::mix
