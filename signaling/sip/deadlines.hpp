#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace confab::sip {

/// Timers of the signaling thread, in a tree of our own. A timerfd in libre's loop drives them: libre keeps
/// its timers in a sorted list, whose walks were the largest cost of a call
/// (docs/decisions/008-sip-timers.md). Made and destroyed on the thread of the loop.
class deadlines {
 public:
  using task = std::function<void()>;
  /// Names one running timer; 0 names none.
  using id = uint64_t;

  /// Delays are divided by `haste`: tests cannot wait for half an hour.
  explicit deadlines(int haste = 1);
  ~deadlines();
  deadlines(const deadlines&) = delete;
  deadlines& operator=(const deadlines&) = delete;

  id start(std::chrono::milliseconds delay, task what);
  /// Sets the id to 0. A timer that has fired is ignored.
  void cancel(id& timer);

 private:
  struct driver;
  void arm();
  void fire();

  std::map<id, uint64_t> due_;  // timer → when, in milliseconds of the monotonic clock
  std::map<std::pair<uint64_t, id>, task> by_time_;
  int haste_;
  id last_ = 0;
  std::unique_ptr<driver> driver_;
};

}  // namespace confab::sip
