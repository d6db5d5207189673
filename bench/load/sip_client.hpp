#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/load/sip_call.hpp"
#include "bench/load/udp_socket.hpp"

namespace confab::load {

/// Many calls over one UDP socket. Everything goes to one server whatever its Contact or Route says, so that
/// a server behind a proxy or an address translation is measured the same way. Single thread; it alone reads
/// the clock and the socket.
class sip_client {
 public:
  /// Called when a call's state or its media changed; `index` is what `call` returned.
  using observer = std::function<void(size_t index, const sip_call& call)>;

  static result<std::unique_ptr<sip_client>> open(const socket_address& server, const std::string& local_host,
                                                  observer on_change);

  /// Starts a call to a room's URI; returns its index.
  size_t call(std::string_view room, std::string_view domain, const local_media& media);
  void hang_up(size_t index);
  /// Puts a call on hold or takes it off (`sip_call::change`).
  void change(size_t index, stream_direction direction);
  /// While it waits, it also watches `fd`, and has `serve` read it. Once.
  void attend(int fd, std::function<void()> serve);
  /// Receives, answers and repeats until `until`.
  void run_until(clock_time until);

  [[nodiscard]] const sip_call& at(size_t index) const { return *calls_[index]; }
  [[nodiscard]] size_t size() const noexcept { return calls_.size(); }
  [[nodiscard]] const socket_address& local() const noexcept { return socket_.local(); }
  [[nodiscard]] uint64_t unexpected() const noexcept {
    return unexpected_;
  }  ///< datagrams that fitted no call

 private:
  struct timer {
    clock_time at;
    size_t index;
    bool operator>(const timer& other) const noexcept { return at > other.at; }
  };

  sip_client(udp_socket socket, socket_address server, observer on_change);
  void receive();
  void on_datagram(std::string_view datagram, clock_time now);
  void fire_timers(clock_time now);
  void perform(size_t index, const sip_call::datagrams& out, call_state before, uint32_t version);
  void send(const std::string& datagram);

  udp_socket socket_;
  socket_address server_;
  observer on_change_;
  std::string run_id_;
  std::vector<std::unique_ptr<sip_call>> calls_;
  std::unordered_map<std::string, size_t> by_call_id_;
  std::priority_queue<timer, std::vector<timer>, std::greater<>>
      timers_;  ///< stale ones are skipped when they fire
  uint64_t unexpected_ = 0;
  int attended_ = -1;
  std::function<void()> serve_;
};

}  // namespace confab::load
