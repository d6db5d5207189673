#pragma once

namespace confab::mix {

/// Turns the background down between words: by 15 dB what is within 4 dB of the noise floor, not at all what
/// is 12 dB above it, in between in proportion. Opens at once (a frame is looked at before it is played, so
/// that the onset itself is already inside), holds for 160 ms and closes over 200 ms, so that the tails of
/// words stay. Levels are decibels below overload.
class noise_gate {
 public:
  static constexpr float most_attenuation = 15;  // dB
  static constexpr int closed_above_floor = 4;   // dB
  static constexpr int open_above_floor = 12;    // dB
  static constexpr int loudest_floor = 45;       ///< louder background is not told from quiet speech
  static constexpr int hold_frames = 8;
  static constexpr float close_a_frame = 1.5f;  // dB

  /// The gain of a frame of this level in dB, 0 to -15.
  float on_level(int level, int floor) noexcept;

 private:
  float gain_ = 0;  // dB
  int hold_ = 0;    // frames left
};

}  // namespace confab::mix
