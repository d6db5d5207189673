#include <algorithm>
#include <utility>

#include <netinet/tcp.h>
#include <re.h>
#include <unistd.h>

#include "config/limits.hpp"
#include "signaling/sip/messages.hpp"
#include "signaling/sip/referrals.hpp"
#include "signaling/sip/screening.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/user_agent.hpp"

namespace confab::sip {

namespace {

constexpr std::string_view probe_method = "CONFAB-PROBE";

/// Nagle would hold the second response of a pair back until the peer's delayed ACK, some 40 ms.
void send_at_once(const sip_msg& message) {
  const int on = 1;
  if (auto* connection = sip_msg_tcpconn(&message); connection != nullptr)
    (void)setsockopt(tcp_conn_fd(connection), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

std::string allow_line() {
  return std::string("Allow: ") + allowed_methods + "\r\n";
}

}  // namespace

void user_agent::on_request(const sip_msg& message) {
  if (message.tp != SIP_TRANSP_UDP) send_at_once(message);
  if (message.tp == SIP_TRANSP_UDP && !watched_sockets_.contains(message.sock)) watch_datagrams(message);
  const auto text = text_of(message);
  const auto wire = wire_message::split(text);
  if (!wire || wire->method() == probe_method) return;
  // A reason phrase `SIP/2.0` makes libre take a response for a request; a response is never answered.
  if (wire->is_response()) return;
  const auto source = unmapped(address_of(message.src));
  const std::string transport = transport_name(message.tp);
  incoming request{message,   *wire,  sequence_of(*wire),
                   transport, source, ways_.local_for(transport, source, address_of(message.dst))};
  if (wire->method() == "ACK") {
    if (auto* who = find_dialog(request)) who->on_request(request);
    return;
  }
  if (text.size() > limits::sip_message_bytes) {
    reject(request, {513, "Message Too Large", {}});
  } else if (auto bad = screen(*wire, message.tp == SIP_TRANSP_UDP)) {
    reject(request, *bad);
  } else if (wire->method() == "CANCEL") {
    reject(request, {481, "Call/Transaction Does Not Exist", {}});  // libre has matched all that match
  } else if (!request.to_tag().empty()) {
    inside_dialog(request);
  } else {
    outside_dialog(request);
  }
}

void user_agent::inside_dialog(const incoming& request) {
  if (auto* who = find_dialog(request)) {
    who->on_request(request);
    return;
  }
  if (auto* who = find_watched(request)) {
    who->on_request(request);
    return;
  }
  if (!referrals_->take_in_dialog(request)) reject(request, {481, "Call/Transaction Does Not Exist", {}});
}

void user_agent::outside_dialog(incoming& request) {
  const auto method = request.wire.method();
  if (!trusted_.contains(request.source)) {
    reject(request, {403, "Forbidden", {}});
  } else if (method == "OPTIONS") {
    options(request);
  } else if (arrived_before(request)) {
    // Before credentials are looked at: the copy of a forked request bears those of the first.
    reject(request, {482, "Loop Detected", {}});  // RFC 3261 §8.2.2.2
  } else if (auto stranger = authenticate(request)) {
    reject(request, *stranger);
  } else if (method == "INVITE") {
    invite(request);
  } else if (method == "SUBSCRIBE") {
    subscribe(request);
  } else if (method == "REFER") {
    referrals_->take(request, shutting_down_);
  } else if (method == "MESSAGE") {
    messages_->take(request, shutting_down_);
  } else if (method == "BYE" || method == "UPDATE" || method == "INFO" || method == "PRACK") {
    reject(request, {481, "Call/Transaction Does Not Exist", {}});  // they live in dialogs only
  } else {
    reject(request, {405, "Method Not Allowed", allow_line()});
  }
}

void user_agent::options(const incoming& request) {
  if (auto bad = check_require(request.wire)) {
    reject(request, *bad);
    return;
  }
  // RFC 3261 §11.2: the status an INVITE would get, as far as the server's state decides it.
  if (shutting_down_) {
    reject(request, {503, "Service Unavailable", "Retry-After: 30\r\n"});
    return;
  }
  (void)reply(request.msg, nullptr,
              {200, "OK", capabilities() + "Accept: " + accepted_types + "\r\n", {}, false});
}

void user_agent::invite(const incoming& request) {
  const auto target = parse_uri(request.wire.request_uri());
  if (!target) return;  // screened
  const admission_rules rules{settings_.room_domains, live_legs(), settings_.max_legs, shutting_down_};
  auto refused = admit_invite(request.wire, *target, rules);
  std::optional<leg_id> seat;
  if (!refused) refused = seat_of(request.wire, seat);
  uas_timer timer;
  if (!refused) {
    timer = negotiate_as_uas(request.wire, timer_policy());
    refused = timer.refused;
  }
  auto listed = recipients_of(request.wire);
  if (auto* bad = std::get_if<rejection>(&listed); bad != nullptr && !refused) refused = std::move(*bad);
  if (refused) {
    reject(request, *refused);
    return;
  }
  // RFC 3891: who takes a seat is where that seat is, whatever URI it dialled.
  auto room = seat ? sessions_.at(*seat)->room() : *room_of(*target);
  const auto leg = next_leg_();
  auto [place, fresh] = sessions_.emplace(leg, std::make_unique<session>(*this, leg, std::move(room)));
  place->second->begin_incoming(request, timer, seat,
                                std::move(*std::get_if<std::vector<std::string>>(&listed)));
}

std::optional<rejection> user_agent::seat_of(const wire_message& request, std::optional<leg_id>& seat) const {
  const auto reading = read_replaces(request);
  if (reading.refused || !reading.wanted) return reading.refused;
  auto state = replaced_state::none;
  const auto [first, last] = by_call_id_.equal_range(reading.wanted->call_id);
  for (auto it = first; it != last; ++it) {
    if (!it->second->is_dialog_of(*reading.wanted)) continue;
    state = it->second->as_replaced();
    seat = it->second->leg();
  }
  auto refused = judge_replaces(state, reading.wanted->early_only);
  if (refused) seat.reset();
  return refused;
}

bool user_agent::merged(const incoming& request) const {
  const auto [first, last] = by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  // Our own INVITE that came back is a loop as well: a room that calls a room of this server.
  const auto from_tag = request.from_tag();
  return std::any_of(first, last, [&](const auto& one) {
    return one.second->began_by(request) || one.second->is_half_dialog(from_tag);
  });
}

session* user_agent::find_dialog(const incoming& request) const {
  const auto [first, last] = by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  for (auto it = first; it != last; ++it)
    if (it->second->is_dialog_of(request)) return it->second;
  return nullptr;
}

void user_agent::on_response(const sip_msg& message) {
  // Only what no client transaction wants comes here: late 2xx to an INVITE matter, the rest is noise.
  const auto wire = wire_message::split(text_of(message));
  if (!wire || wire->status() < 200 || wire->status() >= 300) return;
  if (trim(wire->first("cseq")).find("INVITE") == std::string_view::npos) return;
  const auto from_tag = parameter(wire->first("from"), "tag").value_or("");
  const auto [first, last] = by_call_id_.equal_range(std::string(wire->first("call-id")));
  for (auto it = first; it != last; ++it) {
    if (!it->second->is_half_dialog(from_tag)) continue;
    it->second->on_stray_answer(*wire, address_of(message.src), transport_name(message.tp));
    return;
  }
}

void user_agent::probe_listeners() {
  // libre tells nobody about datagrams it cannot parse, but every UDP socket takes a helper that sees them
  // first. The socket itself becomes known with the first message: we send that one ourselves.
  for (const auto& one : ways_.listeners()) {
    if (one.transport != "udp") continue;
    const auto& target = one.address;
    const int fd = socket(target.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) continue;
    const std::string text = std::string(probe_method) + " sip:probe@localhost SIP/2.0\r\nVia: SIP/2.0/UDP " +
                             target.to_string() + ";branch=z9hG4bK" + random_token() + "\r\n\r\n";
    (void)sendto(fd, text.data(), text.size(), 0, target.raw(), target.raw_length());
    ::close(fd);
  }
}

}  // namespace confab::sip
