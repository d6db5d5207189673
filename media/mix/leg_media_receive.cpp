#include "config/limits.hpp"
#include "media/mix/leg_media.hpp"
#include "media/rtp/comfort_noise.hpp"
#include "media/rtp/header_extension.hpp"
#include "media/rtp/packet.hpp"
#include "media/rtp/rtcp.hpp"

// From the socket to the jitter buffer. Anyone can send here: whatever is not the peer's stream is counted
// and dropped, and the cheapest test that can refuse it comes first.

namespace confab::mix {

void leg_media::on_datagram(const io::received_datagram& datagram, const leg_tick& tick) {
  if (!stream_)
    return;  // before the answer nothing can be told apart; the phone has our port, so this is early media
  if (datagram.bytes.size() > limits::rtp_packet_bytes || datagram.bytes.size() < 4) {
    ++dropped_malformed_;
    return;
  }
  const bool own_port = datagram.socket == sockets_.rtcp;
  // RFC 5761 §4. RTCP that comes to the RTP port without having been agreed on is read too; it cannot be
  // mistaken.
  if (own_port || rtp::looks_like_rtcp(datagram.bytes)) {
    on_rtcp(datagram.bytes, datagram.source, !own_port, tick);
  } else {
    on_rtp(datagram.bytes, datagram.source, tick);
  }
}

void leg_media::on_rtp(std::span<uint8_t> bytes, const socket_address& source, const leg_tick& tick) {
  if (srtp() != nullptr) {
    const auto opened = srtp_->unprotect_rtp(bytes);
    if (!opened) {
      ++dropped_unauthentic_;
      return;
    }
    bytes = bytes.first(*opened);
  }
  const auto packet = rtp::parse_packet(bytes);
  if (!packet) {
    ++dropped_malformed_;
    return;
  }
  if (!latch_.accept(source, packet->ssrc, packet->sequence, srtp() != nullptr, tick.now)) return;
  heard(tick.now);
  spoke_at_ = tick.now;
  if (tick.trace) trace(*packet, false, source, tick);
  take_packet(*packet, tick);
}

void leg_media::take_packet(const rtp::packet& packet, const leg_tick& tick) {
  if (remote_ssrc_ != packet.ssrc) {
    if (remote_ssrc_) {
      playout_.reset();
      dtmf_.reset();
    }
    remote_ssrc_ = packet.ssrc;
  }
  rtcp_->reception().on_packet(packet.ssrc, packet.sequence, packet.timestamp, tick.now);
  rtp::jitter_buffer& buffer = *playout_.buffer();
  if (stream_->telephone_event == packet.payload_type) {
    buffer.skip(packet.sequence, tick.now);
    const auto digit = dtmf_.on_packet(packet.timestamp, packet.marker, packet.payload, tick.now);
    if (digit) tick.events.post(dtmf_received{id_, *digit});
    return;
  }
  if (packet.payload_type == stream_->payload_type) {
    // On hold the phone may still send (music, mostly): it is alive, but nobody is to hear it.
    if (!stream_->receive || packet.payload.empty()) return;
    const uint8_t level = stream_->audio_level_id ? rtp::audio_level_of(packet, *stream_->audio_level_id,
                                                                        stream_->audio_level_voice)
                                                  : rtp::no_audio_level;
    buffer.push(packet.sequence, packet.timestamp, packet.payload_type, packet.marker, packet.payload,
                tick.now, level);
    return;
  }
  // RFC 3389: the peer is silent; its part of the mix is the noise it describes.
  const bool noise =
      packet.payload_type == rtp::comfort_noise_payload_type || stream_->comfort_noise == packet.payload_type;
  buffer.skip(packet.sequence, tick.now);
  if (!noise) {
    ++dropped_payload_type_;
  } else if (const auto described = rtp::parse_comfort_noise(packet.payload); described && stream_->receive) {
    playout_.on_comfort_noise(*described, packet.sequence);
  }
}

void leg_media::on_rtcp(std::span<uint8_t> bytes, const socket_address& source, bool shared_port,
                        const leg_tick& tick) {
  if (srtp() != nullptr) {
    const auto opened = srtp_->unprotect_rtcp(bytes);
    if (!opened) {
      ++dropped_unauthentic_;
      return;
    }
    bytes = bytes.first(*opened);
  }
  const auto compound = rtp::parse_rtcp(bytes);
  if (!compound) {
    ++dropped_malformed_;
    return;
  }
  // On a shared port RTP alone decides where the peer is, or one forged report could pull the reports away.
  if (shared_port ? !(source == latch_.destination() || srtp() != nullptr)
                  : !control_latch_.accept(source, latch_.destination(), srtp() != nullptr)) {
    if (shared_port) ++dropped_foreign_reports_;
    return;
  }
  heard(tick.now);
  rtcp_->on_rtcp(*compound, sender_.ssrc(), tick.now, tick.wall);
}

void leg_media::heard(clock_time now) noexcept {
  watchdog_->heard(now);
  lost_reported_ = false;
}

}  // namespace confab::mix
