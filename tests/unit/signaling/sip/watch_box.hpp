#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "signaling/sip/subscription_events.hpp"

namespace confab::sip::test {

/// Keeps the news of subscriptions until a test asks for it.
class watch_box : public subscription_listener {
 public:
  void on_subscription_event(subscription_event event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
    arrived_.notify_all();
  }
  template <class Event>
  std::optional<Event> next() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(5), [this] { return !events_.empty(); }))
      return std::nullopt;
    auto event = std::move(events_.front());
    events_.pop_front();
    auto* found = std::get_if<Event>(&event);
    return found == nullptr ? std::nullopt : std::optional<Event>(std::move(*found));
  }
  bool empty() {
    const std::lock_guard lock(mutex_);
    return events_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<subscription_event> events_;
};

inline document text(std::string body, bool must_send = false) {
  return {std::make_shared<const std::string>(std::move(body)), "application/conference-info+xml", must_send};
}

}  // namespace confab::sip::test
