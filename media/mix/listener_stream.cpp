#include "media/mix/listener_stream.hpp"

#include <algorithm>

namespace confab::mix {

listener_stream::listener_stream(media::codec_kind kind, std::chrono::milliseconds ptime) {
  packetizer_.configure(kind, ptime);
  const codec::traits& traits = codec::traits_of(kind);
  if (!traits.copyable_encoder) heard_.resize(remembered_frames * traits.sample_rate / 50);
}

void listener_stream::begin_tick() noexcept {
  listeners_ = 0;
  packets_ = 0;
}

void listener_stream::begin_with(const packetizer& first) noexcept {
  if (!packetizer_.assume_state_of(first)) packetizer_.warm_up(heard_);
}

void listener_stream::leave(packetizer& leg) const noexcept {
  if (!leg.assume_state_of(packetizer_)) leg.warm_up(heard_);
}

void listener_stream::push(const frame& mix, std::vector<codec::encode_job>& jobs) {
  packetizer_.push(mix);
  remember();
  while (packetizer_.ready() > 1) {
    lengths_[packets_] = packetizer_.pop(bytes_[packets_]);
    ++packets_;
  }
  packetizer_.begin_pop(jobs, bytes_[packets_]);
}

void listener_stream::finish(std::span<const codec::encode_job> jobs) noexcept {
  if (!packetizer_.popping()) return;
  lengths_[packets_] = packetizer_.end_pop(jobs);
  ++packets_;
}

void listener_stream::remember() noexcept {
  if (heard_.empty()) return;
  const size_t fresh = heard_.size() / remembered_frames;
  const auto newest = packetizer_.gathered().last(fresh);
  std::copy(heard_.begin() + static_cast<std::ptrdiff_t>(fresh), heard_.end(), heard_.begin());
  std::copy(newest.begin(), newest.end(), heard_.end() - static_cast<std::ptrdiff_t>(fresh));
}

bool listening::may_join(std::optional<bool> same) noexcept {
  ++waiting;
  if (same) alike = *same ? alike + 1 : 0;
  return alike >= alike_to_join || waiting >= any_join_ticks;
}

}  // namespace confab::mix
