#include "media/codec/concealment.hpp"

#include <algorithm>
#include <cmath>

namespace confab::codec {
namespace {

int16_t to_sample(float value) {
  return static_cast<int16_t>(std::lrintf(std::clamp(value, -32'768.0f, 32'767.0f)));
}

/// How like `recent` is to what was `lag` samples before: 0 when it is not. `count` is a multiple of eight.
float likeness(const float* recent, size_t lag, size_t count) {
  constexpr size_t lanes =
      8;  // partial sums, because the order of one float sum may not be changed to vectorise it
  float dots[lanes] = {};
  float energies[lanes] = {};
  const float* earlier = recent - lag;
  for (size_t i = 0; i < count; i += lanes) {
    for (size_t lane = 0; lane < lanes; ++lane) {
      dots[lane] += recent[i + lane] * earlier[i + lane];
      energies[lane] += earlier[i + lane] * earlier[i + lane];
    }
  }
  float dot = 0;
  float energy = 1;  // never divides by zero
  for (size_t lane = 0; lane < lanes; ++lane) {
    dot += dots[lane];
    energy += energies[lane];
  }
  return dot > 0 ? dot * dot / energy : 0;
}

}  // namespace

concealment::concealment(uint32_t sample_rate) noexcept
    : history_size_(std::min<size_t>(max_history, sample_rate * 30 / 1'000)),
      shortest_(sample_rate / 400),
      blend_(sample_rate * 5 / 1'000),
      hold_(sample_rate * 10 / 1'000),
      silent_after_(sample_rate * 60 / 1'000) {}

void concealment::remember(std::span<const int16_t> heard) noexcept {
  if (heard.size() >= history_size_) {
    const auto newest = heard.last(history_size_);
    std::copy(newest.begin(), newest.end(), history_.begin());
    return;
  }
  const auto kept = static_cast<std::ptrdiff_t>(history_size_ - heard.size());
  std::copy(history_.begin() + static_cast<std::ptrdiff_t>(heard.size()),
            history_.begin() + static_cast<std::ptrdiff_t>(history_size_), history_.begin());
  std::copy(heard.begin(), heard.end(), history_.begin() + kept);
}

/// The lag between 2.5 and 15 ms at which the last 15 ms are most like themselves (normalised
/// cross-correlation): first at 8 kHz, then, for a wide-band signal, among the neighbours of what was found.
size_t concealment::find_period() const noexcept {
  std::array<float, max_history> full;
  std::array<float, max_history> coarse;
  const size_t factor = history_size_ > max_history / 2 ? 2 : 1;
  const size_t coarse_size = history_size_ / factor;
  for (size_t i = 0; i < history_size_; ++i) full[i] = history_[i];
  for (size_t i = 0; i < coarse_size; ++i) coarse[i] = full[factor * i] + full[factor * i + factor - 1];

  const size_t coarse_longest = coarse_size / 2;
  size_t best = coarse_longest;
  float best_score = 0;
  for (size_t lag = shortest_ / factor; lag <= coarse_longest; ++lag) {
    const float score = likeness(coarse.data() + coarse_size - coarse_longest, lag, coarse_longest);
    // A multiple of the period scores the same; asking for a clear win keeps the shortest.
    if (score > best_score * 1.02f) {
      best_score = score;
      best = lag;
    }
  }
  if (factor == 1) return best;

  const size_t longest = history_size_ / 2;
  const size_t found = best * factor;
  best_score = -1;
  for (size_t lag = std::max(found - 1, shortest_); lag <= std::min(found + 1, longest); ++lag) {
    const float score = likeness(full.data() + history_size_ - longest, lag, longest);
    if (score > best_score) {
      best_score = score;
      best = lag;
    }
  }
  return best;
}

void concealment::begin() noexcept {
  period_ = find_period();
  const int16_t* start = history_.data() + (history_size_ - period_);
  for (size_t i = 0; i < period_; ++i) cycle_[i] = static_cast<float>(start[i]);
  // The end of the cycle turns into what came before its beginning, so that it repeats without a step.
  const size_t joint = std::min(period_ / 2, history_size_ - period_);
  for (size_t i = 0; i < joint; ++i) {
    const float share = static_cast<float>(i + 1) / static_cast<float>(joint);
    float& value = cycle_[period_ - joint + i];
    value += (static_cast<float>(*(start - joint + i)) - value) * share;
  }
  // The first sample continues from the last one played, with the slope it has in the cycle.
  offset_ = static_cast<float>(history_[history_size_ - 1]) - static_cast<float>(*(start - 1));
  offset_step_ = offset_ / static_cast<float>(shortest_);
  position_ = 0;
  concealed_ = 0;
  concealing_ = true;
}

float concealment::next() noexcept {
  if (concealed_ >= silent_after_) return 0;
  float value = cycle_[position_] + offset_;
  if (++position_ == period_) position_ = 0;
  // Towards zero and no further; the last step may be shorter through rounding.
  offset_ = std::abs(offset_) > std::abs(offset_step_) ? offset_ - offset_step_ : 0;
  if (concealed_ > hold_) {
    value *= static_cast<float>(silent_after_ - concealed_) / static_cast<float>(silent_after_ - hold_);
  }
  ++concealed_;
  return value;
}

void concealment::lost(std::span<int16_t> out) noexcept {
  if (!concealing_) begin();
  for (int16_t& value : out) value = to_sample(next());
}

void concealment::received(std::span<int16_t> decoded) noexcept {
  if (concealing_) {
    const size_t blended = std::min(blend_, decoded.size());
    for (size_t i = 0; i < blended; ++i) {
      const float share = static_cast<float>(i + 1) / static_cast<float>(blended + 1);
      const float repeated = next();
      decoded[i] = to_sample(repeated + (static_cast<float>(decoded[i]) - repeated) * share);
    }
    concealing_ = false;
  }
  remember(decoded);
}

}  // namespace confab::codec
