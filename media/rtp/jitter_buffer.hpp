#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <vector>

#include "config/limits.hpp"

namespace confab::rtp {

using clock_time = std::chrono::steady_clock::time_point;

struct jitter_settings {
  uint32_t clock_rate = 8000;                        ///< of RTP timestamps
  std::chrono::milliseconds packet{20};              ///< first guess; learned from the timestamps
  std::chrono::milliseconds min_delay{0};
  std::chrono::milliseconds max_delay{200};          ///< media.max-jitter
};

/// What a tick gets from the buffer.
enum class playout : uint8_t {
  packet,    ///< `payload` is due now
  lost,      ///< the packet that is due did not come: conceal
  waiting,   ///< nothing is expected (not started, or the talk spurt ended): silence
};

struct playout_result {
  playout kind = playout::waiting;
  std::span<const uint8_t> payload;  ///< borrowed until the next call
  uint8_t payload_type = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
};

struct jitter_counters {
  uint64_t received = 0, late = 0, duplicate = 0, overflow = 0, lost = 0, resets = 0, dropped_to_shrink = 0;
};

/// RFC 3550 streams into an even flow of packets: reorders, adapts its delay to the jitter it sees, shrinks it again, bounded.
/// Sequence wrap, timestamp jumps and a new SSRC restart it. No clock of its own; storage is allocated when made.
class jitter_buffer {
 public:
  explicit jitter_buffer(jitter_settings settings);

  /// Copies the payload. False: refused and counted (late, duplicate, too long, full).
  bool push(uint16_t sequence, uint32_t timestamp, uint8_t payload_type, bool marker, std::span<const uint8_t> payload,
            clock_time now);
  /// The packet due for the next playout instant. Call until it does not return `packet` or enough samples are there:
  /// the caller asks for the next packet only when it needs one, so any packet length works.
  playout_result pop(clock_time now);
  /// New SSRC or a re-INVITE: forget everything but the counters.
  void reset();

  [[nodiscard]] std::chrono::milliseconds delay() const noexcept;  ///< the delay aimed at now
  [[nodiscard]] size_t size() const noexcept;                      ///< packets held
  [[nodiscard]] const jitter_counters& counters() const noexcept;

 private:
  struct slot {
    bool used = false;
    uint8_t payload_type = 0;
    uint16_t sequence = 0;
    uint16_t length = 0;
    uint32_t timestamp = 0;
    std::array<uint8_t, limits::rtp_packet_bytes> bytes;
  };
  // The rest is the implementer's.
};

}  // namespace confab::rtp
