#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "bench/load/impulse.hpp"
#include "bench/load/media_leg.hpp"
#include "bench/load/payloads.hpp"

namespace confab::load {

/// How well the generator itself kept its time in the window; a run in which it did not says nothing about
/// the server.
struct pump_counts {
  uint64_t sent = 0;
  uint64_t send_errors = 0;
  uint64_t withheld = 0;  ///< lost on purpose
  uint64_t late = 0;      ///< left more than `media_pump::late_limit` after their time
  std::chrono::nanoseconds latest{0};
};

/// The RTP of all legs: a few threads that wake each millisecond of absolute time, take what came in and send
/// what is due. Each leg sends once in 20 ms, in its own slot. Rooms stay on one thread.
class media_pump {
 public:
  static constexpr std::chrono::milliseconds late_limit{5};
  static constexpr uint32_t slots = 20;

  struct settings {
    uint32_t threads = 1;
    bool realtime = false;
    bool impulses = false;
    std::chrono::milliseconds burst_interval{1'000};
    bool speech_from_window = false;  ///< talkers are quiet before the window and start with the first word
  };

  /// `legs` and `payloads` outlive the pump; `legs` of one room follow each other.
  media_pump(const settings& s, std::vector<std::unique_ptr<media_leg>>& legs,
             const payload_library& payloads);
  ~media_pump();

  result<void> start();
  /// Lets a leg whose sockets are connected send and be read. Main thread.
  result<void> go_live(media_leg& leg);
  void open_window() noexcept { window_.store(window::open, std::memory_order_release); }
  void close_window() noexcept { window_.store(window::closed, std::memory_order_release); }
  /// Joins the threads; only then are counts and the legs' own ones complete.
  void stop();

  [[nodiscard]] pump_counts counts() const;
  [[nodiscard]] const std::vector<impulse_room>& impulses() const noexcept { return rooms_; }

 private:
  enum class window : uint8_t { before, open, closed };
  struct worker {
    int epoll = -1;
    std::vector<std::vector<media_leg*>> by_slot;
    window seen = window::before;
    pump_counts counts;
    std::thread thread;
  };

  void run(worker& w);
  void follow_window(worker& w);
  void send_slot(worker& w, uint32_t slot, std::chrono::steady_clock::time_point due);
  void send_packet(worker& w, media_leg& leg);
  const payload* next_payload(media_leg& leg, bool window_open);
  void exchange_rtcp(media_leg& leg);
  void receive(worker& w);
  void receive_one(worker& w, media_leg& leg);
  void listen(media_leg& leg, std::span<uint8_t> packet, wall_time arrival);

  settings settings_;
  std::vector<std::unique_ptr<media_leg>>& legs_;
  const payload_library& payloads_;
  std::vector<impulse_room> rooms_;
  std::vector<worker> workers_;
  std::atomic<window> window_{window::before};
  std::atomic<bool> stopping_{false};
};

}  // namespace confab::load
