#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

namespace confab::load {

/// Nanoseconds of CLOCK_REALTIME, which is what the kernel stamps arrivals with.
using wall_time = std::chrono::nanoseconds;

/// What one leg received in the measuring window.
struct stream_counts {
  uint64_t packets = 0;
  uint64_t lost = 0;        ///< numbers missing between the first and the last
  uint64_t reordered = 0;   ///< came after a higher number
  uint64_t duplicates = 0;  ///< as far as 64 packets back
  uint64_t gaps = 0;        ///< longer than `gap_limit` without a packet
  uint32_t restarts = 0;    ///< changes of SSRC
  wall_time longest_gap{0};

  stream_counts& operator+=(const stream_counts& other) noexcept;
};

/// Follows sequence numbers and arrival times of one RTP stream (RFC 3550 Appendix A.1, A.3). Owned by one
/// pump thread.
class stream_checker {
 public:
  static constexpr wall_time gap_limit = std::chrono::milliseconds(40);

  /// Forgets everything: the window opens.
  void start() noexcept { *this = stream_checker(); }
  void on_packet(uint32_t ssrc, uint16_t sequence, wall_time arrival) noexcept;
  /// The window closes at `end`; silence up to there counts as a gap too.
  [[nodiscard]] stream_counts finish(wall_time end) noexcept;

 private:
  void begin_source(uint32_t ssrc, uint16_t sequence) noexcept;
  void close_source() noexcept;
  void note_gap(wall_time from, wall_time to) noexcept;

  stream_counts counts_;
  std::optional<uint32_t> ssrc_;
  uint64_t first_ = 0;  ///< extended sequence numbers; they start at 65,536 so that the first may be preceded
  uint64_t highest_ = 0;
  uint64_t unique_ = 0;  ///< of this source
  uint64_t seen_ = 0;    ///< bit n: highest − n came
  std::optional<wall_time> last_arrival_;
};

/// The value below which `share` (0–1) of the samples lie, by nearest rank; 0 without samples. Sorts.
[[nodiscard]] double percentile(std::vector<double>& samples, double share);

}  // namespace confab::load
