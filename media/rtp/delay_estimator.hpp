#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace confab::rtp {

/// How late packets come compared with the fastest recent one, and the delay that catches all but the latest
/// 2 % of them, but no more than the latest of the last two seconds needed: a burst that is over is soon
/// forgotten. The fastest is sought in the last 5 to 10 s, so that clock drift moves it along. No clock of
/// its own, no allocation.
class delay_estimator {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  using microseconds = std::chrono::microseconds;

  delay_estimator(uint32_t clock_rate, std::chrono::milliseconds max_delay) noexcept;

  /// How much later than the fastest this packet is; negative when it is the fastest so far. Records nothing.
  [[nodiscard]] microseconds lateness(clock_time now, uint32_t timestamp) noexcept;
  /// Counts a packet whose lateness was asked just before; `floor` when it is known to have been at least so
  /// late.
  void record(clock_time now, uint32_t timestamp, microseconds floor) noexcept;
  /// The stream's timeline starts again at this packet; what is known of the path's jitter stays.
  void rebase(clock_time now, uint32_t timestamp) noexcept;
  /// Forgets everything.
  void reset() noexcept;

  /// The lateness that all but the latest 2 % of recent packets stay under, and that one of the last 2 s had.
  [[nodiscard]] microseconds wanted() const noexcept { return wanted_; }
  /// When a packet of this timestamp would have come had it been as fast as the fastest.
  [[nodiscard]] clock_time earliest(uint32_t timestamp) const noexcept;

 private:
  static constexpr size_t bins = 32;
  static constexpr size_t recents = 4;  ///< half seconds

  [[nodiscard]] int64_t extend(uint32_t timestamp) const noexcept;
  [[nodiscard]] int64_t transit(clock_time now, int64_t extended) const noexcept;
  [[nodiscard]] int64_t fastest() const noexcept;
  void count(microseconds late) noexcept;
  void note_recent(clock_time now, microseconds late) noexcept;

  int64_t clock_rate_;
  int64_t bin_us_;
  bool started_ = false;
  int64_t newest_ = 0;  ///< timestamp, extended over wraps
  int64_t current_min_us_ = 0, previous_min_us_ = 0;
  clock_time bucket_start_{};
  std::array<float, bins> share_{};             ///< of recent packets, by lateness; sums to 1
  std::array<microseconds, recents> latest_{};  ///< the latest packet of each half second; [0] is this one
  clock_time recent_start_{};
  uint32_t counted_ = 0;
  microseconds wanted_{0};
};

}  // namespace confab::rtp
