#include "signaling/sip/dialog.hpp"

#include <algorithm>

#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

std::string tag_of(std::string_view address) {
  return std::string(parameter(address, "tag").value_or(""));
}

std::vector<std::string> record_routes(const wire_message& message) {
  std::vector<std::string> out;
  const auto all = message.joined("record-route");
  for (const auto route : split(all, ',')) out.push_back(header_safe(route));
  return out;
}

}  // namespace

uint32_t sequence_of(const wire_message& message) noexcept {
  const auto cseq = message.first("cseq");
  return static_cast<uint32_t>(
      parse_number(cseq.substr(0, cseq.find_first_of(" \t")), 0x7fffffff).value_or(0));
}

bool is_private(const socket_address& address) noexcept {
  if (address.family() == AF_INET) {
    const auto ip = ntohl(reinterpret_cast<const sockaddr_in*>(address.raw())->sin_addr.s_addr);
    return (ip >> 24) == 10 || (ip >> 24) == 127 || (ip >> 20) == 0xac1 || (ip >> 16) == 0xc0a8 ||
           (ip >> 16) == 0xa9fe || (ip >> 22) == (0x64400000u >> 22);  // 100.64/10: carrier NAT, RFC 6598
  }
  if (address.family() != AF_INET6) return false;
  const auto& ip = reinterpret_cast<const sockaddr_in6*>(address.raw())->sin6_addr;
  return IN6_IS_ADDR_LOOPBACK(&ip) || IN6_IS_ADDR_LINKLOCAL(&ip) || (ip.s6_addr[0] & 0xfe) == 0xfc;
}

dialog dialog::accept(const wire_message& invite, std::string local_tag, const socket_address& source,
                      std::string_view transport) {
  dialog out;
  out.call_id_ = std::string(invite.first("call-id"));
  out.remote_tag_ = tag_of(invite.first("from"));
  out.remote_ = header_safe(invite.first("from"));
  out.local_ = header_safe(invite.first("to")) + ";tag=" + local_tag;
  out.local_tag_ = std::move(local_tag);
  out.remote_sequence_ = sequence_of(invite);
  out.routes_ = record_routes(invite);
  if (const auto from = parse_name_addr(invite.first("from"))) out.target_ = from->uri;
  out.refresh_target(invite);
  out.source_by_request_ = true;
  out.set_source(source, transport);
  return out;
}

dialog dialog::begin(std::string call_id, std::string local_tag, const std::string& from_display,
                     const std::string& from_uri, std::string target, std::vector<std::string> routes) {
  dialog out;
  out.call_id_ = std::move(call_id);
  out.local_ =
      (from_display.empty() ? "" : quoted(from_display) + " ") + "<" + from_uri + ">;tag=" + local_tag;
  out.local_tag_ = std::move(local_tag);
  const auto parsed = parse_uri(target);
  out.remote_ = "<" + (parsed ? address_of_record(*parsed) : target) + ">";
  out.target_ = std::move(target);
  out.routes_ = std::move(routes);
  return out;
}

void dialog::adopt(const wire_message& response, const socket_address& source, std::string_view transport) {
  remote_ = header_safe(response.first("to"));
  remote_tag_ = tag_of(response.first("to"));
  routes_ = record_routes(response);
  std::reverse(routes_.begin(), routes_.end());  // §12.1.2
  refresh_target(response);
  set_source(source, transport);
}

void dialog::set_source(const socket_address& source, std::string_view transport) {
  source_ = source;
  source_transport_ = lower_case(transport);
}

void dialog::refresh_target(const wire_message& message) {
  const auto contacts = message.joined("contact");
  const auto list = split(contacts, ',');
  if (list.empty()) return;
  if (const auto address = parse_name_addr(list.front())) target_ = address->uri;
}

void dialog::refresh(const wire_message& request, const socket_address& source, std::string_view transport) {
  const auto method = request.method();
  if (method == "INVITE" || method == "UPDATE" || method == "SUBSCRIBE") refresh_target(request);
  source_by_request_ = true;
  set_source(source, transport);
}

bool dialog::take_sequence(uint32_t sequence) noexcept {
  if (sequence <= remote_sequence_ && remote_sequence_ != 0) return false;
  remote_sequence_ = sequence;
  return true;
}

bool dialog::matches(std::string_view call_id, std::string_view local_tag,
                     std::string_view remote_tag) const noexcept {
  return call_id == call_id_ && local_tag == local_tag_ && remote_tag == remote_tag_;
}

std::string dialog::headers(std::string_view method, uint32_t sequence) const {
  std::string out;
  for (const auto& route : routes_) out += "Route: " + route + "\r\n";
  out += "From: " + local_ + "\r\nTo: " + remote_ + "\r\nCall-ID: " + call_id_ + "\r\n";
  return out + "CSeq: " + std::to_string(sequence) + " " + std::string(method) + "\r\n";
}

bool dialog::goes_to_source() const {
  if (!routes_.empty() || !source_.is_specified()) return false;
  const auto contact = parse_uri(target_);
  if (!contact || !contact->is_sip()) return true;
  const auto literal = socket_address::parse(contact->host, contact->port);
  if (!source_by_request_) return literal && is_private(*literal) && !is_private(source_);
  // A connection the peer opened is the way to it, whatever port it announces (RFC 5923 §5).
  if (source_transport_ != "udp") return true;
  return !literal || !literal->same_host(source_);
}

std::string dialog::next_hop() const {
  if (!routes_.empty()) {
    const auto route = parse_name_addr(routes_.front());
    return route ? route->uri : target_;
  }
  return goes_to_source() ? source_hop() : target_;
}

std::string dialog::source_hop() const {
  if (!source_.is_specified()) return {};
  return "sip:" + source_.to_string() + ";transport=" + source_transport_;
}

}  // namespace confab::sip
