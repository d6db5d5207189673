#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <utility>

namespace confab::sip {

/// Timers of the signaling thread. One libre timer drives them all: libre keeps its own in a sorted list,
/// where thousands of half-hour session timers would make every insertion walk past them.
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

  std::map<id, uint64_t> due_;  // timer → when, in libre's milliseconds
  std::map<std::pair<uint64_t, id>, task> by_time_;
  int haste_;
  id last_ = 0;
  std::unique_ptr<driver> driver_;
};

}  // namespace confab::sip
