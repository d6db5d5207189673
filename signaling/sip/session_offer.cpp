#include <utility>

#include <re.h>

#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

/// To whoever asked for the call.
constexpr const char* forbidden_target = "Forbidden (this server does not call that address)";

std::string extra_lines(const dial_request& request) {
  std::string out;
  if (!request.subject.empty()) out += "Subject: " + header_safe(request.subject) + "\r\n";
  for (const auto& line : request.headers) out += header_safe(line) + "\r\n";
  return out;
}

/// The offer for those who get no picture with it.
std::string without_icon(std::string sdp) {
  const auto at = sdp.find("\r\na=file-icon:");
  if (at != std::string::npos) sdp.erase(at, sdp.find("\r\n", at + 2) - at);
  return sdp;
}

}  // namespace

void session::begin_outgoing(dial_request request) {
  outgoing_ = true;
  phase_ = phase::dialing;
  dialed_ = std::move(request);
  local_sdp_ = dialed_.sdp;
  const auto target = parse_uri(dialed_.target);
  if (!target || !target->is_sip()) {
    close(end_cause::refused, 416, "not a SIP URI: " + without_pin(dialed_.target));
    return;
  }
  peer_.uri = address_of_record(*target);
  std::vector<std::string> routes;
  const auto& proxy = agent_.settings().outbound_proxy;
  if (const auto hop = parse_uri(proxy))
    routes.push_back("<" + write_uri(*hop) + (hop->param("lr") ? "" : ";lr") + ">");
  dialog_ = dialog::begin(random_token() + random_token(), random_token(), dialed_.display_name,
                          "sip:" + room_.value, write_uri(*target), std::move(routes));
  unanswered_ = dialog_;
  agent_.index(dialog_.call_id(), *this);
  peer_.call_id = dialog_.call_id();
  ring_timer_ = agent_.timers().start(dialed_.ring_limit, [this] {
    ring_timer_ = 0;
    cancel_dial();
    close(end_cause::refused, 408, "nobody answered");
  });
  send_invite(agent_.settings().min_session_expires);
}

void session::send_invite(seconds minimum) {
  const auto headers = capabilities() +
                       timer_headers_as_uac(agent_.timer_policy(), minimum, refresher::unspecified) +
                       extra_lines(dialed_);
  int why = 0;
  const auto body = dialed_.icon ? related(dialed_.sdp, *dialed_.icon, random_token() + random_token())
                                 : typed_body{"application/sdp", dialed_.sdp};
  request_ = send_in_dialog(
      "INVITE", headers, body,
      [this](int error, const sip_msg* message, const wire_message* response) {
        on_invite_response(error, message, response);
      },
      &why, dialed_.icon ? without_icon(dialed_.sdp) : std::string());
  invite_cseq_ = dialog_.last_sequence();
  if (request_) return;
  if (why == address_denied) {
    close(end_cause::refused, 403, forbidden_target);
  } else {
    close(end_cause::transport, 503, "no way to " + without_pin(dialed_.target));
  }
}

void session::on_invite_response(int error, const sip_msg* message, const wire_message* response) {
  if (error != 0) {
    request_.reset();
    if (error == address_denied) {
      close(end_cause::refused, 403, forbidden_target);
      return;
    }
    // RFC 3261 §8.1.3.1: silence counts as 408, a broken transport as 503.
    close(end_cause::transport, error == ETIMEDOUT ? 408 : 503, error_text(error));
    return;
  }
  const auto status = response->status();
  if (status < 200) {
    on_provisional(*message, *response);
    return;
  }
  request_.reset();
  if (status < 300) {
    on_answered(*message, *response);
    return;
  }
  const auto minimum = minimum_of(*response);
  if (status == 422 && minimum && !larger_minimum_) {
    larger_minimum_ = minimum;
    dialog_.restart_as(unanswered_);
    seen_rseq_.reset();
    send_invite(*minimum);  // RFC 4028 §7.3
    return;
  }
  if (dialed_.icon && (status == 415 || status == 488)) {
    // RFC 3261 §8.1.3.5: it may take the offer alone.
    dialed_.icon.reset();
    dialed_.sdp = local_sdp_ = without_icon(dialed_.sdp);
    dialog_.restart_as(unanswered_);
    seen_rseq_.reset();
    send_invite(larger_minimum_.value_or(agent_.settings().min_session_expires));
    return;
  }
  close(end_cause::refused, status, std::string(response->reason()));
}

void session::on_provisional(const sip_msg& message, const wire_message& response) {
  if (told_ || response.status() == 100) return;
  const auto source = address_of(message.src);
  const std::string transport = transport_name(message.tp);
  const bool early_dialog = parameter(response.first("to"), "tag").has_value() && response.has("contact");
  if (early_dialog) dialog_.adopt(response, source, transport);
  const auto rseq = reliable_sequence(response);
  if (rseq && early_dialog) {
    // RFC 3262 §4: repeats and gaps are not acknowledged.
    if (seen_rseq_ && *rseq != *seen_rseq_ + 1) return;
    seen_rseq_ = rseq;
    const auto headers = "RAck: " + write_rack({*rseq, invite_cseq_, "INVITE"}) + "\r\n";
    (void)send_in_dialog("PRACK", headers, {}, nullptr);
    if (auto sdp = sdp_of(response); sdp && !std::exchange(dial_answered_, true)) {
      remote_sdp_ = *sdp;
      agent_.emit(remote_answer{leg_, std::move(*sdp), source});
    }
  }
  if (!told_) agent_.emit(progress{leg_, response.status(), std::string(response.reason())});
}

void session::on_answered(const sip_msg& message, const wire_message& response) {
  const auto source = address_of(message.src);
  const std::string transport = transport_name(message.tp);
  dialog_.adopt(response, source, transport);
  read_peer(response, source, transport);
  send_ack(invite_cseq_);
  agent_.timers().cancel(ring_timer_);
  auto sdp = sdp_of(response);
  if (!sdp && !dial_answered_) {
    bye("the answer carried no SDP");
    close(end_cause::refused, 488, "the answer carried no SDP");
    return;
  }
  restart_session_timer(read_as_uac(response, agent_.timer_policy()));
  if (!dial_answered_) {
    remote_sdp_ = *sdp;
    agent_.emit(remote_answer{leg_, std::move(*sdp), peer_.source});
  }
  if (!told_) tell_established();
  if (!told_) next_offer();
}

void session::cancel_dial() {
  if (!request_) return;
  auto invite = std::move(request_);
  // A 2xx that crosses the CANCEL makes a dialog that must be ended (RFC 3261 §15). The session is gone by
  // then.
  auto* agent = &agent_;
  auto half = std::make_shared<sip::dialog>(dialog_);
  const auto cseq = invite_cseq_;
  invite->handle_with([agent, half, cseq](int error, const sip_msg* message, const wire_message* response) {
    if (error != 0 || response->status() < 200 || response->status() >= 300) return;
    end_answered_dialog(*agent, *half, cseq, *response, address_of(message->src),
                        transport_name(message->tp));
  });
  invite->cancel();
}

void end_answered_dialog(user_agent& agent, dialog half, uint32_t cseq, const wire_message& response,
                         const socket_address& source, const std::string& transport) {
  half.adopt(response, source, transport);
  auto ack = request_plan::in(half, "ACK");
  ack.headers = half.headers("ACK", cseq);
  client_request::send_ack(agent.out(), ack);
  (void)client_request::send(agent.out(), request_plan::in(half, "BYE"), nullptr);
}

void session::on_stray_answer(const wire_message& response, const socket_address& source,
                              const std::string& transport) {
  if (!outgoing_ || told_ || phase_ == phase::dialing) return;
  const auto tag = parameter(response.first("to"), "tag").value_or("");
  if (tag == dialog_.remote_tag()) {
    send_ack(sequence_of(response));  // our ACK was lost
  } else {
    // RFC 3261 §13.2.2.4: another branch of a fork answered too; one seat is enough.
    end_answered_dialog(agent_, dialog_, sequence_of(response), response, source, transport);
  }
}

void session::offer(std::string sdp) {
  if (told_) return;
  queued_offer_ = std::move(sdp);
  next_offer();
}

void session::next_offer() {
  if (!queued_offer_ || told_ || phase_ != phase::up || request_ || pending_ || !unacked_.empty() ||
      glare_timer_ != 0)
    return;
  local_sdp_ = std::move(*queued_offer_);
  queued_offer_.reset();
  refreshing_ = false;
  send_offer();
}

void session::send_offer() {
  const auto headers =
      capabilities() + timer_headers_as_uac(agent_.timer_policy(), timer_.interval,
                                            timer_.we_refresh ? refresher::uac : refresher::uas);
  offering_ = true;
  request_ = send_in_dialog("INVITE", headers, {"application/sdp", local_sdp_},
                            [this](int error, const sip_msg* message, const wire_message* response) {
                              if (error == 0 && response->status() < 200) return;
                              on_offer_response(error, message, response, refreshing_);
                            });
  if (!request_) close(end_cause::transport, 0, "the re-INVITE could not be sent");
}

void session::on_offer_response(int error, const sip_msg*, const wire_message* response, bool refresh) {
  request_.reset();
  offering_ = false;
  if (dead_dialog(error, response)) return;
  const auto status = response->status();
  if (status < 300) {
    dialog_.refresh_target(*response);
    send_ack(sequence_of(*response));
    restart_session_timer(read_as_uac(*response, agent_.timer_policy()));
    auto sdp = sdp_of(*response);
    const bool news = sdp && (!refresh || *sdp != remote_sdp_);
    if (sdp) remote_sdp_ = *sdp;
    if (news) agent_.emit(remote_answer{leg_, std::move(*sdp), peer_.source});
    if (!sdp && !refresh) agent_.emit(offer_refused{leg_, 488});
  } else if (status == 491) {
    // RFC 3261 §14.1: whoever made the Call-ID waits 2.1–4 s, the other 0–2 s.
    const milliseconds wait{outgoing_ ? 2100 + random_number(1901) : random_number(2001)};
    glare_timer_ = agent_.timers().start(wait, [this] {
      glare_timer_ = 0;
      if (told_) return;
      if (pending_ || !unacked_.empty()) {
        if (!queued_offer_) queued_offer_ = local_sdp_;
        return;
      }
      send_offer();
    });
    return;
  } else if (!refresh) {
    agent_.emit(offer_refused{leg_, status});
  }
  if (!told_) next_offer();
}

}  // namespace confab::sip
