#include "signaling/sip/request_rate.hpp"

#include <algorithm>

namespace confab::sip {

double request_rate::level(const bucket& of, time now) const noexcept {
  const std::chrono::duration<double> passed = now - of.since;
  return std::min(burst_, of.tokens + passed.count() * per_second_);
}

bool request_rate::take(const std::string& source, time now, size_t count) {
  auto found = buckets_.find(source);
  if (found == buckets_.end()) {
    if (buckets_.size() >= sources_) drop_full(now);
    if (buckets_.size() >= sources_) return false;
    found = buckets_.emplace(source, bucket{burst_, now}).first;
  }
  auto& mine = found->second;
  mine = {level(mine, now), now};
  const auto wanted = static_cast<double>(count);
  if (mine.tokens < wanted) return false;
  mine.tokens -= wanted;
  return true;
}

/// Who has a full bucket is as good as unknown.
void request_rate::drop_full(time now) {
  std::erase_if(buckets_, [&](const auto& one) { return level(one.second, now) >= burst_; });
}

}  // namespace confab::sip
