#include "media/rtp/delay_estimator.hpp"

#include <algorithm>

namespace confab::rtp {
namespace {

constexpr std::chrono::seconds bucket{5};
constexpr std::chrono::milliseconds recent_bucket{500};
constexpr float tail = 0.02F;  // packets later than `wanted` that we accept to lose
constexpr uint32_t memory_packets =
    200;  // 4 s of 20 ms packets: one straggler does not move the delay, steady ones do

}  // namespace

delay_estimator::delay_estimator(uint32_t clock_rate, std::chrono::milliseconds max_delay) noexcept
    : clock_rate_(std::max<uint32_t>(clock_rate, 1)),
      bin_us_(std::max<int64_t>(microseconds(max_delay).count() / (bins - 1), 1'000)) {}

void delay_estimator::reset() noexcept {
  started_ = false;
  share_.fill(0);
  latest_.fill(microseconds{0});
  counted_ = 0;
  wanted_ = microseconds{0};
}

int64_t delay_estimator::extend(uint32_t timestamp) const noexcept {
  return newest_ + static_cast<int32_t>(timestamp - static_cast<uint32_t>(newest_));
}

int64_t delay_estimator::transit(clock_time now, int64_t extended) const noexcept {
  const auto arrival = std::chrono::duration_cast<microseconds>(now.time_since_epoch()).count();
  // Whole seconds apart from the rest, so that the product stays in range for any run time.
  return arrival - (extended / clock_rate_ * 1'000'000 + extended % clock_rate_ * 1'000'000 / clock_rate_);
}

int64_t delay_estimator::fastest() const noexcept {
  return std::min(current_min_us_, previous_min_us_);
}

delay_estimator::microseconds delay_estimator::lateness(clock_time now, uint32_t timestamp) noexcept {
  if (!started_) rebase(now, timestamp);
  return microseconds{transit(now, extend(timestamp)) - fastest()};
}

void delay_estimator::rebase(clock_time now, uint32_t timestamp) noexcept {
  newest_ = started_ ? extend(timestamp) : int64_t{timestamp};
  started_ = true;
  current_min_us_ = previous_min_us_ = transit(now, newest_);
  bucket_start_ = now;
}

void delay_estimator::record(clock_time now, uint32_t timestamp, microseconds floor) noexcept {
  if (!started_) rebase(now, timestamp);
  const int64_t extended = extend(timestamp);
  const int64_t took = transit(now, extended);
  newest_ = std::max(newest_, extended);
  if (now - bucket_start_ >= bucket) {
    previous_min_us_ = current_min_us_;
    current_min_us_ = took;
    bucket_start_ = now;
  }
  current_min_us_ = std::min(current_min_us_, took);
  const auto late = std::max(microseconds{took - fastest()}, floor);
  note_recent(now, late);
  count(late);
}

void delay_estimator::note_recent(clock_time now, microseconds late) noexcept {
  if (now - recent_start_ >= recent_bucket) {
    std::shift_right(latest_.begin(), latest_.end(), 1);
    latest_[0] = late;
    recent_start_ = now;
  }
  latest_[0] = std::max(latest_[0], late);
}

void delay_estimator::count(microseconds late) noexcept {
  counted_ = std::min(counted_ + 1, memory_packets);
  const float fresh = 1.0F / static_cast<float>(counted_);  // quick at first, then steady
  for (float& share : share_) share *= 1.0F - fresh;
  share_[static_cast<size_t>(std::clamp<int64_t>(late.count() / bin_us_, 0, bins - 1))] += fresh;
  float above = 0;
  size_t bin = bins - 1;
  while (bin > 0 && above + share_[bin] <= tail) above += share_[bin--];
  wanted_ = std::min(microseconds{static_cast<int64_t>(bin) * bin_us_},
                     *std::max_element(latest_.begin(), latest_.end()));
}

delay_estimator::clock_time delay_estimator::earliest(uint32_t timestamp) const noexcept {
  const int64_t extended = extend(timestamp);
  const int64_t media_us = -transit(clock_time{}, extended);
  return clock_time{} + microseconds{media_us + fastest()};
}

}  // namespace confab::rtp
