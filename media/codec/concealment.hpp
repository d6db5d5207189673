#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace confab::codec {

/// Hides lost packets of codecs that have no concealment of their own (G.711, G.722): repeats the last pitch
/// period of what was heard, fades to silence within 60 ms, and crosses over into what is received next
/// without a click. After the idea of G.711 Appendix I, but without its 3.75 ms of added delay: instead of
/// cross-fading what was already played, the first repetition starts where the last sample ended and slides
/// back within 2.5 ms. Plain arithmetic, no allocation; owned by one decoder.
class concealment {
 public:
  explicit concealment(uint32_t sample_rate) noexcept;

  /// What was decoded: remembered, and after a loss its beginning is blended with the repetition, in place.
  void received(std::span<int16_t> decoded) noexcept;
  /// Fills `out` in place of what was lost. Silence when nothing was ever received.
  void lost(std::span<int16_t> out) noexcept;

 private:
  static constexpr size_t max_history = 480;  // 30 ms at 16 kHz: the longest pitch period twice
  static constexpr size_t max_period = max_history / 2;

  void remember(std::span<const int16_t> heard) noexcept;
  [[nodiscard]] size_t find_period() const noexcept;
  void begin() noexcept;
  [[nodiscard]] float next() noexcept;

  size_t history_size_;                         // 30 ms
  size_t shortest_;                             // 2.5 ms: a voice of 400 Hz
  size_t blend_;                                // 5 ms, the way back into what is received
  size_t hold_;                                 // 10 ms at full level
  size_t silent_after_;                         // 60 ms
  std::array<int16_t, max_history> history_{};  // the newest is at history_size_ - 1
  std::array<float, max_period> cycle_{};       // one period, its end leading into its beginning
  size_t period_ = 0;
  size_t position_ = 0;   // in cycle_
  size_t concealed_ = 0;  // samples since the loss began
  float offset_ = 0;      // what remains of the step at the joint
  float offset_step_ = 0;
  bool concealing_ = false;
};

}  // namespace confab::codec
