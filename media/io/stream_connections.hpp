#pragma once

#include <array>
#include <deque>
#include <vector>

#include <sys/socket.h>
#include <sys/uio.h>

#include "media/io/stream_ring.hpp"

namespace confab::io {

/// What both backends of `stream_ring` share: the table of connections, their queues and their events. A
/// backend moves bytes and reports by `came_in`, `was_sent` and `ended`.
class stream_connections : public stream_ring {
 public:
  uint32_t listen(descriptor socket) override;
  result<stream_id> connect(const socket_address& to) override;
  bool send(stream_id id, std::vector<uint8_t> bytes) override;
  void set_receiving(stream_id id, bool on) override;
  void shut(stream_id id) override;
  void drop(stream_id id) override;
  [[nodiscard]] size_t connections() const noexcept override { return open_; }
  [[nodiscard]] bool healthy() const noexcept override { return !broken_; }

 protected:
  enum class phase : uint8_t { vacant, connecting, open, shutting, dying };
  static constexpr size_t pieces_per_send = 16;

  struct connection {
    descriptor file;
    uint32_t generation = 1;  ///< of this place in the table
    phase state = phase::vacant;
    bool wanted = true;  ///< by whoever uses the ring: it is to be read
    bool read = false;   ///< by the backend: it is being read
    bool writing = false;
    bool finished = false;   ///< FIN is out
    unsigned in_flight = 0;  ///< operations of the kernel that still name this place
    socket_address to;       ///< of a connect
    size_t head_sent = 0;    ///< of the first in the queue
    size_t queued_bytes = 0;
    std::deque<std::vector<uint8_t>> queue;
    std::array<iovec, pieces_per_send> pieces{};
    msghdr message{};
  };

  // What a backend does.
  virtual void arm_accept(uint32_t listener) = 0;
  virtual void start_connect(uint32_t place) = 0;
  virtual void start_reading(uint32_t place) = 0;
  virtual void stop_reading(uint32_t place) = 0;
  virtual void start_writing(uint32_t place) = 0;
  /// Takes back what the kernel still holds; `settle` once nothing is in flight.
  virtual void abandon(uint32_t place) = 0;

  // What it tells.
  void accepted(uint32_t listener, int fd);
  void connected(uint32_t place);
  void came_in(uint32_t place, std::span<const uint8_t> bytes);
  void was_sent(uint32_t place, size_t bytes);
  /// By the peer, or by an error (`number` is an errno, 0: in order).
  void ended(uint32_t place, int number);
  /// Frees a dying place that the kernel has let go of.
  void settle(uint32_t place);

  /// No descriptor is left for who wants to connect: that listener rests for a while.
  void rest_accepting(uint32_t listener) noexcept;
  /// Before a wait: listeners that have rested are armed again. How long the wait may be at most.
  [[nodiscard]] std::optional<std::chrono::milliseconds> rouse(
      std::optional<std::chrono::milliseconds> limit);
  /// The events so far, for the caller of `wait`.
  std::span<const stream_event> hand_out();

  /// The message of the next send: up to `pieces_per_send` of the queue.
  msghdr* gather(connection& of) noexcept;
  [[nodiscard]] bool is_live(uint32_t place) const noexcept;
  [[nodiscard]] bool should_read(const connection& c) const noexcept {
    return c.state == phase::shutting || (c.state == phase::open && c.wanted);
  }

  struct listener_entry {
    descriptor file;
    bool armed = false;
  };
  std::vector<listener_entry> listeners_;
  std::vector<std::unique_ptr<connection>> table_;  ///< places stay where they are: the kernel points there
  std::vector<stream_event> events_;
  bool broken_ = false;

 private:
  [[nodiscard]] connection* find(stream_id id) noexcept;
  [[nodiscard]] stream_id id_of(uint32_t place) const noexcept;
  uint32_t take_place(descriptor file, phase state);
  void begin(uint32_t place);
  void finish_if_drained(connection& c) noexcept;
  void kill(uint32_t place);

  std::vector<uint32_t> vacant_;
  std::vector<stream_event> handed_out_;
  std::optional<std::chrono::steady_clock::time_point> accept_again_;
  size_t open_ = 0;
};

result<std::unique_ptr<stream_ring>> make_uring_streams(std::shared_ptr<const wake_up> alarm);
result<std::unique_ptr<stream_ring>> make_epoll_streams(std::shared_ptr<const wake_up> alarm);

}  // namespace confab::io
