#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "media/codec/codec.hpp"
#include "media/mix/packetizer.hpp"
#include "media/mix/section.hpp"

namespace confab::mix {

/// The common mix of a room in one codec and packet time, encoded once for all legs that hear exactly this:
/// those that give nothing to the room. A leg that begins to speak leaves with a copy of the encoder's state
/// (`leave`), so that its far decoder notices nothing; it comes back when its own encoder, fed the same, says
/// the same (`listening`). The first listener brings its own state along (`begin_with`), so an unused stream
/// costs nothing and need not be right. Owned by a room's section; allocates only when made.
class listener_stream {
 public:
  static constexpr size_t packets_a_tick = 2;  ///< of 10 ms

  listener_stream(media::codec_kind kind, std::chrono::milliseconds ptime);

  [[nodiscard]] bool fits(const packetizer& leg) const noexcept { return packetizer_.fits(leg); }

  /// Before the tick's legs are asked.
  void begin_tick() noexcept;
  void add_listener() noexcept { ++listeners_; }
  [[nodiscard]] size_t listeners() const noexcept { return listeners_; }  ///< of this tick
  /// This leg is the first: the stream goes on as the leg's own did.
  void begin_with(const packetizer& first) noexcept;
  /// A leg goes on by itself.
  void leave(packetizer& leg) const noexcept;

  /// The tick's common mix, into packets; the last of them is left to `jobs`.
  void push(const frame& mix, std::vector<codec::encode_job>& jobs);
  /// After the jobs were run.
  void finish(std::span<const codec::encode_job> jobs) noexcept;
  /// This tick's packets, oldest first: none when packets are longer than a tick; empty: the codec says
  /// nothing.
  [[nodiscard]] size_t packets() const noexcept { return packets_; }
  [[nodiscard]] std::span<const uint8_t> packet(size_t i) const noexcept {
    return std::span(bytes_[i]).first(lengths_[i]);
  }

 private:
  static constexpr size_t remembered_frames = 5;  ///< 100 ms: three pitch periods of the deepest voice

  void remember() noexcept;

  packetizer packetizer_;
  size_t listeners_ = 0;
  size_t packets_ = 0;
  std::array<size_t, packets_a_tick> lengths_{};
  std::array<std::array<uint8_t, codec::longest_payload>, packets_a_tick> bytes_{};
  std::vector<int16_t> heard_;  ///< for codecs that cannot hand over their state: what was pushed last
};

/// Where a leg stands with the listener stream that fits it. Plain state of the leg.
struct listening {
  listener_stream* on = nullptr;  ///< null: it sends what its own encoder makes
  unsigned alike = 0;             ///< packets in a row that were those of the stream
  unsigned waiting = 0;           ///< ticks in which it could have been on the stream

  static constexpr unsigned alike_to_join = 3;
  /// G.722 and Opus come close within a second and then seldom to the bit: the next quiet moment is as good,
  /// and after three seconds any.
  static constexpr unsigned quiet_join_ticks = 50;
  static constexpr unsigned any_join_ticks = 150;
  static constexpr int quiet_level = 50;  ///< decibels below overload

  void leave() noexcept { *this = {}; }
  /// A tick in which the leg heard what the stream did; whether the same packet came of it, if any did.
  [[nodiscard]] bool may_join(std::optional<bool> same) noexcept;
  [[nodiscard]] bool waits_for_quiet() const noexcept { return waiting >= quiet_join_ticks; }
};

}  // namespace confab::mix
