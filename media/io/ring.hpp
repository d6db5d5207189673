#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab::io {

/// What carries the datagrams. `automatic` is io_uring, and epoll where io_uring cannot be had.
enum class io_backend : uint8_t { automatic, uring, epoll };

/// "auto", "uring", "epoll", as the setting `media.io` spells them; another word is automatic.
[[nodiscard]] io_backend backend_of(std::string_view word) noexcept;
/// For the log: "io_uring", "epoll", "automatic".
[[nodiscard]] std::string_view to_string(io_backend backend) noexcept;

/// Whether this kernel and container allow the rings Confab needs (SINGLE_ISSUER, DEFER_TASKRUN, kernel 6.1);
/// the error says what is missing and what to do. Makes and drops a ring on the calling thread.
result<void> probe_ring();

/// Bytes of each buffer: an Ethernet frame's worth of UDP with room for an SRTP tag.
inline constexpr size_t datagram_capacity = 1'536;

/// Sockets are in one of so many groups; a round asks one group.
inline constexpr unsigned ring_slots = 8;

/// How a socket is read.
enum class receiving : uint8_t {
  off,     ///< not at all
  always,  ///< each round of its slot asks it
  rarely,  ///< asked only when the kernel says that something is there, in the next round of whichever slot:
           ///< nearly free while nothing comes, dearer for each datagram. For RTCP's own port.
};

/// One datagram that came in; bytes belong to the ring's pool until the next round.
struct received_datagram {
  uint32_t socket;  ///< index given by `add_socket`
  socket_address source;
  std::span<uint8_t> bytes;
};

/// Batched UDP for one mixing shard: a round reads at most one datagram of each socket, sends of a tick go
/// out together. Made and used on one thread; nothing is in flight between calls.
class udp_ring {
 public:
  /// `entries`: how many operations one submit may carry (io_uring). `uring` refuses `unavailable` with the
  /// words of `probe_ring`; `automatic` then takes epoll, see `backend`.
  static result<std::unique_ptr<udp_ring>> make(unsigned entries, io_backend wanted = io_backend::automatic);
  virtual ~udp_ring() = default;

  /// Which one it is; never `automatic`.
  [[nodiscard]] virtual io_backend backend() const noexcept = 0;

  /// Binds a UDP socket and reads it `always`, in slot 0 if none is named (below `ring_slots`); its index.
  /// Refuses `unavailable` when not `healthy`.
  virtual result<uint32_t> add_socket(const socket_address& local, unsigned slot) = 0;
  result<uint32_t> add_socket(const socket_address& local) { return add_socket(local, 0); }
  virtual void remove_socket(uint32_t index) = 0;
  virtual void set_receiving(uint32_t index, receiving how) = 0;
  void set_receiving(uint32_t index, bool on) {
    set_receiving(index, on ? receiving::always : receiving::off);
  }
  virtual void set_slot(uint32_t index, unsigned slot) = 0;
  /// Ties the socket to one peer (connect(2)): the kernel drops what comes from elsewhere, and both
  /// directions cost less. An unspecified address opens it again. Sending elsewhere stays possible. A peer
  /// whose port is closed makes sends fail.
  virtual result<void> set_peer(uint32_t index, const socket_address& peer) = 0;

  /// One round: at most one datagram from each socket of `slot`, and from those read `rarely` that have
  /// one. The span, and the bytes in it, are valid until the next round. A datagram longer than the 1,536
  /// bytes of a buffer comes cut to that length.
  virtual std::span<const received_datagram> receive(unsigned slot) = 0;
  std::span<const received_datagram> receive() { return receive(0); }
  /// A second datagram of those sockets of the last `receive` that probably have one: nothing came for them
  /// in the round before (the network held it back), they had two then, or it is their turn, each fourth
  /// round. Who sends once a tick costs one question a tick; a backlog is gone after four.
  virtual std::span<const received_datagram> receive_likely() = 0;
  /// The same, over all sockets from which the last round got something, whatever round it was.
  virtual std::span<const received_datagram> receive_more() = 0;

  /// A buffer of `datagram_capacity` bytes for a datagram that `send` will take; nullptr when not `healthy`
  /// (count the drop).
  virtual uint8_t* send_buffer() = 0;
  /// Queues the buffer last returned by `send_buffer`.
  virtual void send(uint32_t index, const socket_address& to, size_t length) = 0;
  /// Sends everything queued; how many sends failed since the last call.
  virtual size_t flush() = 0;
  /// False: the kernel refused for good, and nothing is sent or received any more.
  [[nodiscard]] virtual bool healthy() const noexcept = 0;
};

}  // namespace confab::io
