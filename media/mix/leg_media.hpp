#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "media/io/ring.hpp"
#include "media/mix/leg_media_playout.hpp"
#include "media/mix/leg_voice.hpp"
#include "media/mix/level.hpp"
#include "media/mix/listener_stream.hpp"
#include "media/mix/packetizer.hpp"
#include "media/mix/player.hpp"
#include "media/mix/shard.hpp"
#include "media/mix/shard_events.hpp"
#include "media/rtp/dtmf.hpp"
#include "media/rtp/receive_watchdog.hpp"
#include "media/rtp/rtcp_session.hpp"
#include "media/rtp/sender.hpp"
#include "media/rtp/source_latch.hpp"
#include "media/secure/srtp.hpp"
#include "media/stream_settings.hpp"

namespace confab::mix {

/// What a leg is given during a tick.
struct leg_tick {
  io::udp_ring& ring;
  shard_events& events;
  shard_counters& counters;
  clock_time now;
  std::chrono::system_clock::time_point wall;
  bool trace;
  uint32_t speakers = 0;  ///< of a room heard at once; 0: all
  uint64_t number = 0;    ///< of the tick on the grid of all shards
};

/// The ring's indices of one leg's sockets. `rtcp` is bound even when RTP and RTCP share a port: the next
/// offer may part them.
struct leg_sockets {
  uint32_t rtp = 0;
  uint32_t rtcp = 0;
  socket_address local;  ///< where RTP is bound
};

/// Random numbers and names a leg starts with, passed in.
struct leg_identity {
  rtp::sender_start start;
  uint32_t rtcp_random = 0;
  std::string cname;  ///< RFC 7022: says nothing about who or where
};

/// The media of one leg: datagrams in → SRTP → latch → jitter buffer → decoder → frame; frame → encoder →
/// SRTP → datagrams out; RTCP, DTMF, talk detection and timeouts on the way. Sockets and clock are the
/// shard's. Between `configure`s nothing allocates.
class leg_media {
 public:
  leg_media(leg_id id, leg_sockets sockets, leg_identity identity);

  /// Keeps what did not change: SSRC and sequence always; codec state, jitter buffer, each SRTP
  /// direction's context when its settings are the same. When it refuses (keys; `unsupported`: an
  /// address of another IP version than our sockets), nothing has changed.
  result<void> configure(const media::stream_settings& stream, const shard_settings& shard, clock_time now);

  // leg_media_receive.cpp
  void on_datagram(const io::received_datagram& datagram, const leg_tick& tick);

  // One tick, in this order. Coding is gathered in job lists and run for all legs of the tick together:
  // decoding between `begin_speaking` and `speak`, encoding between `listen` and `send`.
  void begin_speaking(std::vector<codec::decode_job>& jobs, const leg_tick& tick) {
    playout_.begin_frame(jobs, tick.now, {voice_.spare_from(), voice_.always_spare_from()});
  }
  /// What this leg says, and its claim to be heard among the room's (`speaker_selection`). Reports talking
  /// and silence.
  [[nodiscard]] speaker_rank speak(std::span<const codec::decode_job> done, frame& out, const leg_tick& tick);
  /// What the room hears of it, once the claims are compared; false: nothing, it is a listener.
  [[nodiscard]] bool contribute(frame& spoken, bool selected) noexcept;
  /// The prompt or music only this leg hears; false: nothing.
  [[nodiscard]] bool overlay(frame& out) noexcept { return player_.next_frame(out); }
  /// What this leg hears, for its own encoder; `payload` (`codec::longest_payload` bytes) is lent until
  /// `send`.
  void listen(const frame& mix, std::span<uint8_t> payload, std::vector<codec::encode_job>& jobs,
              const leg_tick& tick);
  /// Sends what the encoder made of it, and gives the payload of the tick's last packet; empty: none.
  std::span<const uint8_t> send(std::span<const codec::encode_job> done, const leg_tick& tick);
  /// Sends what all listeners of this codec hear.
  void send(const listener_stream& common, const leg_tick& tick);
  /// Nothing is to be sent in this tick; media time goes on.
  void stay_silent();
  /// Its room goes on without it: from here it has an encoder of its own.
  void leave_listeners();
  /// Where it stands with the room's listener stream.
  [[nodiscard]] mix::listening& listening() noexcept { return listening_; }
  [[nodiscard]] mix::packetizer& packetizer() noexcept { return packetizer_; }
  /// RTCP when it is due, and the timeout of a peer that has fallen silent.
  void run_timers(const leg_tick& tick);

  /// RTCP BYE, if a stream was ever configured.
  void say_bye(const leg_tick& tick);
  [[nodiscard]] leg_statistics statistics() const noexcept;

  void set_muted(bool muted) noexcept { muted_ = muted; }
  void set_deaf(bool deaf) noexcept { deaf_ = deaf; }
  void set_echo(bool echo) noexcept { echo_ = echo; }
  [[nodiscard]] mix::player& player() noexcept { return player_; }

  [[nodiscard]] leg_id id() const noexcept { return id_; }
  [[nodiscard]] const leg_sockets& sockets() const noexcept { return sockets_; }
  [[nodiscard]] bool deaf() const noexcept { return deaf_; }
  [[nodiscard]] bool echo() const noexcept { return echo_; }
  /// Whether `listen` would send: configured, not on hold, and no amplifier (RFC 4961; see `source_latch`).
  [[nodiscard]] bool may_send(clock_time now) noexcept {
    return stream_ && stream_->send && latch_.may_send(now);
  }

 private:
  /// Null: the stream is in the clear now.
  [[nodiscard]] secure::srtp_session* srtp() const noexcept {
    return stream_ && stream_->srtp ? srtp_.get() : nullptr;
  }
  [[nodiscard]] result<void> reachable(const media::stream_settings& stream) const;
  result<void> configure_srtp(const media::stream_settings& stream, const shard_settings& shard);
  void configure_rtcp(uint32_t clock_rate, clock_time now);
  void configure_timeouts(const media::stream_settings& stream, const shard_settings& shard, clock_time now);

  void on_rtp(std::span<uint8_t> bytes, const socket_address& source, const leg_tick& tick);
  void on_rtcp(std::span<uint8_t> bytes, const socket_address& source, bool shared_port,
               const leg_tick& tick);
  void take_packet(const rtp::packet& packet, const leg_tick& tick);
  void heard(clock_time now) noexcept;

  void send_packet(std::span<const uint8_t> payload, const leg_tick& tick);
  void follow_peer(const leg_tick& tick);
  void tell_source(const leg_tick& tick);
  void tie_to_peer(bool speaks, const leg_tick& tick);
  void send_rtcp(bool bye, const leg_tick& tick);
  void trace(const rtp::packet& packet, bool sent, const socket_address& remote, const leg_tick& tick) const;

  leg_id id_;
  leg_sockets sockets_;
  leg_identity identity_;
  std::optional<media::stream_settings> stream_;  ///< none: not answered yet
  bool muted_ = false;
  bool deaf_ = false;
  bool echo_ = false;

  std::unique_ptr<secure::srtp_session> srtp_;  ///< outlives a time in the clear; see `srtp`
  rtp::source_latch latch_;
  rtp::control_latch control_latch_;
  std::optional<uint32_t> remote_ssrc_;
  std::optional<uint32_t> told_ssrc_;
  clock_time told_ssrc_at_{};
  clock_time spoke_at_{};               ///< its last RTP
  bool resting_ = false;                ///< nothing has come for a while: its socket is read rarely
  unsigned steady_ticks_ = 0;           ///< in a row without a pause in it
  std::optional<socket_address> tied_;  ///< see `tie_to_peer`
  leg_media_playout playout_;
  rtp::dtmf_receiver dtmf_;
  talk_detector talk_;
  leg_voice voice_;
  bool spoke_ = false;  ///< this tick's frame holds something that may be heard
  std::optional<rtp::receive_watchdog> watchdog_;
  bool lost_reported_ = false;

  mix::player player_;
  mix::packetizer packetizer_;
  mix::listening listening_;
  std::span<uint8_t> payload_;  ///< between `listen` and `send`
  rtp::sender sender_;
  std::optional<rtp::rtcp_session> rtcp_;
  uint32_t clock_rate_ = 0;

  uint64_t dropped_malformed_ = 0;
  uint64_t dropped_unauthentic_ = 0;
  uint64_t dropped_payload_type_ = 0;
  uint64_t dropped_foreign_reports_ = 0;  ///< RTCP on the RTP port, from elsewhere
  uint64_t earlier_received_ = 0;         ///< counted before the codec, and with it the clock, changed
  uint64_t earlier_lost_ = 0;
};

}  // namespace confab::mix
