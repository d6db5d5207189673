#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "media/rtp/reception_statistics.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/rtp/sender.hpp"

namespace confab::rtp {

/// RFC 3550 §6.2, §6.3 for a leg with one peer: every 5 s, each time stretched by a random 0.5 to 1.5, the
/// first after half of that. No clock and no randomness of its own; writes into the caller's bytes and does
/// not allocate after it is made.
class rtcp_session {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  using wall_time = std::chrono::system_clock::time_point;

  /// `random` seeds the spread of intervals; equal seeds give equal intervals.
  rtcp_session(std::string cname, uint32_t clock_rate, uint32_t random, clock_time now);

  [[nodiscard]] bool due(clock_time now) const noexcept { return now >= next_; }
  /// The report that is due, and the time of the next one. SR when something was sent since the last report.
  size_t write_report(const sender& ours, clock_time now, wall_time wall, std::span<uint8_t> out) noexcept;
  /// The report that ends the leg, with BYE.
  size_t write_bye(const sender& ours, clock_time now, wall_time wall, std::span<uint8_t> out) noexcept;

  /// What the peer's compound changes: LSR, round trip. `ours` is our SSRC.
  void on_rtcp(const rtcp_compound& heard, uint32_t ours, clock_time now, wall_time wall) noexcept;

  [[nodiscard]] reception_statistics& reception() noexcept { return reception_; }
  [[nodiscard]] const reception_statistics& reception() const noexcept { return reception_; }
  [[nodiscard]] std::optional<std::chrono::microseconds> last_round_trip() const noexcept {
    return round_trip_;
  }
  [[nodiscard]] bool peer_said_bye() const noexcept { return bye_heard_; }
  /// The peer's view of what we send: of 256, in its last report.
  [[nodiscard]] uint8_t far_fraction_lost() const noexcept { return far_fraction_lost_; }

 private:
  size_t write(const sender& ours, clock_time now, wall_time wall, bool bye, std::span<uint8_t> out) noexcept;
  void schedule(clock_time now, std::chrono::microseconds interval) noexcept;

  std::string cname_;
  uint32_t random_;
  clock_time next_{};
  reception_statistics reception_;
  uint64_t sent_before_ = 0;
  std::optional<std::chrono::microseconds> round_trip_;
  uint8_t far_fraction_lost_ = 0;
  bool bye_heard_ = false;
};

}  // namespace confab::rtp
