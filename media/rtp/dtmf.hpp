#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace confab::rtp {

/// RFC 4733 §2: key presses of one stream. Packets of a press repeat with one timestamp, its end comes three
/// times, any of them may be lost; the press counts once, with the first packet of it that comes.
class dtmf_receiver {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  explicit dtmf_receiver(uint32_t clock_rate) noexcept : clock_rate_(clock_rate) {}

  /// The digit (0-9 * # A-D) when this packet begins a press. Other events and garbage: nothing.
  std::optional<char> on_packet(uint32_t timestamp, bool marker, std::span<const uint8_t> payload,
                                clock_time now) noexcept;
  /// A key is held down: neither an end nor a pause in its packets was heard. At most `limits::dtmf_max`.
  [[nodiscard]] bool pressed(clock_time now) const noexcept;
  /// New SSRC or re-INVITE.
  void reset() noexcept { heard_ = false; }

 private:
  [[nodiscard]] bool same_press(uint8_t event, uint32_t timestamp, bool marker,
                                clock_time now) const noexcept;

  uint32_t clock_rate_;
  bool heard_ = false;  ///< the fields below mean something
  bool ended_ = false;
  uint8_t event_ = 0;
  uint16_t duration_ = 0;   ///< of the segment, timestamp units
  uint32_t timestamp_ = 0;  ///< of the segment
  clock_time began_{}, last_{};
};

}  // namespace confab::rtp
