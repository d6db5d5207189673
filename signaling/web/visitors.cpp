#include "signaling/web/visitors.hpp"

#include "config/limits.hpp"

namespace confab::web {

visitors::visitors(uint32_t requests_per_second)
    : limited_(requests_per_second > 0),
      rate_(requests_per_second, requests_per_second * limits::web_requests_at_once, limits::web_sources) {}

visitors::welcome visitors::come(const std::string& source) {
  if (size_ >= limits::web_connections) return welcome::turned_away;
  if (source.empty()) {
    ++size_;
    return welcome::in;
  }
  auto& mine = connections_[source];
  if (mine >= 2 * limits::web_connections_per_source) return welcome::turned_away;
  ++size_;
  return ++mine > limits::web_connections_per_source ? welcome::told_off : welcome::in;
}

void visitors::leave(const std::string& source) {
  --size_;
  const auto found = connections_.find(source);
  if (found != connections_.end() && --found->second == 0) connections_.erase(found);
}

bool visitors::ask(const std::string& source, clock_time now, size_t count) {
  return !limited_ || source.empty() || rate_.take(source, now, count);
}

}  // namespace confab::web
