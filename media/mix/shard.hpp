#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "media/io/ring.hpp"
#include "media/mix/section_exchange.hpp"
#include "media/mix/sound.hpp"
#include "media/mix/voice_settings.hpp"
#include "media/secure/srtp.hpp"
#include "media/stream_settings.hpp"

namespace confab::mix {

using clock_time = std::chrono::steady_clock::time_point;
inline constexpr std::chrono::milliseconds tick_interval{20};
inline constexpr unsigned tick_slots = 4;  ///< into which a tick interval is cut
inline constexpr std::chrono::milliseconds slot_interval = tick_interval / tick_slots;

/// News of a shard; rare. Collected during a tick, handed out after it.
struct talking_changed {
  leg_id leg;
  bool talking;
};
struct dtmf_received {  ///< RFC 4733, once per key press
  leg_id leg;
  char digit;
};
struct source_known {  ///< the SSRC of a stream that is believed; a later one at most once a second
                       ///< once a second
  leg_id leg;
  uint32_t ssrc;
};
struct media_lost {  ///< nothing (RTP or RTCP) came for `rtp_timeout` although the peer should send
  leg_id leg;
};
struct leg_statistics {  ///< RFC 3550 §6.4, posted when a leg closes
  leg_id leg;
  uint64_t packets_received = 0, packets_sent = 0, packets_lost = 0;
  uint64_t dropped_source = 0, dropped_malformed = 0, dropped_unauthentic = 0;
  std::chrono::microseconds jitter{0};
  std::optional<std::chrono::microseconds> round_trip;
};
struct packet_traced {  ///< only while rtp tracing is on
  leg_id leg;
  bool sent;
  socket_address remote;
  uint8_t payload_type;
  uint16_t sequence;
  uint32_t timestamp, ssrc;
  uint16_t bytes;
};
using shard_event =
    std::variant<talking_changed, dtmf_received, media_lost, source_known, leg_statistics, packet_traced>;

/// Since the shard was made; for the log, whose reader should see neither grow.
struct shard_counters {
  uint64_t dropped_events = 0;  ///< nobody took the events soon enough
  uint64_t unsent_packets = 0;  ///< RTP and RTCP: no buffer, no SRTP, or the kernel refused
  uint64_t late_sums = 0;       ///< of other sections, not heard: a shard does not keep up
};

struct shard_settings {
  std::chrono::milliseconds rtp_timeout{30'000};
  std::chrono::milliseconds max_jitter{200};
  voice_settings voice;
  bool trace = false;
  sound_ptr music;  ///< looped to whoever `set_music` names; null: none
  unsigned ring_entries = 4096;
  secure::srtp_engine srtp_engine = secure::srtp_engine::automatic;  ///< of legs that come
  io::io_backend io = io::io_backend::automatic;
};

/// One mixing shard: the sockets, jitter buffers, codecs and mixers of the rooms placed on it. Plain class;
/// the `mixing_shard` actor makes it on its own thread (io_uring rings belong to the thread that makes them)
/// and calls `tick_slot` for each slot in turn while `busy()`. Everything here runs on that one thread.
class shard {
 public:
  static result<std::unique_ptr<shard>> make(shard_settings settings);
  ~shard();

  /// Binds RTP at `local` (its port) and RTCP at port + 1, without a stream yet. Refuses `exhausted` when a
  /// port is taken, `unavailable` when not `healthy`. With an exchange the room goes on elsewhere, and this
  /// is one section of it; from the first leg that brings one it stays so.
  result<void> open_leg(leg_id leg, const room_id& room, const socket_address& local,
                        const room_section& section = {});
  /// A room that is here gets sections elsewhere. Nothing when it is not here.
  void attach_section(const room_id& room, const room_section& section);
  /// First answer and every later one; keeps SSRC, sequence and whatever did not change. Refuses
  /// `unsupported` for an address of another IP version than `local`; whatever it refuses, the stream stays
  /// as it was.
  result<void> configure_leg(leg_id leg, const media::stream_settings& settings, clock_time now);
  /// The leg goes on in another room of this shard, made when it is not here: ports, keys, SSRC, sequence and
  /// prompts stay. Refuses `not_found` for a leg that is not here.
  result<void> move_leg(leg_id leg, const room_id& room, const room_section& section = {});
  /// RTCP BYE, sockets closed; `leg_statistics` follows.
  void close_leg(leg_id leg);

  void set_muted(leg_id leg, bool muted);  ///< the room does not hear it
  void set_deaf(leg_id leg, bool deaf);    ///< it does not hear the room
  void set_echo(leg_id leg, bool echo);    ///< it hears itself instead of the room, which does not hear it
  void set_music(leg_id leg, bool on);     ///< music under its mix
  void play(leg_id leg, sound_ptr what);   ///< queued, only this leg hears it; bounded, the newest is dropped
  void stop_prompts(leg_id leg);           ///< those that play to it or wait to; music goes on
  void play_to_room(const room_id& room, std::optional<leg_id> except, const sound_ptr& what);

  /// One tick of every room: receive, decode, mix, encode, send. No allocation, lock, log line; one submit.
  void tick(clock_time now);
  /// The same for the rooms of one slot. Rooms are spread over the slots when they come, so that each has
  /// legs enough to be worked on side by side; a slot's tick comes every `tick_interval`.
  void tick_slot(unsigned slot, clock_time now) { tick_slot(slot, now, now); }
  /// `due` is the instant this tick has on the grid of all shards, `now` may be later: by `due` the sections
  /// of a room know which frames belong together.
  void tick_slot(unsigned slot, clock_time now, clock_time due);
  [[nodiscard]] bool slot_busy(unsigned slot) const noexcept;  ///< false: no room, nothing to tick for
  /// Events since the last call.
  std::vector<shard_event> take_events();
  [[nodiscard]] bool busy() const noexcept;  ///< false: no leg, nothing to tick for
  [[nodiscard]] size_t legs() const noexcept;
  /// False: the kernel refused the ring for good; legs are silent and none can be opened.
  [[nodiscard]] bool healthy() const noexcept;
  [[nodiscard]] io::io_backend io() const noexcept;  ///< what carries the datagrams; never `automatic`
  [[nodiscard]] shard_counters counters() const noexcept;

 private:
  class impl;
  explicit shard(std::unique_ptr<impl> inner);
  std::unique_ptr<impl> impl_;
};

}  // namespace confab::mix
