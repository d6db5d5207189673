#pragma once

#include <cstdint>

#include "media/mix/gain_control.hpp"
#include "media/mix/noise_gate.hpp"
#include "media/mix/speaker_selection.hpp"
#include "media/mix/voice_activity.hpp"
#include "media/mix/voice_settings.hpp"

namespace confab::mix {

/// One leg's part in the decision who is heard, and how: voice activity, its claim among the speakers, gate
/// and gain. A tick is one `measure`, then, once the room's claims are compared, one `shape`. What begins to
/// be heard comes in over 2.5 ms, what ends goes out over a frame. With every switch off a frame passes
/// untouched. No allocation, no clock; owned by one leg.
class leg_voice {
 public:
  void configure(const voice_settings& settings) noexcept { settings_ = settings; }

  /// The level of what came in this tick; `silence_level` when nothing did or it is not to be heard. Returns
  /// this leg's claim. `key`: the leg's number.
  speaker_rank measure(int level, uint64_t key) noexcept;
  /// Applies what this tick decided to the frame. False: the leg contributes nothing, it is a listener; the
  /// frame is then of no use.
  [[nodiscard]] bool shape(frame& samples, bool selected) noexcept;
  /// The same where nothing came: there is nothing to fade out.
  void shape_nothing() noexcept {
    heard_ = false;
    gain_ = 0;
  }

  /// Quieter packets (RFC 6464 level at least this) need not be decoded: they would not be heard. 128: all
  /// must, because the leg is heard now or still fades out.
  [[nodiscard]] int spare_from() const noexcept;
  /// The same whatever the peer's voice bit says.
  [[nodiscard]] int always_spare_from() const noexcept;

  [[nodiscard]] const voice_activity& activity() const noexcept { return activity_; }

 private:
  [[nodiscard]] bool active() const noexcept {
    return settings_.voice_activity ? activity_.active() : level_ < silence_level;
  }

  voice_settings settings_;
  voice_activity activity_;
  noise_gate gate_;
  gain_control control_;
  speaker speaker_;
  float wanted_ = 1;  ///< of gate and gain control
  float gain_ = 0;    ///< where the last frame ended
  int level_ = silence_level;
  bool heard_ = false;
};

}  // namespace confab::mix
