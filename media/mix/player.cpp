#include "media/mix/player.hpp"

#include <algorithm>
#include <utility>

#include "media/mix/limiter.hpp"

namespace confab::mix {
namespace {

// The gain walks at most this far in a frame: 100 ms from music to nothing. A step would click.
constexpr float gain_step = player::music_gain / 5;

}  // namespace

bool player::play(sound_ptr prompt) noexcept {
  if (!prompt || prompt->samples.empty()) return true;  // nothing to hear is heard at once
  if (waiting_ == prompts_.size()) return false;
  prompts_[(first_ + waiting_) % prompts_.size()] = std::move(prompt);
  ++waiting_;
  return true;
}

void player::set_music(sound_ptr music) noexcept {
  if (!music || music->samples.empty()) {
    stopping_ = true;
    return;
  }
  stopping_ = false;
  if (music == music_) return;
  music_ = std::move(music);
  music_at_ = 0;
  gain_ = 0;
}

void player::clear() noexcept {
  for (sound_ptr& prompt : prompts_) prompt.reset();
  first_ = waiting_ = prompt_at_ = 0;
}

void player::add_music(wide_frame& mix) noexcept {
  const float wanted = stopping_ ? 0 : waiting_ > 0 ? ducked_gain : music_gain;
  const float reached = gain_ + std::clamp(wanted - gain_, -gain_step, gain_step);
  const float step = (reached - gain_) / static_cast<float>(samples_per_frame);
  const auto& samples = music_->samples;
  for (int32_t& value : mix) {
    gain_ += step;
    value += static_cast<int32_t>(gain_ * static_cast<float>(samples[music_at_]));
    if (++music_at_ == samples.size()) music_at_ = 0;
  }
  gain_ = reached;
  if (stopping_ && gain_ <= 0) music_.reset();
}

void player::add_prompts(wide_frame& mix) noexcept {
  size_t at = 0;
  while (waiting_ > 0 && at < mix.size()) {
    const auto& samples = prompts_[first_]->samples;
    const size_t count = std::min(mix.size() - at, samples.size() - prompt_at_);
    for (size_t i = 0; i < count; ++i) mix[at + i] += samples[prompt_at_ + i];
    at += count;
    prompt_at_ += count;
    if (prompt_at_ < samples.size()) return;
    prompts_[first_].reset();
    first_ = (first_ + 1) % prompts_.size();
    --waiting_;
    prompt_at_ = 0;
  }
}

bool player::next_frame(frame& out) noexcept {
  if (idle()) return false;
  wide_frame mix{};
  if (music_) add_music(mix);
  add_prompts(mix);
  limit_softly(mix, out);
  return true;
}

}  // namespace confab::mix
