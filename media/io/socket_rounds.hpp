#pragma once

#include <array>
#include <deque>
#include <vector>

#include <sys/uio.h>

#include "media/io/descriptor.hpp"
#include "media/io/ring.hpp"

namespace confab::io {

/// Where one datagram of a round lands. Its address is handed to the kernel, so it never moves.
struct landing {
  msghdr header{};
  iovec vector{};
  socket_address source;
  std::array<uint8_t, datagram_capacity> bytes;

  landing() noexcept { vector = {.iov_base = bytes.data(), .iov_len = bytes.size()}; }

  msghdr* arm() noexcept {
    header = {};
    header.msg_name = source.raw();
    header.msg_namelen = socket_address::raw_capacity;
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    return &header;
  }
};

/// One datagram on its way out.
struct departure {
  socket_address to;
  uint32_t socket = 0;
  uint32_t length = 0;
  std::array<uint8_t, datagram_capacity> bytes;
};

struct socket_entry {
  enum class tie : uint8_t {
    none,      ///< anyone may send to it
    settling,  ///< connected; what came before from elsewhere may still be in its queue
    tied,      ///< only `peer` is in its queue, so that a read need not ask who sent
  };

  descriptor file;  ///< invalid: the index is free
  receiving how = receiving::off;
  uint8_t slot = 0;
  tie tied = tie::none;
  uint32_t place = 0;        ///< in its slot's list, while `always`
  uint32_t heard_round = 0;  ///< of its slot: the last that got something
  uint32_t heard_before = 0;
  uint32_t double_round = 0;  ///< the last that got two
  socket_address peer;        ///< unless `none`
};

/// What both backends share: who is asked in which round, the landings and departures. Landings belong to
/// the round, not to the socket: memory follows the largest slot. A backend reads and writes.
class socket_rounds : public udp_ring {
 public:
  result<uint32_t> add_socket(const socket_address& local, unsigned slot) final;
  void remove_socket(uint32_t index) final;
  void set_receiving(uint32_t index, receiving how) final;
  void set_slot(uint32_t index, unsigned slot) final;
  result<void> set_peer(uint32_t index, const socket_address& peer) final;
  std::span<const received_datagram> receive(unsigned slot) final;
  std::span<const received_datagram> receive_likely() final;
  std::span<const received_datagram> receive_more() final;
  uint8_t* send_buffer() final;
  void send(uint32_t index, const socket_address& to, size_t length) final;
  size_t flush() final;
  [[nodiscard]] bool healthy() const noexcept final { return !broken_; }

 protected:
  /// Before anything else.
  result<void> open();

  /// `sockets_[index].file` is new, or about to be closed.
  virtual result<void> attach(uint32_t index) = 0;
  virtual void detach(uint32_t index) noexcept = 0;
  /// The socket enters (true) or leaves its slot's list. False: it cannot enter.
  virtual bool enlist(uint32_t index, bool on) noexcept = 0;
  /// Narrows the slot's list to those worth asking.
  virtual std::span<const uint32_t> ready(unsigned slot) noexcept = 0;
  /// Reads once from each, the datagram of the i-th into the i-th landing, and calls `landed` for what came.
  virtual void read(std::span<const uint32_t> indices) noexcept = 0;
  /// Sends `departures_` 0 to `queued_`; how many failed.
  virtual size_t transmit() noexcept = 0;

  /// A read's outcome: a length, or an errno with a minus.
  void landed(uint32_t index, landing& place, int length) noexcept;

  std::vector<socket_entry> sockets_;
  std::array<std::vector<uint32_t>, ring_slots> lists_;  ///< indices read `always`, in no order
  std::deque<landing> landings_;
  std::vector<departure> departures_;
  size_t queued_ = 0;
  bool broken_ = false;  ///< see `healthy`

 private:
  [[nodiscard]] bool valid(uint32_t index) const noexcept {
    return index < sockets_.size() && static_cast<bool>(sockets_[index].file);
  }
  bool enter(uint32_t index, receiving how);
  void leave(uint32_t index);
  void make_room();
  void add_rare_ones() noexcept;
  std::span<const received_datagram> run_round();
  void transmit_queued() noexcept;

  descriptor rare_set_;  ///< epoll: sockets read `rarely`
  size_t rare_sockets_ = 0;
  std::array<uint32_t, ring_slots> rounds_{};
  unsigned slot_ = 0;  ///< of the last `receive`
  std::vector<uint32_t> free_;
  std::vector<uint32_t> round_;  ///< who is asked
  std::vector<received_datagram> received_;
  size_t failed_sends_ = 0;
};

/// The backends. Both refuse `unavailable`.
result<std::unique_ptr<udp_ring>> make_uring(unsigned entries);
result<std::unique_ptr<udp_ring>> make_epoll();

}  // namespace confab::io
