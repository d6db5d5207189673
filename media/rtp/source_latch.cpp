#include "media/rtp/source_latch.hpp"

#include "media/rtp/packet.hpp"

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;

constexpr auto settle_time = 2s;               // packets of before a re-INVITE may still be under way
constexpr auto unanswered_time = 3s;           // a stranger's host gets media for so long without answering
constexpr auto unanswered_reports_time = 15s;  // RTCP is rarer: about three of its intervals
constexpr auto silence_time = 300ms;  // a source that sent within this is alive, and nobody continues for it
constexpr int sequence_window = 100;  // two seconds of 20 ms packets lost while a peer changes networks

}  // namespace

void source_latch::reconfigured(const socket_address& signalled, const socket_address& sip_source,
                                clock_time now) noexcept {
  const bool same_place = signalled == signalled_;
  // A session refresh says nothing new and opens nothing; the same SDP from another place may be a phone that
  // roamed.
  if (same_place && sip_source != sip_source_) open_until_ = now + settle_time;
  if (!same_place && latched_ && !latched_->same_host(signalled)) asked_at_.reset();
  if (!same_place) {
    previous_ = latched_;
    latched_.reset();
    moved_ = false;
    settled_at_ = now + settle_time;
  }
  signalled_ = signalled;
  sip_source_ = sip_source;
}

bool source_latch::accept(const socket_address& from, uint32_t ssrc, uint16_t sequence, bool authenticated,
                          clock_time now) noexcept {
  if (latched_ && from == *latched_) {
    note(ssrc, sequence);
    heard_at_ = now;
    return true;
  }
  if (!latched_) {
    // Still under way from where the peer was before: heard, but no reason to send there again.
    if (previous_ && from == *previous_ && from != signalled_ && now < settled_at_) return true;
  } else if (!may_move(from, ssrc, sequence, authenticated, now)) {
    ++refused_;
    return false;
  } else {
    moved_ = from != signalled_;
    open_until_ = now;  // one move for one re-INVITE
  }
  latched_ = from;
  previous_.reset();
  ssrc_ = ssrc;
  highest_ = sequence;
  heard_at_ = now;
  return true;
}

bool source_latch::may_move(const socket_address& from, uint32_t ssrc, uint16_t sequence, bool authenticated,
                            clock_time now) const noexcept {
  const int ahead = static_cast<int16_t>(sequence - highest_);
  // Whoever sees the packets could continue them; while the peer itself does, an unproven other one does not.
  const bool quiet = authenticated || now - heard_at_ >= silence_time;
  const bool continues = quiet && ssrc == ssrc_ && ahead > 0 && ahead <= sequence_window;
  if (continues || now < open_until_) return true;
  // A straggler that took the old path must not pull the stream back.
  if (authenticated) return ssrc != ssrc_ || ahead > 0;
  // A stranger was quicker than the peer: what was signalled wins, unless the peer has since moved by proof.
  return from == signalled_ && !moved_;
}

void source_latch::note(uint32_t ssrc, uint16_t sequence) noexcept {
  if (ssrc != ssrc_ || newer(sequence, highest_)) highest_ = sequence;
  ssrc_ = ssrc;
}

bool source_latch::may_send(clock_time now) noexcept {
  const auto& to = destination();
  if (!to.is_specified() || to.is_any_host() || to.port() == 0) return false;
  if (latched_ || to.same_host(sip_source_)) return true;
  if (!asked_at_) asked_at_ = now;
  return now - *asked_at_ < unanswered_time;
}

void control_latch::reconfigured(const socket_address& signalled) noexcept {
  if (signalled != signalled_) {
    if (latched_ && !latched_->same_host(signalled)) asked_at_.reset();
    latched_.reset();
  }
  signalled_ = signalled;
}

bool control_latch::may_send(source_latch& media, clock_time now) noexcept {
  const auto& to = destination();
  if (!to.is_specified() || to.is_any_host() || to.port() == 0) return false;
  if (latched_ || media.is_signaling_host(to)) return true;
  if (to.same_host(media.destination())) return media.may_send(now);
  if (!asked_at_) asked_at_ = now;
  return now - *asked_at_ < unanswered_reports_time;
}

bool control_latch::accept(const socket_address& from, const socket_address& rtp_destination,
                           bool authenticated) noexcept {
  if (!authenticated && from != signalled_ && !from.same_host(rtp_destination)) {
    ++refused_;
    return false;
  }
  latched_ = from;
  return true;
}

}  // namespace confab::rtp
