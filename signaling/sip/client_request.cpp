#include "signaling/sip/client_request.hpp"

#include <cerrno>
#include <utility>

#include <re.h>

#include "config/log.hpp"
#include "signaling/dns/hosts.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/pin_text.hpp"
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

static_assert(address_denied == EACCES && body_too_large == EMSGSIZE);

/// Whether `net.deny` lets a peer name this address; says so in the log when it does not.
bool may_reach(const outbound& out, const request_plan& plan, const socket_address& destination) {
  if (!plan.named_by || !out.deny.denied(destination, *plan.named_by)) return true;
  log::info("nothing is sent where net.deny forbids it", {{"method", plan.method},
                                                          {"target", destination.to_string()},
                                                          {"uri", without_pin(plan.request_uri)},
                                                          {"named_by", plan.named_by->to_string()}});
  return false;
}

}  // namespace

request_plan request_plan::towards(const dialog& speaks, std::string method) {
  request_plan plan;
  plan.method = std::move(method);
  plan.request_uri = speaks.request_uri();
  plan.next_hop = speaks.next_hop();
  if (speaks.goes_to_source()) {
    plan.fallback_hop = speaks.request_uri();
  } else {
    plan.source_hop = speaks.source_hop();
  }
  if (speaks.source().is_specified()) plan.named_by = speaks.source();
  return plan;
}

request_plan request_plan::in(dialog& speaks, std::string method) {
  auto plan = towards(speaks, std::move(method));
  const auto number = plan.method == "ACK" ? speaks.last_sequence() : speaks.next_sequence();
  plan.headers = speaks.headers(plan.method, number);
  return plan;
}

request_plan request_plan::beside(const dialog& speaks, std::string method) {
  auto plan = towards(speaks, std::move(method));
  const auto bare = [](const std::string& address) {
    const auto read = parse_name_addr(address);
    return "<" + (read ? read->uri : address) + ">";
  };
  plan.headers = "From: " + bare(speaks.local_address()) + ";tag=" + random_token() +
                 "\r\nTo: " + bare(speaks.remote_address()) + "\r\nCall-ID: " + random_token() +
                 "\r\nCSeq: 1 " + plan.method + "\r\n";
  return plan;
}

bool outbound::takes_streams(const std::string& next_hop, tcp_reach::clock_time now) const {
  const auto hop = parse_uri(next_hop);
  if (!hop) return false;
  const auto transport = hop->param("transport");
  if (hop->scheme == "sips" || (transport && !same_word(*transport, "udp"))) return true;
  return instead_by_tcp(next_hop, now).has_value();
}

std::optional<std::string> outbound::instead_by_tcp(const std::string& next_hop,
                                                    tcp_reach::clock_time now) const {
  if (!ways.serves("tcp") || !tcp.worth_trying(next_hop, now)) return std::nullopt;
  return over_tcp(next_hop);
}

/// libre's callbacks; a friend, so that the class itself needs none of libre's types.
struct client_request_bridge {
  static int on_send(enum sip_transp transport, const sa*, const sa* destination, mbuf* mb, void* arg) {
    auto& request = *static_cast<client_request*>(arg);
    const auto& plan = request.plan_;
    const auto to = address_of(*destination);
    const auto& ways = request.out_.ways;
    const std::string_view name = transport_name(transport);
    if (const int failed = rewrite_via(mb, ways.sent_by(name, to))) return failed;
    if (!plan.contact_user.empty()) {
      // Only this request is by TCP, for its size: the peer reaches us as before.
      const std::string_view stays = request.way_ == client_request::way::tcp ? "udp" : name;
      const auto contact = contact_header(plan.contact_user, stays, ways.sent_by(stays, to));
      if (const int failed = mbuf_write_str(mb, contact.c_str())) return failed;
    }
    return request.judge(to, name, mb->end);
  }

  static void on_response(int error, const sip_msg* message, void* arg) {
    auto& request = *static_cast<client_request*>(arg);
    request.out_.timers.cancel(request.patience_);
    if (message != nullptr && request.way_ == client_request::way::tcp)
      request.out_.tcp.worked(request.plan_.next_hop);
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

std::shared_ptr<client_request> client_request::send(outbound& out, request_plan plan, handler on_response,
                                                     int* why) {
  std::shared_ptr<client_request> made(new client_request(out, std::move(plan)));
  const int failed = made->start();
  if (why != nullptr) *why = failed;
  if (failed != 0) return nullptr;
  made->on_response_ = std::move(on_response);
  made->self_ = made;
  return made;
}

client_request::~client_request() {
  out_.timers.cancel(patience_);
}

int client_request::start() {
  while (true) {
    const int failed = attempt();
    if (failed == 0 || !another_way(failed)) return failed;
  }
}

std::string client_request::hop() const {
  switch (way_) {
    case way::named:
    case way::datagram:
      return plan_.next_hop;
    case way::tcp:
      return over_tcp(plan_.next_hop).value_or(plan_.next_hop);
    case way::fallback:
      return plan_.fallback_hop;
    case way::source:
      return plan_.source_hop;
  }
  return plan_.next_hop;
}

int client_request::attempt() {
  const auto where = reachable(hop());
  const std::string rest = plan_.headers + body_lines(plan_.body, plan_.body_type);
  rest_bytes_ = rest.size();
  denied_ = false;
  ::uri route{};
  int failed = decode(where, route);
  if (failed == 0)
    failed = sip_requestf(&request_, out_.stack, true, plan_.method.c_str(), plan_.request_uri.c_str(),
                          &route, nullptr, client_request_bridge::on_send, client_request_bridge::on_response,
                          this, "%b", rest.data(), rest.size());
  // A packet filter that drops without a word must not cost half a minute.
  if (failed == 0 && way_ == way::tcp && !out_.tcp.proven(plan_.next_hop))
    patience_ = out_.timers.start(limits::tcp_patience, [this] { on_patience(); });
  return failed;
}

/// Of an address and of the size, once both are known; an errno stops libre before anything is sent there.
int client_request::judge(const socket_address& destination, std::string_view transport, size_t head_bytes) {
  denied_ = !may_reach(out_, plan_, destination);
  if (denied_) return address_denied;
  if (transport != "udp") return 0;
  const auto bytes = head_bytes + rest_bytes_;
  const bool large = bytes > limits::sip_request_bytes_datagram;
  if (bytes > limits::sip_datagram_bytes || (large && plan_.large_by_stream_only)) return body_too_large;
  const bool by_tcp = large && way_ == way::named &&
                      out_.instead_by_tcp(plan_.next_hop, std::chrono::steady_clock::now()).has_value();
  return by_tcp || (large && !plan_.plain_sdp.empty()) ? body_too_large : 0;
}

/// Whether there is one left for a request that failed like this; takes it.
bool client_request::another_way(int error) {
  const bool silent = error == ETIMEDOUT || error == ECONNABORTED;  // that is, the stack closes
  if (silent || cancelled_) return false;
  const auto now = std::chrono::steady_clock::now();
  if (way_ == way::tcp) {
    log::debug("no TCP for a large request, it goes by UDP",
               {{"method", plan_.method}, {"to", plan_.next_hop}, {"why", error_text(error)}});
    out_.tcp.failed(plan_.next_hop, now);
    way_ = way::datagram;
    return true;
  }
  if (error == body_too_large && way_ == way::named && out_.instead_by_tcp(plan_.next_hop, now)) {
    way_ = way::tcp;
    return true;
  }
  if (error == body_too_large && !plan_.plain_sdp.empty()) {
    plan_.body = std::exchange(plan_.plain_sdp, {});
    plan_.body_type = "application/sdp";
    return true;
  }
  if (error == body_too_large && plan_.body_may_go && !plan_.body.empty()) {
    plan_.body.clear();
    return true;
  }
  if (denied_ && way_ != way::source && !plan_.source_hop.empty()) {
    way_ = way::source;
    return true;
  }
  if (way_ == way::fallback || way_ == way::source || plan_.fallback_hop.empty()) return false;
  way_ = way::fallback;  // nothing went out: the connection could not be used
  return true;
}

void client_request::on_patience() {
  patience_ = 0;
  if (cancelled_ || request_ == nullptr) return;
  mem_deref(request_);  // libre keeps it until its transaction ends, and tells nobody
  finish(ECONNREFUSED, nullptr);
}

void client_request::cancel() {
  cancelled_ = true;
  sip_request_cancel(request_);
}

void client_request::finish(int error, const sip_msg* message) {
  if (error != 0 && another_way(error)) {
    error = start();
    if (error == 0) return;
    message = nullptr;
  }
  if (error != 0 && denied_) error = address_denied;
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

/// An ACK to a 2xx. Lives until libre has sent it, which takes long only where DNS must be asked.
struct pending_ack {
  outbound& out;
  request_plan plan;
  bool denied = false;
  struct ::sip_request* request = nullptr;  // libre's; it clears the pointer itself

  static int on_send(enum sip_transp transport, const sa*, const sa* destination, mbuf* mb, void* arg) {
    auto& ack = *static_cast<pending_ack*>(arg);
    const auto to = address_of(*destination);
    ack.denied = !may_reach(ack.out, ack.plan, to);
    if (ack.denied) return address_denied;
    return rewrite_via(mb, ack.out.ways.sent_by(transport_name(transport), to));
  }

  static void on_end(int error, const sip_msg*, void* arg) {
    if (error == 0 || error == ECONNABORTED) return;
    static_cast<pending_ack*>(arg)->go_to_source();
  }

  int send() {
    const auto where = reachable(plan.next_hop);
    const std::string rest = plan.headers + body_lines(plan.body, plan.body_type);
    ::uri route{};
    if (const int failed = decode(where, route)) return failed;
    return sip_requestf(&request, out.stack, false, "ACK", plan.request_uri.c_str(), &route, nullptr, on_send,
                        on_end, this, "%b", rest.data(), rest.size());
  }

  void go_to_source() {
    if (!denied || plan.source_hop.empty()) return;
    plan.next_hop = std::exchange(plan.source_hop, {});
    (void)send();
  }
};

void pending_ack_release::operator()(pending_ack* ack) const noexcept {
  delete ack;
}

void client_request::send_ack(outbound& out, const request_plan& plan) {
  std::erase_if(out.acks, [](const auto& one) { return one->request == nullptr; });
  std::unique_ptr<pending_ack, pending_ack_release> ack(new pending_ack{out, plan});
  if (ack->send() != 0) ack->go_to_source();
  if (ack->request != nullptr) out.acks.push_back(std::move(ack));
}

}  // namespace confab::sip
