#include "media/rtp/dtmf.hpp"

#include "config/limits.hpp"
#include "media/rtp/bytes.hpp"
#include "media/rtp/packet.hpp"

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;

constexpr char digits[] = "0123456789*#ABCD";
constexpr uint8_t digit_events = 16;    // 16 is a hook flash, above are tones of lines
constexpr auto forgotten_after = 5s;    // no packet of a press comes later; then its timestamp means nothing
constexpr auto released_after = 200ms;  // four update intervals without a packet: the end was lost

}  // namespace

std::optional<char> dtmf_receiver::on_packet(uint32_t timestamp, bool marker,
                                             std::span<const uint8_t> payload, clock_time now) noexcept {
  if (payload.size() < 4) return std::nullopt;
  const uint8_t event = payload[0];
  const bool end = (payload[1] & 0x80) != 0;
  const uint16_t duration = read_16(payload.subspan(2));
  if (event >= digit_events) return std::nullopt;
  if (heard_ && now - last_ < forgotten_after) {
    if (same_press(event, timestamp, marker, now)) {
      ended_ = ended_ || end;
      // A straggler of an earlier moment does not shorten the press.
      if (timestamp != timestamp_ || duration > duration_) duration_ = duration;
      timestamp_ = timestamp;
      last_ = now;
      return std::nullopt;
    }
    if (!newer(timestamp, timestamp_)) return std::nullopt;  // of an earlier press, overtaken
  }
  heard_ = true;
  ended_ = end;
  event_ = event;
  duration_ = duration;
  timestamp_ = timestamp;
  began_ = last_ = now;
  return digits[event];
}

bool dtmf_receiver::same_press(uint8_t event, uint32_t timestamp, bool marker,
                               clock_time now) const noexcept {
  if (timestamp == timestamp_) return true;
  // §2.5.1.3: a press longer than 16 bits of duration goes on in a segment that starts where the last one
  // stopped.
  const uint32_t beyond = timestamp - timestamp_ - duration_;
  return event == event_ && !ended_ && !marker && now - last_ < released_after && beyond <= clock_rate_ / 10;
}

bool dtmf_receiver::pressed(clock_time now) const noexcept {
  return heard_ && !ended_ && now - last_ < released_after && now - began_ < limits::dtmf_max;
}

}  // namespace confab::rtp
