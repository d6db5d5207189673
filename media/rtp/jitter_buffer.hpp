#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include "config/limits.hpp"
#include "media/rtp/block_pool.hpp"
#include "media/rtp/delay_estimator.hpp"
#include "media/rtp/header_extension.hpp"

namespace confab::rtp {

using clock_time = std::chrono::steady_clock::time_point;

struct jitter_settings {
  uint32_t clock_rate = 8000;            ///< of RTP timestamps
  std::chrono::milliseconds packet{20};  ///< first guess; learned from the timestamps
  std::chrono::milliseconds min_delay{0};
  std::chrono::milliseconds max_delay{200};  ///< media.max-jitter
  uint32_t bytes_per_second = 16'000;        ///< of payload: what the storage is made for
  /// The caller asks for `excess` and shortens what it plays; else the buffer drops a packet a second.
  bool caller_drains = false;
};

/// What a tick gets from the buffer.
enum class playout : uint8_t {
  packet,   ///< `payload` is due now
  lost,     ///< the packet that is due did not come: conceal
  waiting,  ///< nothing is expected (not started, or the talk spurt ended): silence
};

struct playout_result {
  playout kind = playout::waiting;
  std::span<const uint8_t> payload;  ///< borrowed until the next call
  uint8_t payload_type = 0;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint8_t audio_level = no_audio_level;  ///< RFC 6464, as it was pushed
};

struct jitter_counters {
  uint64_t received = 0, late = 0, duplicate = 0, overflow = 0, lost = 0, resets = 0, dropped_to_shrink = 0;
  uint64_t suspect =
      0;  ///< out of line with the stream, and not confirmed by the next packet (RFC 3550 §A.1)
};

/// RFC 3550 streams into an even flow of packets: reorders, adapts its delay to the jitter it sees, shrinks
/// it again, bounded. A packet out of line with the stream (a jump of sequence or timestamp) restarts it at
/// once while nothing plays, else when the next one confirms it. What lies where its number says is merely
/// late, unless nothing plays, nothing newer has come for half a second, and two in a row, in order, lie
/// behind: then the sender began again (RFC 3550 §A.1). A wrap is no jump; `reset` is for a new SSRC. No
/// clock of its own; storage is allocated when made.
class jitter_buffer {
 public:
  explicit jitter_buffer(jitter_settings settings);

  /// Copies the payload. False: refused and counted (late, duplicate, too long, full).
  bool push(uint16_t sequence, uint32_t timestamp, uint8_t payload_type, bool marker,
            std::span<const uint8_t> payload, clock_time now, uint8_t audio_level = no_audio_level);
  /// A packet of this stream that is not audio (an RFC 4733 event) went by: its sequence number is not a
  /// loss.
  void skip(uint16_t sequence, clock_time now);
  /// The packet due for the next playout instant. Call until it does not return `packet` or enough samples
  /// are there: the caller asks for the next packet only when it needs one, so any packet length works.
  playout_result pop(clock_time now);
  /// How much later than need be the packet just popped was played, at most what is still held: the caller
  /// may take so much more out and shorten it where it is least heard.
  [[nodiscard]] std::chrono::microseconds excess(clock_time now) const noexcept;
  /// New SSRC or a re-INVITE: forget everything but the counters.
  void reset();

  [[nodiscard]] std::chrono::milliseconds delay() const noexcept;  ///< the delay aimed at now
  [[nodiscard]] size_t size() const noexcept;                      ///< packets held
  [[nodiscard]] const jitter_counters& counters() const noexcept;

 private:
  static constexpr size_t slots = limits::jitter_buffer_packets;
  static_assert(slots == 64, "one word says which slots are taken");

  struct slot {
    uint32_t timestamp = 0;
    uint16_t length = 0;
    uint8_t first_block = block_pool::none;  ///< none: not audio, see `skip`
    uint8_t payload_type = 0;
    uint8_t audio_level = no_audio_level;
  };

  [[nodiscard]] bool admit(uint16_t sequence, std::optional<uint32_t> timestamp, bool marker, clock_time now);
  [[nodiscard]] bool in_line(uint16_t sequence, std::optional<uint32_t> timestamp, clock_time now);
  [[nodiscard]] bool seen(uint16_t sequence) const noexcept;
  [[nodiscard]] bool began_again(uint16_t sequence, clock_time now) noexcept;
  void restart(uint16_t sequence);
  void measure(uint16_t sequence, uint32_t timestamp, bool marker, clock_time now);
  void learn_packet_length(uint16_t sequence, uint32_t timestamp) noexcept;
  [[nodiscard]] bool store(uint16_t sequence, slot what, std::span<const uint8_t> payload);

  [[nodiscard]] slot& at(uint16_t sequence) noexcept { return slots_[sequence % slots]; }
  [[nodiscard]] uint64_t taken_from_next() const noexcept;  ///< bit i: next_ + i is here
  [[nodiscard]] unsigned gap() const noexcept;              ///< numbers missing before the oldest held
  [[nodiscard]] unsigned span() const noexcept;             ///< numbers from next_ to the newest held
  [[nodiscard]] unsigned behind_oldest() const noexcept { return span() - gap() - 1; }
  [[nodiscard]] bool silence_before_oldest() noexcept;
  [[nodiscard]] unsigned packets_in(std::chrono::microseconds time) const noexcept;
  [[nodiscard]] unsigned target_packets() const noexcept;
  void step(unsigned count) noexcept;
  void drop_oldest() noexcept;
  playout_result underrun() noexcept;
  [[nodiscard]] bool start_spurt(clock_time now) noexcept;
  playout_result take_oldest(clock_time now) noexcept;
  void shrink(clock_time now) noexcept;

  jitter_settings settings_;
  jitter_counters counters_;
  delay_estimator estimator_;
  block_pool pool_;
  std::array<slot, slots> slots_{};
  uint64_t taken_ = 0;    ///< bit of sequence % slots
  uint64_t history_ = 0;  ///< bit i: next_ - 1 - i was received

  std::chrono::microseconds packet_;  ///< learned
  uint32_t packet_ticks_;             ///< the same in timestamp units
  uint32_t candidate_ticks_ = 0;

  bool started_ = false;  ///< next_ and newest_ mean something
  bool playing_ = false;  ///< inside a talk spurt
  uint16_t next_ = 0;     ///< the sequence number to play
  uint16_t newest_ = 0;
  uint32_t newest_timestamp_ = 0;
  clock_time advanced_at_{};                  ///< when a packet last came that was not behind next_
  std::optional<uint16_t> suspect_;           ///< the number that would confirm a jump
  unsigned suspects_ = 0;                     ///< in a row behind next_
  std::optional<uint32_t> played_timestamp_;  ///< of the packet before next_
  unsigned concealed_ = 0;                    ///< `lost` answers since the last packet
  unsigned least_behind_ = 0;                 ///< fewest packets left behind a pop in this window
  std::optional<clock_time> window_start_;
};

}  // namespace confab::rtp
