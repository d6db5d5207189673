#pragma once

namespace confab::mix {

/// Brings every voice to about the same loudness, slowly: an active speech level of -24 dBov (in the sense of
/// ITU-T P.56: pauses do not count) by -12 to +18 dB. Only frames that are speech are measured, so that the
/// gain stands still in pauses; and it never lifts the background above -50 dBov. Levels are decibels below
/// overload.
class gain_control {
 public:
  static constexpr float target = 24;
  static constexpr float least_gain = -12, most_gain = 18;           // dB
  static constexpr float loudest_background = 50;                    ///< after the gain
  static constexpr float rise_a_frame = 0.06f, fall_a_frame = 0.2f;  // dB: 3 and 10 dB a second
  static constexpr int above_background = 12;                        ///< dB: what counts as speech

  /// The gain for a frame of this level, in dB. `loud`: it is speech by the voice activity; `floor` is the
  /// noise floor, `heard_floor` the same without assumptions (see `noise_floor`).
  float on_level(int level, bool loud, int floor, int heard_floor) noexcept;
  [[nodiscard]] float speech_level() const noexcept { return level_; }  ///< 0 before any speech

 private:
  void measure(float level) noexcept;

  float gain_ = 0;    // dB
  float power_ = 0;   // of active speech, full scale is 1
  float level_ = 0;   // the same, decibels below overload
  int measured_ = 0;  // frames, up to the length of the average
};

}  // namespace confab::mix
