#pragma once

#include <chrono>

namespace confab::rtp {

/// `media.rtp-timeout`: whether a peer that should send has fallen silent. RTP and RTCP both count as life;
/// while the peer is on hold (recvonly, inactive) nothing is expected, and the time starts again when it
/// comes back.
class receive_watchdog {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  receive_watchdog(std::chrono::milliseconds timeout, clock_time now) noexcept
      : timeout_(timeout), last_(now) {}

  void heard(clock_time now) noexcept { last_ = now; }
  /// After each negotiation; saying the same again changes nothing.
  void expect(bool peer_sends, clock_time now) noexcept {
    if (peer_sends && !expected_) last_ = now;
    expected_ = peer_sends;
  }
  /// Timeout 0: never.
  [[nodiscard]] bool expired(clock_time now) const noexcept {
    return expected_ && timeout_.count() > 0 && now - last_ >= timeout_;
  }

 private:
  std::chrono::milliseconds timeout_;
  clock_time last_;
  bool expected_ = true;
};

}  // namespace confab::rtp
