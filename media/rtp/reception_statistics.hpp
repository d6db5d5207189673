#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "media/rtp/rtcp.hpp"

namespace confab::rtp {

/// What one source sent and what of it came: RFC 3550 §6.4.1, §A.1, §A.3, §A.8. Plain counting; owned by one
/// leg of one shard.
class reception_statistics {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  explicit reception_statistics(uint32_t clock_rate) noexcept
      : clock_rate_(clock_rate == 0 ? 1 : clock_rate) {}

  /// Every valid RTP packet. Another SSRC starts the counting anew (what was counted stays in the totals).
  void on_packet(uint32_t ssrc, uint16_t sequence, uint32_t timestamp, clock_time now) noexcept;
  /// A sender report of the source, for LSR and DLSR.
  void on_sender_report(uint32_t ssrc, uint64_t ntp, clock_time now) noexcept;

  /// The block for the next report; fraction lost counts from the last call. Nothing when nothing has come
  /// yet.
  std::optional<report_block> make_block(clock_time now) noexcept;

  [[nodiscard]] uint64_t packets_received() const noexcept { return earlier_received_ + received_; }
  [[nodiscard]] uint64_t packets_lost() const noexcept;  ///< never below zero
  [[nodiscard]] std::chrono::microseconds jitter() const noexcept;
  [[nodiscard]] uint32_t extended_highest_sequence() const noexcept { return cycles_ + highest_; }
  [[nodiscard]] std::optional<uint32_t> ssrc() const noexcept { return ssrc_; }

 private:
  void start(uint32_t ssrc, uint16_t sequence) noexcept;
  void count_jitter(uint32_t timestamp, clock_time now) noexcept;
  [[nodiscard]] int64_t lost_now() const noexcept;

  uint32_t clock_rate_;
  std::optional<uint32_t> ssrc_;
  uint16_t highest_ = 0;
  uint32_t cycles_ = 0;  ///< of 65536 numbers each
  uint32_t base_ = 0;
  std::optional<uint16_t> suspect_;  ///< the number that would confirm a jump
  uint64_t received_ = 0;
  uint64_t expected_before_ = 0, received_before_ = 0;
  uint64_t earlier_received_ = 0, earlier_lost_ = 0;
  std::optional<uint32_t> last_transit_;
  uint32_t last_timestamp_ = 0;
  uint32_t jitter_q4_ = 0;  ///< timestamp units times 16
  uint32_t last_sr_ = 0;
  clock_time last_sr_at_{};
};

/// RFC 3550 §6.4.1: round trip from a block about us: now − LSR − DLSR, all in the middle 32 bits of NTP
/// time. Nothing when the peer has heard no report of ours, or the sum makes no sense.
[[nodiscard]] std::optional<std::chrono::microseconds> round_trip(const report_block& about_us,
                                                                  uint64_t ntp_now) noexcept;

/// NTP 32.32 from the wall clock.
[[nodiscard]] uint64_t ntp_of(std::chrono::system_clock::time_point now) noexcept;

}  // namespace confab::rtp
