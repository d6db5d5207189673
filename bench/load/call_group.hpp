#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "bench/load/options.hpp"
#include "bench/load/report.hpp"
#include "bench/load/sip_client.hpp"

namespace confab::load {

/// All calls of a run: set up at a rate, counted, ended. Main thread.
class call_group {
 public:
  /// What a run does when one of its calls comes up, moves its media, or is over.
  struct events {
    std::function<void(size_t index, const sip_call& call)> up;
    std::function<void(size_t index, const sip_call& call)> moved;
    std::function<void(size_t index)> over;
  };

  static result<std::unique_ptr<call_group>> open(const options& o, events on);

  /// Starts `count` calls at the rate, call `i` with `media_of(i)` to room `room_of(i)`, and waits until all
  /// are answered, refused or given up.
  void set_up(size_t count, const std::function<local_media(size_t)>& media_of,
              const std::function<uint32_t(size_t)>& room_of);
  /// Ends what still stands, at twice the rate, and waits for the answers.
  void tear_down();
  /// Each call is ended by us this long after it came up (setup mode).
  void end_after(std::chrono::milliseconds hold) { hold_ = hold; }

  /// One more call, or one less, or one that is put on hold or taken off, whatever the plan was.
  size_t call(uint32_t room, const local_media& media);
  void hang_up(size_t index) { client_->hang_up(index); }
  void change(size_t index, stream_direction direction) { client_->change(index, direction); }
  /// Changes that the server took, of all calls.
  [[nodiscard]] uint32_t changes() const;
  void attend(int fd, std::function<void()> serve) { client_->attend(fd, std::move(serve)); }

  void run_until(clock_time until) { client_->run_until(until); }
  void run_for(std::chrono::nanoseconds time) { client_->run_until(std::chrono::steady_clock::now() + time); }
  void fill(run_report& report) const;
  [[nodiscard]] const socket_address& local() const noexcept { return client_->local(); }

 private:
  struct planned_end {
    clock_time at;
    size_t index;
  };
  call_group(const options& o, events on) : options_(o), events_(std::move(on)) {}
  void on_change(size_t index, const sip_call& call);
  void step(clock_time until);
  void wait_while(const std::function<bool()>& busy, std::chrono::seconds limit);

  const options& options_;
  events events_;
  std::unique_ptr<sip_client> client_;
  std::optional<std::chrono::milliseconds> hold_;
  std::vector<planned_end> ends_;  ///< in the order of their times, since all calls hold equally long
  size_t next_end_ = 0;
  size_t inviting_ = 0;
  size_t standing_ = 0;  ///< up, or waiting for the answer to BYE
  std::vector<bool> was_up_;
};

}  // namespace confab::load
