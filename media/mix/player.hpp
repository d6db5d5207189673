#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "config/limits.hpp"
#include "media/mix/section.hpp"
#include "media/mix/sound.hpp"

namespace confab::mix {

/// What one leg hears besides the room: prompts one after the other, and music that loops under them and
/// steps back while one speaks. Owned by the shard; allocates nothing (sounds are shared, so dropping one
/// frees nothing while the library or the caller keeps it).
class player {
 public:
  /// Queues a prompt; false, and nothing queued, when `limits::prompts_queued_per_leg` wait already.
  [[nodiscard]] bool play(sound_ptr prompt) noexcept;
  /// Loops from its beginning; null fades it out. The same music again goes on where it is.
  void set_music(sound_ptr music) noexcept;
  /// Forgets all prompts at once; music goes on.
  void clear() noexcept;
  /// The next 20 ms; false, and `out` untouched, when there is nothing to hear.
  bool next_frame(frame& out) noexcept;
  [[nodiscard]] bool idle() const noexcept { return waiting_ == 0 && !music_; }
  [[nodiscard]] size_t prompts_waiting() const noexcept { return waiting_; }

  static constexpr float music_gain = 0.5f;    // -6 dB: music is background
  static constexpr float ducked_gain = 0.12f;  // -18 dB under a prompt

 private:
  void add_music(wide_frame& mix) noexcept;
  void add_prompts(wide_frame& mix) noexcept;

  std::array<sound_ptr, limits::prompts_queued_per_leg> prompts_;  // a ring: first_ plays
  size_t first_ = 0;
  size_t waiting_ = 0;
  size_t prompt_at_ = 0;  // sample
  sound_ptr music_;
  size_t music_at_ = 0;  // sample
  float gain_ = 0;       // of the music, where the last frame left it
  bool stopping_ = false;
};

}  // namespace confab::mix
