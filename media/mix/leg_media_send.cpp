#include "media/mix/leg_media.hpp"
#include "media/rtp/packet.hpp"

// One tick of a leg: what it says, what it hears, its reports.

namespace confab::mix {
namespace {

static_assert(rtp::header_bytes + codec::longest_payload + secure::max_trailer_bytes <=
              io::datagram_capacity);

constexpr std::chrono::milliseconds tied_pause{100};
constexpr std::chrono::milliseconds resting_pause{500};
constexpr std::chrono::milliseconds source_pause{1'000};
constexpr unsigned ticks_to_tie =
    50;  // a second: who pauses between words is not tied and untied all the time

}  // namespace

speaker_rank leg_media::speak(std::span<const codec::decode_job> done, frame& out, const leg_tick& tick) {
  // A muted leg's buffer drains all the same: unmuted, it is heard as it speaks, not as it spoke.
  const bool something = playout_.finish_frame(done, out, tick.now);
  spoke_ = something && !muted_;
  int level = silence_level;
  if (spoke_) {
    level = level_of(out);
  } else if (!muted_) {  // what was not decoded still tells how loud the background is
    level = playout_.spared_level().value_or(silence_level);
  }
  const auto changed = talk_.on_level(playout_.only_noise() ? silence_level : level);
  if (changed) tick.events.post(talking_changed{id_, *changed});
  return voice_.measure(level, id_.value);
}

bool leg_media::contribute(frame& spoken, bool selected) noexcept {
  if (spoke_) return voice_.shape(spoken, selected);
  voice_.shape_nothing();
  return false;
}

void leg_media::listen(const frame& mix, std::span<uint8_t> payload, std::vector<codec::encode_job>& jobs,
                       const leg_tick& tick) {
  payload_ = payload;
  packetizer_.push(mix);
  // All but the last packet of a tick go at once: one frame of a codec follows from the one before.
  while (packetizer_.ready() > 1) send_packet(payload_.first(packetizer_.pop(payload_)), tick);
  packetizer_.begin_pop(jobs, payload_);
}

std::span<const uint8_t> leg_media::send(std::span<const codec::encode_job> done, const leg_tick& tick) {
  if (!packetizer_.popping()) return {};
  const std::span<const uint8_t> payload = payload_.first(packetizer_.end_pop(done));
  send_packet(payload, tick);
  return payload;
}

void leg_media::send(const listener_stream& common, const leg_tick& tick) {
  for (size_t i = 0; i < common.packets(); ++i) send_packet(common.packet(i), tick);
}

void leg_media::send_packet(std::span<const uint8_t> payload, const leg_tick& tick) {
  if (payload.empty()) {  // the codec has nothing to say
    sender_.pause();
    sender_.advance(packetizer_.ptime());
    return;
  }
  uint8_t* buffer = tick.ring.send_buffer();
  if (buffer == nullptr) {  // the media clock goes on
    sender_.advance(packetizer_.ptime());
    ++tick.counters.unsent_packets;
    return;
  }
  const std::span<uint8_t> datagram(buffer, io::datagram_capacity);
  const rtp::packet packet = sender_.make(stream_->payload_type, payload, tick.now);
  size_t length = rtp::write_packet(packet, datagram);
  sender_.advance(packetizer_.ptime());
  if (srtp() != nullptr) {
    const auto closed = srtp_->protect_rtp(datagram, length);
    if (!closed) {
      ++tick.counters.unsent_packets;
      return;
    }
    length = *closed;
  }
  if (tick.trace) trace(packet, true, latch_.destination(), tick);
  tick.ring.send(sockets_.rtp, latch_.destination(), length);
}

void leg_media::leave_listeners() {
  if (listening_.on != nullptr) listening_.on->leave(packetizer_);
  listening_.leave();
}

void leg_media::stay_silent() {
  packetizer_.drop();
  sender_.pause();
  sender_.advance(tick_interval);
}

void leg_media::run_timers(const leg_tick& tick) {
  if (!stream_) return;
  follow_peer(tick);
  tell_source(tick);
  if (rtcp_->due(tick.now)) send_rtcp(false, tick);
  if (!lost_reported_ && watchdog_->expired(tick.now)) {
    lost_reported_ = tick.events.post(media_lost{id_});  // no room: told at the next tick
  }
}

/// A peer may write another SSRC into each packet: what others are told of it stays rare.
void leg_media::tell_source(const leg_tick& tick) {
  if (told_ssrc_ == remote_ssrc_) return;
  if (told_ssrc_ && tick.now - told_ssrc_at_ < source_pause) return;
  if (!tick.events.post(source_known{id_, *remote_ssrc_})) return;  // no room: told at the next tick
  told_ssrc_ = remote_ssrc_;
  told_ssrc_at_ = tick.now;
}

/// Who sends nothing, on hold or muted at its own end, is not asked in every tick.
void leg_media::follow_peer(const leg_tick& tick) {
  const auto silence = tick.now - spoke_at_;
  const bool rests = silence >= resting_pause;
  if (rests != resting_) {
    tick.ring.set_receiving(sockets_.rtp, rests ? io::receiving::rarely : io::receiving::always);
    resting_ = rests;
  }
  tie_to_peer(silence < tied_pause, tick);
}

/// A steady stream's socket is tied to its source: the kernel then has less to look up for each packet, and
/// drops what others send. At the first pause it is open again, long before another source may take the
/// stream over (see `source_latch`).
void leg_media::tie_to_peer(bool speaks, const leg_tick& tick) {
  steady_ticks_ = speaks ? steady_ticks_ + 1 : 0;
  const socket_address& peer = latch_.destination();
  if (tied_ && (!speaks || *tied_ != peer)) {
    (void)tick.ring.set_peer(sockets_.rtp, {});
    tied_.reset();
    steady_ticks_ = 0;
  }
  if (tied_ || steady_ticks_ < ticks_to_tie) return;
  steady_ticks_ = 0;  // where the kernel refuses, it is asked again after a while
  if (tick.ring.set_peer(sockets_.rtp, peer)) tied_ = peer;
}

void leg_media::say_bye(const leg_tick& tick) {
  if (stream_) send_rtcp(true, tick);
}

void leg_media::send_rtcp(bool bye, const leg_tick& tick) {
  uint8_t* buffer = tick.ring.send_buffer();
  if (buffer == nullptr) {
    ++tick.counters.unsent_packets;
    return;
  }
  const std::span<uint8_t> datagram(buffer, io::datagram_capacity);
  const std::span<uint8_t> report = datagram.first(datagram.size() - secure::max_trailer_bytes);
  size_t length = bye ? rtcp_->write_bye(sender_, tick.now, tick.wall, report)
                      : rtcp_->write_report(sender_, tick.now, tick.wall, report);
  const socket_address& to = stream_->rtcp_mux ? latch_.destination() : control_latch_.destination();
  const bool wanted =
      stream_->rtcp_mux ? latch_.may_send(tick.now) : control_latch_.may_send(latch_, tick.now);
  if (length == 0 || !wanted) return;
  if (srtp() != nullptr) {
    const auto closed = srtp_->protect_rtcp(datagram, length);
    if (!closed) {
      ++tick.counters.unsent_packets;
      return;
    }
    length = *closed;
  }
  tick.ring.send(stream_->rtcp_mux ? sockets_.rtp : sockets_.rtcp, to, length);
}

void leg_media::trace(const rtp::packet& packet, bool sent, const socket_address& remote,
                      const leg_tick& tick) const {
  tick.events.post(packet_traced{.leg = id_,
                                 .sent = sent,
                                 .remote = remote,
                                 .payload_type = packet.payload_type,
                                 .sequence = packet.sequence,
                                 .timestamp = packet.timestamp,
                                 .ssrc = packet.ssrc,
                                 .bytes = static_cast<uint16_t>(rtp::header_bytes + packet.payload.size())});
}

}  // namespace confab::mix
