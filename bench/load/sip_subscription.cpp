#include "bench/load/sip_subscription.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "bench/load/sip_call.hpp"

namespace confab::load {
namespace {

constexpr uint32_t hour = 3'600;

std::string tag(const std::string& call_id) {
  std::string out = "w";
  for (const char c : call_id) out += c == '@' ? '-' : c;
  return out;
}

/// The value of an attribute in a start tag; empty when it has none.
std::string_view attribute(std::string_view element, std::string_view name) {
  const std::string begin = " " + std::string(name) + "=";
  const auto at = element.find(begin);
  if (at == std::string_view::npos || at + begin.size() >= element.size()) return {};
  const auto value = element.substr(at + begin.size());
  const auto end = value.find(value.front(), 1);
  return end == std::string_view::npos ? std::string_view() : value.substr(1, end - 1);
}

}  // namespace

std::string_view to_string(watch_transport transport) noexcept {
  return transport == watch_transport::udp ? "udp" : "tcp";
}

std::optional<document_facts> read_document(std::string_view body) {
  const auto start = body.find("<conference-info");
  if (start == std::string_view::npos) return std::nullopt;
  const auto root = body.substr(start, body.find('>', start) - start);
  const auto version = attribute(root, "version");
  document_facts facts;
  if (std::from_chars(version.data(), version.data() + version.size(), facts.version).ec != std::errc()) {
    return std::nullopt;
  }
  facts.full = attribute(root, "state") != "partial";
  facts.has_users = body.find("<user ", start) != std::string_view::npos;
  return facts;
}

std::string sip_subscription::contact() const {
  return "<sip:" + settings_.user + "@" + settings_.local.to_string() +
         ";transport=" + std::string(to_string(settings_.transport)) + ">";
}

sip_subscription::messages sip_subscription::ask(uint32_t expires, clock_time now) {
  const auto local = settings_.local.to_string();
  const bool udp = settings_.transport == watch_transport::udp;
  ++cseq_;
  std::string out = "SUBSCRIBE " + (target_.empty() ? settings_.request_uri : target_) + " SIP/2.0\r\n";
  out += std::string("Via: SIP/2.0/") + (udp ? "UDP " : "TCP ") + local + ";rport;branch=z9hG4bK-" +
         tag(settings_.call_id) + "-" + std::to_string(cseq_) + "\r\n";
  for (const auto& hop : route_) out += "Route: " + hop + "\r\n";
  out += "Max-Forwards: 70\r\nFrom: <sip:" + settings_.user + "@" + local +
         ">;tag=" + tag(settings_.call_id) +
         "\r\nTo: " + (to_.empty() ? "<" + settings_.request_uri + ">" : to_) +
         "\r\nCall-ID: " + settings_.call_id + "\r\nCSeq: " + std::to_string(cseq_) +
         " SUBSCRIBE\r\nContact: " + contact() +
         "\r\nEvent: conference\r\nAccept: application/conference-info+xml\r\nExpires: " +
         std::to_string(expires) + "\r\nUser-Agent: confab_load\r\nContent-Length: 0\r\n\r\n";
  pending_ = out;
  interval_ = sip_call::t1;
  give_up_at_ = now + sip_call::give_up;
  deadline_ = udp ? now + interval_ : give_up_at_;
  return {std::move(out)};
}

sip_subscription::messages sip_subscription::subscribe(clock_time now) {
  state_ = subscription_state::asking;
  return ask(hour, now);
}

sip_subscription::messages sip_subscription::unsubscribe(clock_time now) {
  if (state_ != subscription_state::active) return {};
  state_ = subscription_state::leaving;
  return ask(0, now);
}

sip_subscription::messages sip_subscription::on_timer(clock_time now) {
  if (!deadline_ || now < *deadline_) return {};
  if (now >= give_up_at_) {
    deadline_.reset();
    state_ = state_ == subscription_state::leaving ? subscription_state::ended : subscription_state::failed;
    failure_ = "no answer to SUBSCRIBE";
    return {};
  }
  interval_ = std::min(interval_ * 2, sip_call::t2);
  deadline_ = std::min(now + interval_, give_up_at_);
  return {pending_};
}

sip_subscription::messages sip_subscription::on_message(const sip_message& message, size_t wire_bytes,
                                                        clock_time now) {
  if (!message.is_response()) {
    if (message.method() == "NOTIFY") return on_notify(message, wire_bytes, now);
    return {response_to(message, 200, "OK", tag(settings_.call_id), {}, {})};
  }
  if (message.method() != "SUBSCRIBE" || message.cseq() != cseq_ || message.status() < 200) return {};
  deadline_.reset();
  if (message.status() >= 300) {
    state_ = subscription_state::failed;
    failure_ = std::to_string(message.status());
    return {};
  }
  if (state_ != subscription_state::asking) return {};
  state_ = subscription_state::active;
  to_ = message.header("To");
  target_ = uri_of(message.header("Contact"));
  if (target_.empty()) target_ = settings_.request_uri;
  for (const auto hop : message.headers("Record-Route")) route_.emplace_back(hop);
  std::ranges::reverse(route_);
  return {};
}

sip_subscription::messages sip_subscription::on_notify(const sip_message& notify, size_t wire_bytes,
                                                       clock_time now) {
  if (notify.cseq() <= last_notify_cseq_) {
    ++counts_.repeated;  // our answer was late or lost
  } else {
    last_notify_cseq_ = notify.cseq();
    last_notify_ = now;
    count(notify, wire_bytes);
  }
  if (notify.header("Subscription-State").starts_with("terminated")) {
    ended_by_server_ = ended_by_server_ || state_ == subscription_state::active;
    state_ = subscription_state::ended;
    deadline_.reset();
  }
  return {response_to(notify, 200, "OK", tag(settings_.call_id), {}, {})};
}

void sip_subscription::count(const sip_message& notify, size_t wire_bytes) {
  ++counts_.notifies;
  counts_.bytes += wire_bytes;
  const auto facts = read_document(notify.body());
  if (!facts) return;
  const bool follows =
      !version_ || (facts->full ? facts->version > *version_ : facts->version == *version_ + 1);
  if (!follows) ++counts_.gaps;
  version_ = facts->version;
  if (!facts->full) {
    ++counts_.partial;
  } else if (facts->has_users) {
    ++counts_.full;
  } else {
    ++counts_.without_users;
  }
}

}  // namespace confab::load
