#include "signaling/sip/deadlines.hpp"

#include <algorithm>
#include <array>

#include <re.h>
#include <sys/timerfd.h>
#include <unistd.h>

namespace confab::sip {

namespace {

/// Monotonic, unlike libre's own milliseconds: a clock that is set ends no call.
uint64_t now_ms() {
  using namespace std::chrono;
  return static_cast<uint64_t>(duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count());
}

}  // namespace

/// What wakes us. Two ways, because libre's own timers are a sorted list searched from its far end, where a
/// server's transactions linger for 32 s each: a timer of half a second would walk past all of them. A delay
/// of nothing is searched for from the near end and costs nothing; all others are the kernel's.
struct deadlines::driver {
  int fd = -1;
  uint64_t fd_at = 0;  ///< when the descriptor wakes us; 0: it does not
  bool soon = false;   ///< libre's timer runs
  tmr timer{};

  void listen(deadlines* owner) {
    fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0) return;
    const auto ring = [](int, void* self) {
      auto& all = *static_cast<deadlines*>(self);
      std::array<char, 8> count{};
      (void)!read(all.driver_->fd, count.data(), count.size());
      all.driver_->fd_at = 0;
      all.fire();
    };
    if (fd_listen(fd, FD_READ, ring, owner) == 0) return;
    ::close(fd);
    fd = -1;
  }

  bool wake_at(uint64_t when) {
    if (fd < 0) return false;
    if (fd_at != 0 && fd_at <= when) return true;  // early is fine: `fire` looks again
    itimerspec spec{};
    spec.it_value.tv_sec = static_cast<time_t>(when / 1000);
    spec.it_value.tv_nsec = static_cast<long>(when % 1000) * 1'000'000;
    if (timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, nullptr) != 0) return false;
    fd_at = when;
    return true;
  }

  void wake_in(uint64_t delay, deadlines* owner) {
    if (soon && delay == 0) return;
    soon = delay == 0;
    const auto ring = [](void* self) {
      auto& all = *static_cast<deadlines*>(self);
      all.driver_->soon = false;
      all.fire();
    };
    tmr_start(&timer, delay, ring, owner);
  }
};

deadlines::deadlines(int haste) : haste_(haste), driver_(std::make_unique<driver>()) {
  tmr_init(&driver_->timer);
  driver_->listen(this);
}

deadlines::~deadlines() {
  tmr_cancel(&driver_->timer);
  if (driver_->fd < 0) return;
  fd_close(driver_->fd);
  ::close(driver_->fd);
}

deadlines::id deadlines::start(std::chrono::milliseconds delay, task what) {
  const auto when = now_ms() + static_cast<uint64_t>(std::max<int64_t>(delay.count() / haste_, 0));
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
  // Nothing is disarmed: most timers here are cancelled, and one early wake is cheaper than a call for each.
  if (by_time_.empty()) return;
  const auto now = now_ms();
  const auto when = by_time_.begin()->first.first;
  if (when <= now) {
    driver_->wake_in(0, this);
  } else if (!driver_->wake_at(when) && !driver_->soon) {
    driver_->wake_in(when - now, this);  // without timerfd: right, and slow at rate
  }
}

void deadlines::fire() {
  const auto now = now_ms();
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
