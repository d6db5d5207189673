#include "signaling/sip/tcp_reach.hpp"

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

std::string place_of(const std::string& hop) {
  const auto parsed = parse_uri(hop);
  if (!parsed) return hop;
  return lower_case(parsed->host) + ":" + std::to_string(parsed->port);
}

}  // namespace

std::optional<std::string> over_tcp(const std::string& hop) {
  auto parsed = parse_uri(hop);
  if (!parsed || parsed->scheme != "sip" || parsed->param("transport")) return std::nullopt;
  parsed->params += ";transport=tcp";
  return write_uri(*parsed);
}

bool tcp_reach::worth_trying(const std::string& hop, clock_time now) const {
  const auto found = known_.find(place_of(hop));
  return found == known_.end() || !found->second.shunned_until || *found->second.shunned_until <= now;
}

bool tcp_reach::proven(const std::string& hop) const {
  const auto found = known_.find(place_of(hop));
  return found != known_.end() && !found->second.shunned_until;
}

/// When too many are known one is forgotten: it costs that peer one more try.
tcp_reach::experience& tcp_reach::entry_of(const std::string& hop) {
  auto place = place_of(hop);
  if (known_.size() >= most_ && !known_.contains(place)) {
    // The one behind it, whoever that is: the order of names is no order of time, so nobody stays for good.
    auto victim = known_.lower_bound(place);
    known_.erase(victim == known_.end() ? known_.begin() : victim);
  }
  return known_[std::move(place)];
}

void tcp_reach::failed(const std::string& hop, clock_time now) {
  entry_of(hop).shunned_until = now + limits::tcp_shunned;
}

void tcp_reach::worked(const std::string& hop) {
  entry_of(hop).shunned_until.reset();
}

}  // namespace confab::sip
