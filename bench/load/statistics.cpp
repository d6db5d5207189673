#include "bench/load/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace confab::load {

stream_counts& stream_counts::operator+=(const stream_counts& other) noexcept {
  packets += other.packets;
  lost += other.lost;
  reordered += other.reordered;
  duplicates += other.duplicates;
  gaps += other.gaps;
  restarts += other.restarts;
  longest_gap = std::max(longest_gap, other.longest_gap);
  return *this;
}

void stream_checker::begin_source(uint32_t ssrc, uint16_t sequence) noexcept {
  ssrc_ = ssrc;
  first_ = highest_ = 65'536ULL + sequence;
  unique_ = 1;
  seen_ = 1;
}

void stream_checker::close_source() noexcept {
  if (ssrc_) counts_.lost += highest_ - first_ + 1 - unique_;
}

void stream_checker::note_gap(wall_time from, wall_time to) noexcept {
  const auto gap = to - from;
  if (gap > gap_limit) ++counts_.gaps;
  counts_.longest_gap = std::max(counts_.longest_gap, gap);
}

void stream_checker::on_packet(uint32_t ssrc, uint16_t sequence, wall_time arrival) noexcept {
  ++counts_.packets;
  if (last_arrival_) note_gap(*last_arrival_, arrival);
  last_arrival_ = arrival;
  if (ssrc_ != ssrc) {
    if (ssrc_) ++counts_.restarts;
    close_source();
    begin_source(ssrc, sequence);
    return;
  }
  const auto step = static_cast<int16_t>(static_cast<uint16_t>(sequence - static_cast<uint16_t>(highest_)));
  if (step > 0) {
    highest_ += static_cast<uint64_t>(step);
    seen_ = step < 64 ? (seen_ << step) | 1 : 1;
    ++unique_;
    return;
  }
  const uint64_t back = static_cast<uint64_t>(-static_cast<int32_t>(step));
  const uint64_t bit = back < 64 ? 1ULL << back : 0;
  if ((seen_ & bit) != 0) {
    ++counts_.duplicates;
    return;
  }
  seen_ |= bit;
  ++counts_.reordered;
  ++unique_;
  first_ = std::min(first_, highest_ - back);
}

stream_counts stream_checker::finish(wall_time end) noexcept {
  if (last_arrival_ && end > *last_arrival_) note_gap(*last_arrival_, end);
  close_source();
  const auto out = counts_;
  start();
  return out;
}

double percentile(std::vector<double>& samples, double share) {
  if (samples.empty()) return 0;
  std::ranges::sort(samples);
  const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(samples.size())));
  return samples[std::clamp<size_t>(rank, 1, samples.size()) - 1];
}

}  // namespace confab::load
