#include "signaling/sip/client_request.hpp"

#include <utility>

#include <re.h>

#include "signaling/dns/hosts.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

/// libre writes the address the listener is bound to, which may be 0.0.0.0; put in where the peer can answer.
int rewrite_via(mbuf* mb, const std::string& sent_by) {
  const std::string text(reinterpret_cast<const char*>(mb->buf), mb->end);
  const auto via = text.find("\r\nVia: ");
  const auto host = via == std::string::npos ? via : text.find(' ', via + 7);
  const auto end = host == std::string::npos ? host : text.find(';', host);
  if (end == std::string::npos) return EBADMSG;
  const std::string fresh = text.substr(0, host + 1) + sent_by + text.substr(end);
  mb->pos = 0;
  mb->end = 0;
  return mbuf_write_mem(mb, reinterpret_cast<const uint8_t*>(fresh.data()), fresh.size());
}

/// The next hop as libre understands it: `sips` is `sip` over TLS, names of this machine are addresses
/// already.
std::string reachable(const std::string& next_hop) {
  auto parsed = parse_uri(next_hop);
  if (!parsed) return next_hop;
  if (parsed->scheme == "sips") {
    parsed->scheme = "sip";
    parsed->params = ";transport=tls";
  }
  if (const auto known = dns::local_host_address(parsed->host)) parsed->host = *known;
  parsed->user.clear();
  parsed->headers.clear();
  return write_uri(*parsed);
}

int decode(const std::string& text, ::uri& out) {
  struct pl whole {
    text.data(), text.size()
  };
  return uri_decode(&out, &whole);
}

int ack_send_handler(enum sip_transp transport, const sa*, const sa* destination, mbuf* mb, void* ways) {
  const auto& known = *static_cast<const transports*>(ways);
  return rewrite_via(mb, known.sent_by(transport_name(transport), address_of(*destination)));
}

}  // namespace

/// libre's callbacks; a friend, so that the class itself needs none of libre's types.
struct client_request_bridge {
  static int on_send(enum sip_transp transport, const sa*, const sa* destination, mbuf* mb, void* arg) {
    const auto& request = *static_cast<const client_request*>(arg);
    const auto* name = transport_name(transport);
    const auto sent_by = request.ways_.sent_by(name, address_of(*destination));
    const int failed = rewrite_via(mb, sent_by);
    if (failed != 0 || request.plan_.contact_user.empty()) return failed;
    return mbuf_write_str(mb, contact_header(request.plan_.contact_user, name, sent_by).c_str());
  }

  static void on_response(int error, const sip_msg* message, void* arg) {
    auto& request = *static_cast<client_request*>(arg);
    if (error == 0 && message != nullptr && message->scode < 200) {
      const auto text = wire_message::split(text_of(*message));
      const auto tell = request.on_response_;  // a copy: the call may replace the handler
      if (text && tell) tell(0, message, &*text);
      return;
    }
    request.finish(error, message);
  }
};

std::string contact_header(const std::string& user, std::string_view transport, const std::string& sent_by) {
  std::string out = "Contact: <sip:" + user + "@" + sent_by;
  if (transport != "udp") out += ";transport=" + std::string(transport);
  return out + ">;isfocus\r\n";
}

std::shared_ptr<client_request> client_request::send(::sip* stack, const transports& ways, request_plan plan,
                                                     handler on_response) {
  std::shared_ptr<client_request> made(new client_request(stack, ways, std::move(plan)));
  if (made->start() != 0) return nullptr;
  made->on_response_ = std::move(on_response);
  made->self_ = made;
  return made;
}

int client_request::start() {
  const auto hop = reachable(plan_.next_hop);
  const std::string rest = plan_.headers + body_lines(plan_.body, plan_.body_type);
  ::uri route{};
  int failed = decode(hop, route);
  if (failed == 0)
    failed = sip_requestf(&request_, stack_, true, plan_.method.c_str(), plan_.request_uri.c_str(), &route,
                          nullptr, client_request_bridge::on_send, client_request_bridge::on_response, this,
                          "%b", rest.data(), rest.size());
  if (failed == 0 || plan_.fallback_hop.empty()) return failed;
  plan_.next_hop = std::exchange(plan_.fallback_hop, {});
  return start();
}

void client_request::send_ack(::sip* stack, const transports& ways, const request_plan& plan) {
  const auto hop = reachable(plan.next_hop);
  ::uri route{};
  if (decode(hop, route) != 0) return;
  const std::string rest = plan.headers + body_lines(plan.body, plan.body_type);
  (void)sip_requestf(nullptr, stack, false, "ACK", plan.request_uri.c_str(), &route, nullptr,
                     ack_send_handler, nullptr, const_cast<transports*>(&ways), "%b", rest.data(),
                     rest.size());
}

void client_request::cancel() {
  sip_request_cancel(request_);
}

void client_request::finish(int error, const sip_msg* message) {
  // Nothing went out when the connection could not be used; ECONNABORTED is the stack closing.
  const bool undelivered = error != 0 && error != ETIMEDOUT && error != ECONNABORTED;
  if (undelivered && !plan_.fallback_hop.empty()) {
    plan_.next_hop = std::exchange(plan_.fallback_hop, {});
    if (start() == 0) return;
  }
  const auto alive = std::move(self_);
  const auto tell = std::move(on_response_);
  if (!tell) return;
  if (error != 0 || message == nullptr) {
    tell(error != 0 ? error : ECONNABORTED, nullptr, nullptr);
    return;
  }
  const auto text = wire_message::split(text_of(*message));
  if (text) {
    tell(0, message, &*text);
  } else {
    tell(EBADMSG, nullptr, nullptr);
  }
}

}  // namespace confab::sip
