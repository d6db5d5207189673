#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "media/rtp/packet.hpp"

namespace confab::rtp {

/// Random numbers a stream starts with (RFC 3550 §5.1), passed in.
struct sender_start {
  uint32_t ssrc = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
};

/// The outgoing side of a stream: SSRC, sequence, timestamp, marker, counts for RTCP. Time goes on by what
/// the caller says in units of the codec's RTP clock, so G.722 (8,000, RFC 3551 §4.5.2) and Opus (48,000, RFC
/// 7587 §4.1) need no case here: `advance(ptime)` every packet interval, whether or not something is sent.
class sender {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  sender(sender_start start, uint32_t rtp_clock_rate) noexcept
      : ssrc_(start.ssrc),
        sequence_(start.sequence),
        timestamp_(start.timestamp),
        clock_rate_(rtp_clock_rate) {}

  /// The header of the packet to send now; the marker begins a talk spurt (RFC 3551 §4.1). Counts it as sent.
  packet make(uint8_t payload_type, std::span<const uint8_t> payload, clock_time now) noexcept {
    packet p;
    p.payload_type = payload_type;
    p.marker = !in_spurt_;
    p.sequence = sequence_++;
    p.timestamp = timestamp_;
    p.ssrc = ssrc_;
    p.payload = payload;
    in_spurt_ = true;
    ++packets_;
    octets_ += payload.size();
    reference_ = now;
    reference_timestamp_ = timestamp_;
    return p;
  }
  /// Media time passed, sent or not.
  void advance(std::chrono::microseconds time) noexcept {
    const int64_t units = time.count() * clock_rate_ + remainder_;
    timestamp_ += static_cast<uint32_t>(units / 1'000'000);
    remainder_ = units % 1'000'000;
  }
  /// Nothing is sent for a while: the next packet begins a talk spurt.
  void pause() noexcept { in_spurt_ = false; }
  /// A re-INVITE chose another codec: sequence and SSRC go on (RFC 3550 §5.2), the clock may change, a spurt
  /// begins.
  void change_clock(uint32_t rtp_clock_rate) noexcept {
    clock_rate_ = rtp_clock_rate;
    remainder_ = 0;
    in_spurt_ = false;
  }

  [[nodiscard]] uint32_t ssrc() const noexcept { return ssrc_; }
  [[nodiscard]] uint64_t packets() const noexcept { return packets_; }
  [[nodiscard]] uint64_t octets() const noexcept { return octets_; }  ///< payload only
  [[nodiscard]] uint32_t timestamp() const noexcept { return timestamp_; }
  /// RFC 3550 §6.4.1: the RTP timestamp that belongs to an instant, for sender reports.
  [[nodiscard]] uint32_t timestamp_at(clock_time now) const noexcept {
    if (packets_ == 0) return timestamp_;
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(now - reference_).count();
    return reference_timestamp_ + static_cast<uint32_t>(since * clock_rate_ / 1'000'000);
  }

 private:
  uint32_t ssrc_;
  uint16_t sequence_;
  uint32_t timestamp_;
  int64_t clock_rate_;
  int64_t remainder_ = 0;  ///< of a unit, in millionths
  bool in_spurt_ = false;
  uint64_t packets_ = 0, octets_ = 0;
  clock_time reference_{};
  uint32_t reference_timestamp_ = 0;
};

}  // namespace confab::rtp
