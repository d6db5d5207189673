#include "media/mix/leg_voice.hpp"

#include "media/mix/gain.hpp"

namespace confab::mix {
namespace {

constexpr size_t rise_samples = 40;  // 2.5 ms: no click, and no word misses them
constexpr int spare_nothing = 128;

}  // namespace

speaker_rank leg_voice::measure(int level, uint64_t key) noexcept {
  level_ = level;
  activity_.on_level(level);
  float decibels = 0;
  if (settings_.gain_control) {
    const noise_floor& floor = activity_.floor();
    decibels += control_.on_level(level, activity_.loud(), floor.level(), floor.heard());
  }
  const float loudness = static_cast<float>(level) - decibels;
  if (settings_.noise_gate) decibels += gate_.on_level(level, activity_.floor().level());
  wanted_ = decibels == 0 ? 1.0f : gain_of_decibels(decibels);
  if (settings_.speakers == 0) return 1;
  return speaker_.on_level(loudness, activity_.loud(), active(), heard_, key);
}

bool leg_voice::shape(frame& samples, bool selected) noexcept {
  const bool fades = settings_.voice_activity || settings_.speakers != 0;
  const bool was_heard = heard_;
  heard_ = active() && selected;
  const float to = heard_ ? wanted_ : 0.0f;
  if (!fades) {  // digital silence comes and goes by itself
    gain_ = was_heard ? gain_ : wanted_;
    if (!heard_) return false;
  } else if (!heard_ && !was_heard) {
    return false;
  }
  if (gain_ != 1 || to != 1) apply_gain(samples, gain_, to, to > gain_ ? rise_samples : samples_per_frame);
  gain_ = to;
  return true;
}

int leg_voice::always_spare_from() const noexcept {
  if (heard_) return spare_nothing;
  if (!settings_.voice_activity) return silence_level;
  return activity_.active() ? spare_nothing : voice_activity::never_loud;
}

int leg_voice::spare_from() const noexcept {
  const int always = always_spare_from();
  return always == voice_activity::never_loud ? activity_.threshold() : always;
}

}  // namespace confab::mix
