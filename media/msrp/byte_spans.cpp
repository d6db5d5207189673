#include "media/msrp/byte_spans.hpp"

#include <algorithm>

namespace confab::msrp {

void byte_spans::add(uint64_t begin, uint64_t end) {
  if (begin >= end) return;
  // The usual case: right behind what is there.
  if (!spans_.empty() && begin >= spans_.back().first && begin <= spans_.back().second) {
    spans_.back().second = std::max(spans_.back().second, end);
    return;
  }
  const auto first = std::lower_bound(spans_.begin(), spans_.end(), begin,
                                      [](const auto& span, uint64_t at) { return span.second < at; });
  auto last = first;
  for (; last != spans_.end() && last->first <= end; ++last) {
    begin = std::min(begin, last->first);
    end = std::max(end, last->second);
  }
  spans_.insert(spans_.erase(first, last), {begin, end});
}

bool byte_spans::covers(uint64_t end) const noexcept {
  if (end == 0) return true;
  return !spans_.empty() && spans_.front().first == 0 && spans_.front().second >= end;
}

}  // namespace confab::msrp
