#include "media/msrp/byte_budget.hpp"

namespace confab::msrp {

/// Two that come at the same time may both be refused where one would fit; never are both let in where one
/// does not.
bool byte_budget::take(uint64_t bytes) noexcept {
  const uint64_t before = taken_.fetch_add(bytes, std::memory_order_relaxed);
  const bool fits = bytes <= most_ && before <= most_ - bytes;
  if (fits && (!within_ || within_->take(bytes))) return true;
  taken_.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

void byte_budget::give_back(uint64_t bytes) noexcept {
  taken_.fetch_sub(bytes, std::memory_order_relaxed);
  if (within_) within_->give_back(bytes);
}

bool byte_share::grow(uint64_t more) noexcept {
  if (of_ && !of_->take(more)) return false;
  bytes_ += more;
  return true;
}

}  // namespace confab::msrp
