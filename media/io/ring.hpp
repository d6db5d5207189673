#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab::io {

/// Whether this kernel and container allow the rings Confab needs (SINGLE_ISSUER, DEFER_TASKRUN, kernel 6.1);
/// the error says what is missing and what to do. Makes and drops a ring on the calling thread.
result<void> probe_ring();

/// Bytes of each buffer: an Ethernet frame's worth of UDP with room for an SRTP tag.
inline constexpr size_t datagram_capacity = 1'536;

/// One datagram that came in; bytes belong to the ring's pool until the next `receive`.
struct received_datagram {
  uint32_t socket;  ///< index given by `add_socket`
  socket_address source;
  std::span<uint8_t> bytes;
};

/// Batched UDP for one mixing shard: sockets are registered files, receives are one-shot MSG_DONTWAIT reads
/// submitted together, sends of a tick go out with one submit. Made and used on one thread.
class udp_ring {
 public:
  static result<std::unique_ptr<udp_ring>> make(unsigned entries);
  virtual ~udp_ring() = default;

  /// Binds a UDP socket and registers it; its index. Refuses `unavailable` when not `healthy`.
  virtual result<uint32_t> add_socket(const socket_address& local) = 0;
  virtual void remove_socket(uint32_t index) = 0;
  /// Sockets that `receive` leaves alone (nothing is expected).
  virtual void set_receiving(uint32_t index, bool on) = 0;
  /// One round over all receiving sockets: at most one datagram from each, in one submit. The span, and the
  /// bytes in it, are valid until the next round. A datagram longer than the 1,536 bytes of a buffer comes
  /// cut to that length.
  virtual std::span<const received_datagram> receive() = 0;
  /// The same, over the sockets only from which the last round got something: a second datagram is rare,
  /// asking all is not cheap.
  virtual std::span<const received_datagram> receive_more() = 0;
  /// A buffer of `datagram_capacity` bytes for a datagram that `send` will take; nullptr when this tick's
  /// pool is used up (count the drop).
  virtual uint8_t* send_buffer() = 0;
  /// Queues the buffer last returned by `send_buffer`.
  virtual void send(uint32_t index, const socket_address& to, size_t length) = 0;
  /// Submits everything queued and reaps; how many sends failed since the last call.
  virtual size_t flush() = 0;
  /// False: the kernel refused for good, and nothing is sent or received any more.
  [[nodiscard]] virtual bool healthy() const noexcept = 0;
};

}  // namespace confab::io
