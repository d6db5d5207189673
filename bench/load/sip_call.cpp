#include "bench/load/sip_call.hpp"

#include <algorithm>
#include <utility>

namespace confab::load {
std::string sip_call::branch(std::string_view of) const {
  // RFC 3261 §8.1.1.7: unique by the call's id, and one per transaction.
  std::string out = "z9hG4bK-";
  for (const char c : settings_.call_id) out += c == '@' ? '-' : c;
  return out.append("-").append(of);
}

std::string sip_call::contact() const {
  return "Contact: <sip:" + settings_.user + "@" + settings_.local.to_string() + ">\r\n";
}

std::string sip_call::request(std::string_view method, uint32_t cseq, std::string_view branch_name,
                              std::string_view body) const {
  const std::string local = settings_.local.to_string();
  std::string out(method);
  out += " " + (target_.empty() ? settings_.request_uri : target_) + " SIP/2.0\r\n";
  out += "Via: SIP/2.0/UDP " + local +
         ";rport;branch=" + branch(std::string(branch_name) + std::to_string(cseq)) + "\r\n";
  for (const auto& hop : route_) out += "Route: " + hop + "\r\n";
  out += "Max-Forwards: 70\r\n";
  out += "From: <sip:" + settings_.user + "@" + settings_.local.to_string() + ">;tag=t" + branch("") + "\r\n";
  out += "To: " + (to_.empty() ? "<" + settings_.request_uri + ">" : to_) + "\r\n";
  out += "Call-ID: " + settings_.call_id + "\r\nCSeq: " + std::to_string(cseq) + " " + std::string(method) +
         "\r\n";
  if (method == "INVITE") {
    out +=
        contact() + "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO\r\nUser-Agent: confab_load\r\n";
  }
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  return out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

void sip_call::start_timer(clock_time now) {
  interval_ = t1;
  deadline_ = now + interval_;
  give_up_at_ = now + give_up;
}

sip_call::datagrams sip_call::invite(clock_time now) {
  state_ = call_state::inviting;
  invited_ = now;
  invite_cseq_ = ++cseq_;
  pending_ = request("INVITE", invite_cseq_, "invite", write_sdp(settings_.media));
  start_timer(now);
  return {pending_};
}

sip_call::datagrams sip_call::bye(clock_time now) {
  if (state_ != call_state::established) return {};
  state_ = call_state::ending;
  changing_ = false;
  pending_ = request("BYE", ++cseq_, "bye");
  start_timer(now);
  return {pending_};
}

sip_call::datagrams sip_call::change(stream_direction direction, clock_time now) {
  if (state_ != call_state::established || changing_) return {};
  changing_ = true;
  provisional_ = false;
  settings_.media.direction = direction;
  ++settings_.media.version;
  invite_cseq_ = ++cseq_;
  pending_ = request("INVITE", invite_cseq_, "invite", write_sdp(settings_.media));
  start_timer(now);
  return {pending_};
}

void sip_call::end_change(bool accepted) {
  changing_ = false;
  deadline_.reset();
  if (accepted) ++changes_;
}

void sip_call::fail(std::string why) {
  state_ = call_state::failed;
  failure_ = std::move(why);
  deadline_.reset();
}

sip_call::datagrams sip_call::on_timer(clock_time now) {
  if (!deadline_ || now < *deadline_) return {};
  if (now >= give_up_at_) {
    deadline_.reset();
    if (state_ == call_state::inviting) {
      fail("timeout");
      // RFC 3261 §9.1: CANCEL only once something was heard, in the transaction of the INVITE.
      if (provisional_) return {request("CANCEL", invite_cseq_, "invite")};
      return {};
    }
    if (changing_) {
      end_change(false);
      return {};
    }
    state_ = call_state::ended;
    failure_ = "no answer to BYE";
    return {};
  }
  if (state_ != call_state::ending && provisional_) {  // §17.1.1.2: a provisional answer stops Timer A
    deadline_ = give_up_at_;
    return {};
  }
  interval_ = state_ == call_state::ending ? std::min(interval_ * 2, t2) : interval_ * 2;
  deadline_ = std::min(now + interval_, give_up_at_);
  ++retransmissions_;
  return {pending_};
}

sip_call::datagrams sip_call::on_message(const sip_message& message, clock_time now) {
  return message.is_response() ? on_response(message, now) : on_request(message);
}

sip_call::datagrams sip_call::on_response(const sip_message& response, clock_time now) {
  if (response.method() == "INVITE" && response.cseq() == invite_cseq_) {
    if (response.status() >= 200) return on_invite_final(response, now);
    if (state_ == call_state::inviting || changing_) provisional_ = true;
    return {};
  }
  // The ACK to an earlier INVITE was lost.
  if (response.method() == "INVITE" && response.status() / 100 == 2 && response.cseq() < invite_cseq_) {
    return {request("ACK", response.cseq(), "ack")};
  }
  if (response.method() == "BYE" && response.status() >= 200 && state_ == call_state::ending) {
    state_ = call_state::ended;
    deadline_.reset();
  }
  return {};
}

sip_call::datagrams sip_call::on_invite_final(const sip_message& response, clock_time now) {
  if (response.status() >= 300) {
    // §17.1.1.3: the ACK to a refusal belongs to the INVITE's transaction; a repeated refusal gets a repeated
    // ACK.
    to_ = response.header("To");
    auto ack = request("ACK", invite_cseq_, "invite");
    if (state_ == call_state::inviting) fail(std::to_string(response.status()));
    if (changing_) end_change(false);
    return {std::move(ack)};
  }
  if (state_ == call_state::inviting) return accept(response, now);
  // §13.2.2.4: each repeated 200 is acknowledged again; one that comes after we gave up is also ended.
  if (state_ == call_state::failed && target_.empty()) {
    const auto why = failure_;
    auto out = accept(response, now);
    if (state_ == call_state::established) out.push_back(request("BYE", ++cseq_, "bye"));
    fail(why);
    return out;
  }
  if (changing_) end_change(true);
  return {request("ACK", invite_cseq_, "ack")};
}

sip_call::datagrams sip_call::accept(const sip_message& response, clock_time now) {
  to_ = response.header("To");
  target_ = uri_of(response.header("Contact"));
  if (target_.empty()) target_ = settings_.request_uri;
  route_.clear();
  for (const auto hop : response.headers("Record-Route")) route_.emplace_back(hop);
  std::ranges::reverse(route_);
  deadline_.reset();
  answered_ = now;
  datagrams out{request("ACK", invite_cseq_, "ack")};
  auto remote = read_sdp(response.body(), settings_.media.codec);
  const bool bad_srtp = remote && remote->srtp_key.empty() != settings_.media.srtp_key.empty();
  if (remote && !bad_srtp) {
    remote_ = std::move(remote).value();
    ++remote_version_;
    state_ = call_state::established;
    return out;
  }
  out.push_back(request("BYE", ++cseq_, "bye"));
  fail(bad_srtp ? "bad answer: SRTP not taken" : "bad answer: " + remote.error().text);
  return out;
}

sip_call::datagrams sip_call::on_request(const sip_message& request) {
  const auto& method = request.method();
  if (method == "ACK") return {};
  if (state_ != call_state::established && state_ != call_state::ending) {
    return {response_to(request, 481, "Call/Transaction Does Not Exist", {}, {}, {})};
  }
  if (method == "BYE") {
    ended_by_server_ = state_ == call_state::established;
    state_ = call_state::ended;
    deadline_.reset();
    return {response_to(request, 200, "OK", {}, {}, {})};
  }
  if (method == "INVITE" || (method == "UPDATE" && !request.body().empty())) return on_offer(request);
  return {response_to(request, 200, "OK", {}, contact(), {})};
}

sip_call::datagrams sip_call::on_offer(const sip_message& request) {
  // Without an offer in it we offer what we offered before. An unreadable or held stream leaves the media
  // where it was.
  if (auto remote = read_sdp(request.body(), settings_.media.codec)) {
    if (!(remote->rtp == remote_.rtp) || remote->srtp_key != remote_.srtp_key) ++remote_version_;
    remote_ = std::move(remote).value();
  }
  return {response_to(request, 200, "OK", {}, contact(), write_sdp(settings_.media, request.body()))};
}

}  // namespace confab::load
