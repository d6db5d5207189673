#pragma once

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>

#include "config/result.hpp"

struct mqueue;

namespace confab::sip {

/// libre's loop on a thread of its own. Work comes in as tasks from any thread, in order, without a lock;
/// libre's queue only rings the bell, because its pipe would drop what does not fit.
class signaling_thread {
 public:
  using task = std::function<void()>;

  signaling_thread() = default;
  ~signaling_thread();  ///< stop()
  signaling_thread(const signaling_thread&) = delete;
  signaling_thread& operator=(const signaling_thread&) = delete;

  /// Runs `open` on the new thread before the loop, `close` after it. Returns what `open` returned; the
  /// thread is gone when that is an error.
  result<void> start(std::function<result<void>()> open, std::function<void()> close);
  void post(task what);
  /// Ends the loop after the tasks posted so far and joins. Not from the thread itself.
  void stop();

 private:
  struct node {
    task what;
    node* next = nullptr;
  };
  void run(const std::function<result<void>()>& open, const std::function<void()>& close,
           std::promise<result<void>> opened);
  void drain();

  std::atomic<node*> inbox_{nullptr};  // newest first
  mqueue* bell_ = nullptr;
  std::thread thread_;
};

}  // namespace confab::sip
