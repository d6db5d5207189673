#include "signaling/sip/session.hpp"

#include <cerrno>
#include <utility>

#include <re.h>

#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

session::session(user_agent& agent, leg_id leg, room_id room)
    : agent_(agent), leg_(leg), room_(std::move(room)) {
  peer_.transport = "udp";
}

session::~session() {
  drop_timers();
  for (auto& one : unacked_) agent_.timers().cancel(one->timer);
  if (pending_) mem_deref(pending_->transaction);
  // A request on the way lives on by itself, but has nobody to report to.
  if (request_) request_->handle_with(nullptr);
  if (bye_) bye_->handle_with(nullptr);
}

void session::drop_timers() {
  auto& timers = agent_.timers();
  timers.cancel(refresh_timer_);
  timers.cancel(ring_timer_);
  timers.cancel(glare_timer_);
  stop_reliable();
}

bool session::began_by(const incoming& invite) const {
  return !outgoing_ && invite_cseq_ == invite.cseq && dialog_.call_id() == invite.wire.first("call-id") &&
         dialog_.remote_tag() == invite.from_tag();
}

bool session::is_dialog_of(const incoming& request) const {
  return dialog_.matches(request.wire.first("call-id"), request.to_tag(), request.from_tag());
}

bool session::is_dialog_of(const replaces& wanted) const {
  // RFC 3891 §3: a from-tag of 0 stands for a peer of RFC 2543 that had none.
  const bool no_tag = wanted.from_tag == "0" && dialog_.remote_tag().empty();
  return dialog_.matches(wanted.call_id, wanted.to_tag, no_tag ? "" : wanted.from_tag);
}

replaced_state session::as_replaced() const noexcept {
  if (told_) return replaced_state::ended;
  switch (phase_) {
    case phase::invited:
      return replaced_state::early_theirs;
    case phase::dialing:
      return replaced_state::early_ours;
    case phase::answered:
    case phase::up:
      return replaced_state::confirmed;
    case phase::closing:
    case phase::gone:
      return replaced_state::ended;
  }
  return replaced_state::ended;
}

void session::read_peer(const wire_message& message, const socket_address& source,
                        const std::string& transport) {
  const auto address = parse_name_addr(outgoing_ ? message.first("to") : message.first("from"));
  if (address) {
    const auto who = parse_uri(address->uri);
    peer_.uri = who ? address_of_record(*who) : address->uri;
    peer_.display_name = address->display_name;
  }
  const auto contacts = message.joined("contact");
  const auto list = split(contacts, ',');
  bool is_focus = false;
  if (!list.empty())
    if (const auto contact = parse_name_addr(list.front())) {
      peer_.contact = contact->uri;
      is_focus = parameter(contact->params, "isfocus").has_value();
    }
  peer_.user_agent = std::string(message.first(message.is_response() ? "server" : "user-agent"));
  if (peer_.user_agent.empty()) peer_.user_agent = std::string(message.first("user-agent"));
  peer_.call_id = std::string(message.first("call-id"));
  peer_.transport = transport;
  peer_.source = source;
  if (message.has("accept")) peer_.accepts = message.joined("accept");
  if (!message.has("allow")) return;
  const auto allow = message.joined("allow");
  peer_takes_update_ = list_has(allow, "UPDATE");
  // Another room (RFC 4579 §4.1) would pass it on: two that meet twice would never fall silent.
  peer_.takes_messages = list_has(allow, "MESSAGE") && !is_focus;
}

void session::tell_established() {
  if (established_ || told_) return;
  established_ = true;
  phase_ = phase::up;
  agent_.emit(established{leg_, peer_});
  // RFC 3891 §3: the seat changes hands once the new dialog stands.
  if (replaces_) agent_.replaced(*std::exchange(replaces_, std::nullopt));
}

void session::end(end_cause cause, uint16_t status, std::string reason) {
  drop_timers();
  phase_ = phase::closing;
  if (!told_) agent_.call_over(leg_, dialog_);
  if (std::exchange(told_, true)) return;
  agent_.emit(ended{leg_, cause, status, std::move(reason)});
}

void session::close(end_cause cause, uint16_t status, std::string reason) {
  end(cause, status, std::move(reason));
  settle_if_idle();
}

void session::settle_if_idle() {
  if (phase_ != phase::closing || bye_ || bye_when_acked_) return;
  phase_ = phase::gone;
  agent_.forget(*this);
}

std::shared_ptr<client_request> session::send_in_dialog(const std::string& method, const std::string& headers,
                                                        const typed_body& body,
                                                        client_request::handler on_response, int* why,
                                                        std::string plain_sdp) {
  auto plan = request_plan::in(dialog_, method);
  plan.headers += headers;  // libre adds Max-Forwards
  // The first INVITE goes where whoever asked for it says, unless the operator's proxy takes it.
  if (!plan.named_by && agent_.settings().outbound_proxy.empty()) plan.named_by = dialed_.asked_by;
  if (!agent_.settings().user_agent.empty())
    plan.headers += "User-Agent: " + agent_.settings().user_agent + "\r\n";
  if (method == "INVITE" || method == "UPDATE") plan.contact_user = user_of(room_);
  plan.body = body.content;
  plan.body_type = body.type;
  plan.plain_sdp = std::move(plain_sdp);
  return client_request::send(agent_.out(), std::move(plan), std::move(on_response), why);
}

void session::send_ack(uint32_t cseq) {
  auto plan = request_plan::in(dialog_, "ACK");
  plan.headers = dialog_.headers("ACK", cseq);
  client_request::send_ack(agent_.out(), plan);
}

void session::bye(const std::string& reason) {
  if (std::exchange(bye_sent_, true)) return;
  const std::string headers = reason.empty() ? "" : "Reason: SIP;cause=200;text=" + quoted(reason) + "\r\n";
  bye_ = send_in_dialog("BYE", headers, {}, [this](int error, const sip_msg*, const wire_message* response) {
    if (error == 0 && response->status() < 200) return;
    bye_.reset();
    settle_if_idle();
  });
}

void session::hang_up(const std::string& reason, end_cause cause) {
  if (told_) return;
  switch (phase_) {
    case phase::invited:
      fail_pending({480, "Temporarily Unavailable",
                    reason.empty() ? "" : "Reason: SIP;cause=480;text=" + quoted(reason) + "\r\n"});
      close(cause, 480, reason);
      return;
    case phase::answered:
      // RFC 3261 §15: no BYE before the ACK, or before it can no longer come.
      bye_when_acked_ = true;
      bye_reason_ = reason;
      end(cause, 0, reason);
      return;
    case phase::dialing:
      cancel_dial();
      close(cause, 487, reason);
      return;
    case phase::up:
      fail_pending({487, "Request Terminated", {}});
      agent_.call_over(leg_, dialog_);  // while the dialog is there
      bye(reason);
      close(cause, 0, reason);
      return;
    case phase::closing:
    case phase::gone:
      return;
  }
}

void session::turn_away() {
  if (phase_ == phase::invited && !told_) {
    fail_pending({503, "Service Unavailable", "Retry-After: 30\r\n"});
    close(end_cause::local, 503, "the server shuts down");
    return;
  }
  hang_up("the server shuts down");
}

/// The server leaves: no time to wait for an ACK any longer.
void session::stop_waiting_for_ack() {
  if (!std::exchange(bye_when_acked_, false)) return;
  while (!unacked_.empty()) drop_unacked(unacked_.back()->cseq);
  bye(bye_reason_);
  settle_if_idle();
}

bool session::dead_dialog(int error, const wire_message* response) {
  // RFC 3261 §12.2.1.2: 481, 408 and silence end the dialog.
  const auto status = response == nullptr ? uint16_t{0} : response->status();
  if (error == 0 && status != 481 && status != 408) return false;
  if (status != 481) bye("no answer to a request");
  fail_pending({487, "Request Terminated", {}});
  close(end_cause::transport, status, error != 0 ? error_text(error) : "the peer no longer knows the call");
  return true;
}

}  // namespace confab::sip
