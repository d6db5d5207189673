#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/sip_stream.hpp"
#include "bench/load/sip_subscription.hpp"
#include "config/result.hpp"

namespace confab::load {

/// All watchers of a run, each with a socket of its own. Single thread; it alone reads their sockets.
class watch_group {
 public:
  using clock_time = sip_subscription::clock_time;

  static result<std::unique_ptr<watch_group>> open(const socket_address& server, std::string local_host,
                                                   watch_transport transport);
  ~watch_group();
  watch_group(const watch_group&) = delete;
  watch_group& operator=(const watch_group&) = delete;

  /// Connects one more watcher of a room, which is called `name`, and sends its SUBSCRIBE.
  result<void> add(uint32_t room, std::string_view name, std::string_view domain);
  /// Becomes readable when any of the sockets does; then `serve` reads and answers.
  [[nodiscard]] int fd() const noexcept { return epoll_; }
  void serve();
  /// Repeats SUBSCRIBEs that nobody answered; to be called now and then while any `asking()`.
  void fire_timers();
  void unsubscribe_all();

  [[nodiscard]] size_t size() const noexcept { return watchers_.size(); }
  [[nodiscard]] size_t asking() const noexcept { return in(subscription_state::asking); }
  [[nodiscard]] size_t leaving() const noexcept { return in(subscription_state::leaving); }
  [[nodiscard]] size_t active() const noexcept { return in(subscription_state::active); }
  [[nodiscard]] notify_counts counts() const;
  [[nodiscard]] clock_time last_notify() const;
  /// Watchers of a room whose last NOTIFY came before `since`.
  [[nodiscard]] uint32_t behind(uint32_t room, clock_time since) const;
  /// Subscriptions that were refused, ended or lost, into `report`.
  void fill(watch_report& report) const;

 private:
  struct watcher {
    int fd = -1;
    sip_subscription dialog;
    sip_stream stream;
    std::string trouble;  ///< why its connection is no longer used
    uint32_t room;

    watcher(subscription_settings settings, uint32_t in_room) : dialog(std::move(settings)), room(in_room) {}
    ~watcher();
    watcher(const watcher&) = delete;
    watcher& operator=(const watcher&) = delete;
  };

  watch_group(const socket_address& server, std::string local_host, watch_transport transport, int epoll)
      : server_(server), local_host_(std::move(local_host)), transport_(transport), epoll_(epoll) {}
  [[nodiscard]] size_t in(subscription_state state) const noexcept;
  void read_datagrams(watcher& w);
  void read_stream(watcher& w);
  void on_message(watcher& w, std::string_view bytes);
  void send(watcher& w, const sip_subscription::messages& out);
  void give_up(watcher& w, std::string why);

  socket_address server_;
  std::string local_host_;
  watch_transport transport_;
  int epoll_;
  std::string run_id_;
  std::vector<std::unique_ptr<watcher>> watchers_;
};

}  // namespace confab::load
