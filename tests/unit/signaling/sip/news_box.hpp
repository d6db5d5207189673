#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace confab::sip::test {

/// Keeps what an endpoint tells from its thread until a test asks for it; `News` is a variant.
template <class News>
class news_box {
 public:
  void put(News news) {
    const std::lock_guard lock(mutex_);
    news_.push_back(std::move(news));
    arrived_.notify_all();
  }
  /// The next one, waiting at most a few seconds; nothing when none comes or it is of another kind.
  template <class Kind>
  std::optional<Kind> next() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(5), [this] { return !news_.empty(); })) return std::nullopt;
    auto news = std::move(news_.front());
    news_.pop_front();
    auto* found = std::get_if<Kind>(&news);
    return found == nullptr ? std::nullopt : std::optional<Kind>(std::move(*found));
  }
  [[nodiscard]] bool empty() {
    const std::lock_guard lock(mutex_);
    return news_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<News> news_;
};

}  // namespace confab::sip::test
