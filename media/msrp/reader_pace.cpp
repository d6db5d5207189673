#include "media/msrp/reader_pace.hpp"

#include <algorithm>

#include "config/limits.hpp"

namespace confab::msrp {

/// Who was through gets the grace anew; who was not has the time that was left, so that small messages that
/// never end buy none.
void reader_pace::on_queued(uint64_t bytes, clock_time now) noexcept {
  const auto takes = std::chrono::milliseconds(bytes * 1'000 / limits::msrp_reader_pace);
  due_ = due_.value_or(now + limits::msrp_reader_grace) + takes;
}

}  // namespace confab::msrp
