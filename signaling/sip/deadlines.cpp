#include "signaling/sip/deadlines.hpp"

#include <algorithm>

#include <re.h>

namespace confab::sip {

struct deadlines::driver {
  tmr timer;
};

deadlines::deadlines(int haste) : haste_(haste), driver_(std::make_unique<driver>()) {
  tmr_init(&driver_->timer);
}

deadlines::~deadlines() {
  tmr_cancel(&driver_->timer);
}

deadlines::id deadlines::start(std::chrono::milliseconds delay, task what) {
  const auto when = tmr_jiffies() + static_cast<uint64_t>(std::max<int64_t>(delay.count() / haste_, 0));
  const id timer = ++last_;
  due_.emplace(timer, when);
  by_time_.emplace(std::pair{when, timer}, std::move(what));
  if (by_time_.begin()->first.second == timer) arm();
  return timer;
}

void deadlines::cancel(id& timer) {
  const auto found = due_.find(timer);
  timer = 0;
  if (found == due_.end()) return;
  by_time_.erase({found->second, found->first});
  due_.erase(found);
}

void deadlines::arm() {
  if (by_time_.empty()) {
    tmr_cancel(&driver_->timer);
    return;
  }
  const auto now = tmr_jiffies();
  const auto when = by_time_.begin()->first.first;
  tmr_start(
      &driver_->timer, when > now ? when - now : 0, [](void* self) { static_cast<deadlines*>(self)->fire(); },
      this);
}

void deadlines::fire() {
  const auto now = tmr_jiffies();
  // What is started while firing waits for the next round, so that a task that restarts itself at once cannot
  // hang us.
  const auto newest = last_;
  while (!by_time_.empty() && by_time_.begin()->first.first <= now &&
         by_time_.begin()->first.second <= newest) {
    auto node = by_time_.extract(by_time_.begin());
    due_.erase(node.key().second);
    node.mapped()();
  }
  arm();
}

}  // namespace confab::sip
