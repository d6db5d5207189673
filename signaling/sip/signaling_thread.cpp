#include "signaling/sip/signaling_thread.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include <re.h>
#include <sys/resource.h>

#include "config/log.hpp"

namespace confab::sip {

namespace {

/// One descriptor a TCP peer: as many as the process may have, within reason.
int descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<int>(std::clamp<rlim_t>(limit.rlim_cur, 1024, 65536));
}

}  // namespace

signaling_thread::~signaling_thread() {
  stop();
  for (node* left = inbox_.exchange(nullptr); left != nullptr;) delete std::exchange(left, left->next);
}

result<void> signaling_thread::start(std::function<result<void>()> open, std::function<void()> close) {
  static std::once_flag once;
  static int libre_error = 0;
  std::call_once(once, [] { libre_error = libre_init(); });
  if (libre_error != 0) return {errc::unavailable, "libre did not start"};
  std::promise<result<void>> opened;
  auto outcome = opened.get_future();
  thread_ = std::thread([this, open = std::move(open), close = std::move(close),
                         opened = std::move(opened)]() mutable { run(open, close, std::move(opened)); });
  auto done = outcome.get();
  if (!done) thread_.join();
  return done;
}

void signaling_thread::run(const std::function<result<void>()>& open, const std::function<void()>& close,
                           std::promise<result<void>> opened) {
  if (re_thread_init() != 0) {
    opened.set_value(result<void>(errc::unavailable, "libre did not take the thread"));
    return;
  }
  // In this order: the poll method keeps the size it finds, and RTP's sockets use up the small numbers.
  if (fd_setsize(descriptor_limit()) != 0 || poll_method_set(METHOD_EPOLL) != 0) {
    log::warning("the SIP thread serves few connections at once: its descriptor table could not be enlarged");
  }
  auto ring = [](int, void*, void* self) { static_cast<signaling_thread*>(self)->drain(); };
  result<void> done;
  if (mqueue_alloc(&bell_, ring, this) != 0) done = {errc::unavailable, "no queue for the signaling thread"};
  if (done) done = open();
  const bool running = done.ok();
  opened.set_value(std::move(done));
  if (running) (void)re_main(nullptr);
  close();
  bell_ = static_cast<mqueue*>(mem_deref(bell_));
  re_thread_close();
}

void signaling_thread::post(task what) {
  auto* fresh = new node{std::move(what), nullptr};
  node* before = inbox_.load(std::memory_order_relaxed);
  do {
    fresh->next = before;
  } while (
      !inbox_.compare_exchange_weak(before, fresh, std::memory_order_release, std::memory_order_relaxed));
  // Whoever finds the inbox empty rings; the rest is found by the same drain. `fresh` may be gone by now.
  if (before == nullptr) (void)mqueue_push(bell_, 0, nullptr);
}

void signaling_thread::drain() {
  node* newest = inbox_.exchange(nullptr, std::memory_order_acquire);
  node* oldest = nullptr;
  while (newest != nullptr) {
    node* next = std::exchange(newest->next, oldest);
    oldest = std::exchange(newest, next);
  }
  while (oldest != nullptr) {
    const std::unique_ptr<node> current(std::exchange(oldest, oldest->next));
    current->what();
  }
}

void signaling_thread::stop() {
  if (!thread_.joinable()) return;
  post([] { re_cancel(); });
  thread_.join();
}

}  // namespace confab::sip
