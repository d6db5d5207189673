#include "media/mix/leg_media.hpp"

#include <utility>

namespace confab::mix {
namespace {

constexpr uint32_t usual_clock_rate = 8000;  // until the first answer says otherwise

}  // namespace

leg_media::leg_media(leg_id id, leg_sockets sockets, leg_identity identity)
    : id_(id),
      sockets_(sockets),
      identity_(std::move(identity)),
      latch_(socket_address{}, socket_address{}),
      control_latch_(socket_address{}),
      dtmf_(usual_clock_rate),
      sender_(identity_.start, usual_clock_rate) {}

result<void> leg_media::configure(const media::stream_settings& stream, const shard_settings& shard,
                                  clock_time now) {
  if (auto address = reachable(stream); !address) return address;
  if (auto keyed = configure_srtp(stream, shard); !keyed) return keyed;

  const uint32_t clock_rate = codec::traits_of(stream.codec).rtp_clock_rate;
  const bool first = !stream_;
  playout_.configure(stream.codec, shard.max_jitter);
  voice_.configure(shard.voice);
  if (!stream_ || stream_->codec != stream.codec || stream_->ptime != stream.ptime) listening_.leave();
  packetizer_.configure(stream.codec, stream.ptime);
  if (clock_rate != clock_rate_) {
    sender_.change_clock(clock_rate);
    dtmf_ = rtp::dtmf_receiver(clock_rate);
    configure_rtcp(clock_rate, now);
    clock_rate_ = clock_rate;
  }
  if (first) {
    latch_ = rtp::source_latch(stream.remote_rtp, stream.signaling_source);
    control_latch_ = rtp::control_latch(stream.remote_rtcp);
  } else {
    latch_.reconfigured(stream.remote_rtp, stream.signaling_source, now);
    control_latch_.reconfigured(stream.remote_rtcp);
  }
  // What is in the buffer is from before the hold: it would be heard as a scrap when the call resumes.
  if (!stream.receive) playout_.reset();
  configure_timeouts(stream, shard, now);
  spoke_at_ = {};  // the next tick opens a tied socket: the peer may come from elsewhere now
  stream_ = stream;
  return {};
}

// A socket sends to its own IP version only. No address, or 0.0.0.0 (RFC 3264 §8.4), is nowhere to send to.
result<void> leg_media::reachable(const media::stream_settings& stream) const {
  const auto fits = [this](const socket_address& remote) {
    return !remote.is_specified() || remote.is_any_host() || remote.family() == sockets_.local.family();
  };
  const std::string ours = ", but our media is at " + sockets_.local.to_string();
  if (!fits(stream.remote_rtp)) {
    return {errc::unsupported, "RTP is asked for at " + stream.remote_rtp.to_string() + ours};
  }
  if (!stream.rtcp_mux && !fits(stream.remote_rtcp)) {
    return {errc::unsupported, "RTCP is asked for at " + stream.remote_rtcp.to_string() + ours};
  }
  return {};
}

// A direction whose key stays keeps its context, also while the other's key changes and through a time in the
// clear: a new one would begin again at index zero (RFC 3711 §3.3.1). What we send would meet its old
// keystream (§9.1), and of what the peer sends nothing would open after a rollover, and all of it twice.
result<void> leg_media::configure_srtp(const media::stream_settings& stream, const shard_settings& shard) {
  if (!stream.srtp) return {};
  if (srtp_) return srtp_->rekey(*stream.srtp);
  auto session = secure::make_srtp_session(*stream.srtp, shard.srtp_engine);
  if (!session) return session.error();
  srtp_ = std::move(*session);
  return {};
}

void leg_media::configure_rtcp(uint32_t clock_rate, clock_time now) {
  if (!rtcp_) {
    rtcp_.emplace(identity_.cname, clock_rate, identity_.rtcp_random, now);
    return;
  }
  earlier_received_ += rtcp_->reception().packets_received();
  earlier_lost_ += rtcp_->reception().packets_lost();
  rtcp_->reception() = rtp::reception_statistics(clock_rate);
}

void leg_media::configure_timeouts(const media::stream_settings& stream, const shard_settings& shard,
                                   clock_time now) {
  if (!watchdog_) watchdog_.emplace(shard.rtp_timeout, now);
  watchdog_->expect(stream.receive, now);
  if (!stream.receive) lost_reported_ = false;
}

leg_statistics leg_media::statistics() const noexcept {
  leg_statistics s;
  s.leg = id_;
  s.packets_received = earlier_received_;
  s.packets_lost = earlier_lost_;
  s.packets_sent = sender_.packets();
  s.dropped_source = latch_.refused() + control_latch_.refused() + dropped_foreign_reports_;
  s.dropped_malformed = dropped_malformed_ + dropped_payload_type_;
  s.dropped_unauthentic = dropped_unauthentic_;
  if (rtcp_) {
    s.packets_received += rtcp_->reception().packets_received();
    s.packets_lost += rtcp_->reception().packets_lost();
    s.jitter = rtcp_->reception().jitter();
    s.round_trip = rtcp_->last_round_trip();
  }
  return s;
}

}  // namespace confab::mix
