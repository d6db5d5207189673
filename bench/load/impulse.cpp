#include "bench/load/impulse.hpp"

namespace confab::load {

void impulse_room::on_burst(wall_time now) {
  finish();
  sent_ = now;
  for (size_t i = 1; i < listeners_.size(); ++i) {
    auto& l = listeners_[i];
    const bool noisy = l.last_loud && now - *l.last_loud < quiet_before;
    if (noisy) ++disturbed_;
    l.waits = !noisy;
  }
}

void impulse_room::on_loud(size_t index, wall_time arrival) {
  auto& l = listeners_[index];
  l.last_loud = arrival;
  if (!l.waits || !sent_ || arrival < *sent_) return;
  l.waits = false;
  if (arrival - *sent_ > hearing_limit) {
    ++missed_;
    return;
  }
  latencies_ms_.push_back(std::chrono::duration<double, std::milli>(arrival - *sent_).count());
}

void impulse_room::finish() {
  for (auto& l : listeners_) {
    if (l.waits) ++missed_;
    l.waits = false;
  }
}

}  // namespace confab::load
