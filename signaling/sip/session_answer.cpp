#include <algorithm>
#include <utility>

#include <re.h>

#include "signaling/sip/asserted_identity.hpp"
#include "signaling/sip/dtmf_info.hpp"
#include "signaling/sip/messages.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/referrals.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

response_plan failure(const rejection& why) {
  return {why.status, why.reason, why.headers, {}, false};
}

}  // namespace

/// libre's cancel callback.
struct session_bridge {
  static void on_cancel(void* arg) { static_cast<session*>(arg)->on_cancel(); }
};

void session::begin_incoming(const incoming& invite, const uas_timer& timer, std::optional<leg_id> replaces,
                             std::vector<std::string> recipients) {
  invite_cseq_ = invite.cseq;
  replaces_ = replaces;
  dialog_ = dialog::accept(invite.wire, reply_tag(invite.msg), invite.source, invite.transport);
  agent_.index(dialog_.call_id(), *this);
  read_peer(invite.wire, invite.source, invite.transport);
  peer_.identity = invite.identity;
  peer_.claimed = peer_.uri;
  // Whatever From says: it is who the others see.
  if (!peer_.identity.empty() && !wants_privacy(invite.wire)) peer_.uri = peer_.identity;
  open_pending(invite, timer);
  if (!pending_) {
    phase_ = phase::gone;
    told_ = true;
    agent_.forget(*this);
    return;
  }
  asked_reliable_ = requires_reliable(invite.wire);
  remote_sdp_ = sdp_of(invite.wire).value_or("");
  // RFC 3262 §5: without an offer in the INVITE, the first reliable response must carry ours; that waits for
  // `accept`.
  if (asked_reliable_ && pending_->had_sdp) send_reliable(180, "Ringing", {});
  if (const auto patience = agent_.settings().ring_after; patience.count() > 0)
    ring_timer_ = agent_.timers().start(patience, [this] {
      ring_timer_ = 0;
      ring();
    });
  agent_.emit(incoming_call{leg_, room_, peer_, sdp_of(invite.wire), replaces_, invite.local,
                            std::move(recipients), pin_of(invite.wire.request_uri()), icons_of(invite.wire)});
}

void session::open_pending(const incoming& request, const uas_timer& timer) {
  auto fresh = std::make_unique<pending_offer>();
  fresh->is_update = request.wire.method() == "UPDATE";
  fresh->cseq = request.cseq;
  fresh->had_sdp = sdp_of(request.wire).has_value();
  fresh->timer = timer.timer;
  fresh->timer_headers = timer.headers;
  fresh->contact = contact_header(user_of(room_), request.transport,
                                  agent_.ways().sent_by(request.transport, request.source, request.local));
  fresh->msg = keep(&request.msg);
  if (sip_strans_alloc(&fresh->transaction, agent_.stack(), &request.msg, session_bridge::on_cancel, this) !=
      0)
    return;
  pending_ = std::move(fresh);
  if (!pending_->is_update)
    (void)agent_.reply(*pending_->msg, &pending_->transaction, {100, "Trying", {}, {}, false});
}

void session::on_request(const incoming& request) {
  const auto method = request.wire.method();
  if (method == "ACK") {
    on_ack(request);
    return;
  }
  if (!dialog_.take_sequence(request.cseq)) {
    agent_.reject(request, {500, "Server Internal Error", {}});  // RFC 3261 §12.2.2: out of order
    return;
  }
  if (auto bad = check_require(request.wire, supported_in_dialog)) {
    agent_.reject(request, *bad);
    return;
  }
  if (method == "BYE") {
    on_bye(request);
    return;
  }
  if (told_) {
    agent_.reject(request, {481, "Call/Transaction Does Not Exist", {}});
    return;
  }
  peer_.source = request.source;
  dialog_.refresh(request.wire, request.source, request.transport);
  if (method == "INVITE" || method == "UPDATE") {
    on_offer_request(request);
  } else if (method == "PRACK") {
    on_prack(request);
  } else if (method == "INFO") {
    on_info(request);
  } else if (method == "REFER") {
    on_refer(request);
  } else if (method == "MESSAGE") {
    on_message(request);
  } else if (method == "SUBSCRIBE") {
    on_subscribe(request);
  } else if (method == "OPTIONS") {
    (void)agent_.reply(request.msg, nullptr,
                       {200, "OK", capabilities() + "Accept: " + accepted_types + "\r\n", {}, false});
  } else {
    agent_.reject(request, {405, "Method Not Allowed", std::string("Allow: ") + allowed_methods + "\r\n"});
  }
}

void session::on_refer(const incoming& request) {
  auto who = peer_;
  who.source = request.source;
  agent_.refers().take_in_call(request, {room_, std::move(who), leg_, std::exchange(referred_before_, true)});
}

void session::on_message(const incoming& request) {
  auto who = peer_;
  who.source = request.source;
  agent_.pager().take_in_call(request, room_, std::move(who), leg_);
}

void session::on_subscribe(const incoming& request) {
  if (agent_.refers().subscribe_in_call(request, leg_)) return;
  if (phase_ != phase::answered && phase_ != phase::up) {
    agent_.reject(request, {403, "Forbidden (the call is not up)", {}});
    return;
  }
  auto who = peer_;
  who.source = request.source;
  agent_.subscribe_in_call(request, {room_, std::move(who), leg_});
}

void session::on_ack(const incoming& request) {
  const auto found =
      std::find_if(unacked_.begin(), unacked_.end(), [&](const auto& u) { return u->cseq == request.cseq; });
  if (found == unacked_.end()) return;
  const bool wants_answer = (*found)->wants_answer;
  drop_unacked(request.cseq);
  if (bye_when_acked_) {
    bye_when_acked_ = false;
    bye(bye_reason_);
    settle_if_idle();
    return;
  }
  if (told_) return;
  dialog_.refresh(request.wire, request.source, request.transport);
  if (wants_answer) {
    auto sdp = sdp_of(request.wire);
    if (!sdp) {
      // RFC 3264 §4: an offer without an answer leaves no session to talk in.
      bye("the ACK carried no answer");
      close(end_cause::no_ack, 0, "the ACK carried no answer");
      return;
    }
    remote_sdp_ = *sdp;
    agent_.emit(remote_answer{leg_, std::move(*sdp), peer_.source});
  }
  if (!told_) tell_established();
  if (!told_) next_offer();
}

void session::on_bye(const incoming& request) {
  (void)agent_.reply(request.msg, nullptr, {});
  const bool waited = std::exchange(bye_when_acked_, false);
  while (!unacked_.empty()) drop_unacked(unacked_.back()->cseq);
  fail_pending({487, "Request Terminated", {}});
  if (phase_ == phase::dialing) cancel_dial();
  if (told_ && !waited) return;
  close(end_cause::remote_bye, 0, std::string(request.wire.first("reason")));
}

void session::on_cancel() {
  if (!pending_) return;
  fail_pending({487, "Request Terminated", {}});
  if (phase_ == phase::invited) close(end_cause::remote_cancel, 487, "cancelled");
}

void session::on_info(const incoming& request) {
  if (request.wire.content().empty()) {
    (void)agent_.reply(request.msg, nullptr, {});
    return;
  }
  const auto digit = parse_dtmf_info(request.wire.first("content-type"), request.wire.content());
  if (!digit && digit.error().code == errc::unsupported) {
    agent_.reject(request,
                  {415, "Unsupported Media Type", "Accept: application/dtmf-relay, application/dtmf\r\n"});
  } else if (!digit) {
    agent_.reject(request, {400, "Bad Request (DTMF)", {}});
  } else {
    (void)agent_.reply(request.msg, nullptr, {});
    agent_.emit(info_dtmf{leg_, *digit});
  }
}

std::optional<rejection> session::offer_clash(const incoming& request) const {
  const bool invite = request.wire.method() == "INVITE";
  const auto later = "Retry-After: " + std::to_string(random_number(11)) + "\r\n";
  // RFC 3261 §14.2 and RFC 3311 §5.2: theirs is still open: 500; ours is: 491.
  if (pending_) return rejection{500, "Server Internal Error", later};
  const bool wants =
      std::any_of(unacked_.begin(), unacked_.end(), [](const auto& u) { return u->wants_answer; });
  if (offering_ || wants || reliable_.wants_answer) return rejection{491, "Request Pending", {}};
  if (invite && request_) return rejection{491, "Request Pending", {}};
  return std::nullopt;
}

void session::on_offer_request(const incoming& request) {
  const bool update = request.wire.method() == "UPDATE";
  const auto timer = negotiate_as_uas(request.wire, agent_.timer_policy());
  auto bad = check_body(request.wire, body_place::in_dialog);
  if (!bad && timer.refused) bad = timer.refused;
  const auto sdp = sdp_of(request.wire);
  const bool only_refresh = update && !sdp;
  if (!bad && !only_refresh) bad = offer_clash(request);
  if (bad) {
    agent_.reject(request, *bad);
    return;
  }
  if (request.wire.has("allow")) peer_takes_update_ = list_has(request.wire.joined("allow"), "UPDATE");
  if (only_refresh) {
    const auto contact =
        contact_header(user_of(room_), request.transport,
                       agent_.ways().sent_by(request.transport, request.source, request.local));
    (void)agent_.reply(request.msg, nullptr,
                       {200, "OK", contact + capabilities() + timer.headers, {}, false});
    if (phase_ == phase::up) restart_session_timer(timer.timer);
    return;
  }
  // A re-INVITE that overtakes the ACK shows that our 200 arrived; nothing of that exchange is open.
  if (phase_ == phase::answered) tell_established();
  if (told_) {
    agent_.reject(request, {481, "Call/Transaction Does Not Exist", {}});
    return;
  }
  open_pending(request, timer);
  if (!pending_) return;
  if (sdp) remote_sdp_ = *sdp;
  agent_.emit(remote_offer{leg_, sdp, peer_.source, icons_of(request.wire)});
}

void session::ring() {
  if (phase_ != phase::invited || told_ || !pending_) return;
  if (asked_reliable_) return;  // sent already, or waiting for our offer
  (void)agent_.reply(*pending_->msg, &pending_->transaction,
                     {180, "Ringing", pending_->contact + capabilities(), {}, true});
}

void session::accept(const std::string& sdp) {
  if (told_ || !pending_) return;
  local_sdp_ = sdp;
  if (phase_ == phase::invited && asked_reliable_ && !pending_->had_sdp) {
    if (reliable_.rseq == 0) send_reliable(183, "Session Progress", sdp);
    return;
  }
  if (reliable_.rseq != 0) {
    // RFC 3262 §3 lets it go at once, but some callers read the two 200s in one order only (sipp).
    reliable_.held = sdp;
    return;
  }
  answer_pending(sdp);
}

void session::answer_pending(const std::string& sdp) {
  const auto offer = std::move(pending_);
  if (!outgoing_) agent_.timers().cancel(ring_timer_);
  stop_reliable();
  response_plan plan{200, "OK", offer->contact + capabilities() + offer->timer_headers, sdp,
                     !offer->is_update};
  auto response = agent_.reply(*offer->msg, &offer->transaction, plan);
  if (!response) {
    close(end_cause::transport, 0, "the answer could not be sent");
    return;
  }
  restart_session_timer(offer->timer);
  if (offer->is_update) {
    next_offer();
    return;
  }
  if (phase_ == phase::invited) phase_ = phase::answered;
  auto waiting = std::make_unique<unacked>();
  waiting->cseq = offer->cseq;
  waiting->msg = std::move(offer->msg);
  waiting->response = std::move(response);
  waiting->schedule = answer_schedule();
  waiting->wants_answer = !offer->had_sdp && !sdp.empty();
  unacked_.push_back(std::move(waiting));
  resend_answer(offer->cseq);
}

void session::resend_answer(uint32_t cseq) {
  const auto found =
      std::find_if(unacked_.begin(), unacked_.end(), [&](const auto& u) { return u->cseq == cseq; });
  if (found == unacked_.end()) return;
  auto& waiting = **found;
  if (waiting.schedule.spent.count() != 0) agent_.resend(*waiting.msg, *waiting.response);
  if (const auto wait = waiting.schedule.next()) {
    waiting.timer = agent_.timers().start(*wait, [this, cseq] { resend_answer(cseq); });
    return;
  }
  // RFC 3261 §13.3.1.4: after 64*T1 without an ACK, a BYE.
  drop_unacked(cseq);
  bye_when_acked_ = false;
  bye("no ACK");
  fail_pending({487, "Request Terminated", {}});
  close(end_cause::no_ack, 0, "no ACK came");
}

void session::drop_unacked(uint32_t cseq) {
  const auto found =
      std::find_if(unacked_.begin(), unacked_.end(), [&](const auto& u) { return u->cseq == cseq; });
  if (found == unacked_.end()) return;
  agent_.timers().cancel((*found)->timer);
  unacked_.erase(found);
}

void session::fail_pending(const rejection& why) {
  if (!pending_) return;
  const auto offer = std::move(pending_);
  stop_reliable();
  (void)agent_.reply(*offer->msg, &offer->transaction, failure(why));
}

void session::refuse(const refusal& why) {
  if (told_ || !pending_) return;
  std::string headers;
  if (!why.warning.empty()) headers += "Warning: 399 confab " + quoted(why.warning) + "\r\n";
  if (why.retry_after) headers += "Retry-After: " + std::to_string(why.retry_after->count()) + "\r\n";
  fail_pending({why.status, header_safe(why.reason), headers});
  if (phase_ == phase::invited) {
    close(end_cause::local, why.status, why.reason);
  } else {
    next_offer();
  }
}

void session::send_reliable(uint16_t status, const std::string& reason, const std::string& sdp) {
  // RFC 3262 §3: the first number is chosen below 2**31.
  last_rseq_ = last_rseq_ == 0 ? random_number(0x7fffff) + 1 : last_rseq_ + 1;
  response_plan plan{
      status, reason,
      pending_->contact + capabilities() + "Require: 100rel\r\nRSeq: " + std::to_string(last_rseq_) + "\r\n",
      sdp, true};
  auto response = agent_.reply(*pending_->msg, &pending_->transaction, plan);
  if (!response) return;
  reliable_.rseq = last_rseq_;
  reliable_.response = std::move(response);
  reliable_.schedule = provisional_schedule();
  reliable_.wants_answer = !sdp.empty();
  resend_reliable();
}

void session::resend_reliable() {
  reliable_.timer = 0;
  if (!pending_) return;
  if (reliable_.schedule.spent.count() != 0) agent_.resend(*pending_->msg, *reliable_.response);
  if (const auto wait = reliable_.schedule.next()) {
    reliable_.timer = agent_.timers().start(*wait, [this] { resend_reliable(); });
    return;
  }
  fail_pending({504, "Server Time-out", {}});
  close(end_cause::no_ack, 504, "no PRACK came");
}

void session::stop_reliable() {
  agent_.timers().cancel(reliable_.timer);
  reliable_ = {};
}

void session::on_prack(const incoming& request) {
  const auto which = parse_rack(request.wire.first("rack"));
  const bool fits = which && last_rseq_ != 0 && which->rseq == last_rseq_ && which->cseq == invite_cseq_ &&
                    which->method == "INVITE";
  // A PRACK for what has been acknowledged, or was overtaken by our 200, is still ours to confirm.
  if (!fits) {
    agent_.reject(request, {481, "Call/Transaction Does Not Exist", {}});
    return;
  }
  auto sdp = sdp_of(request.wire);
  const bool wants_answer = reliable_.wants_answer;
  if (sdp && !wants_answer) {
    agent_.reject(request, {488, "Not Acceptable Here", {}});
    return;
  }
  (void)agent_.reply(request.msg, nullptr, {});
  const auto held = std::move(reliable_.held);
  stop_reliable();
  if (held && pending_) answer_pending(*held);
  if (!wants_answer || !pending_) return;
  if (!sdp) {
    fail_pending({488, "Not Acceptable Here", {}});
    close(end_cause::no_ack, 488, "the PRACK carried no answer");
    return;
  }
  remote_sdp_ = *sdp;
  pending_->had_sdp = true;  // the exchange is complete: the 200 carries no SDP and its ACK needs none
  agent_.emit(remote_answer{leg_, std::move(*sdp), peer_.source});
  if (pending_) answer_pending({});
}

}  // namespace confab::sip
