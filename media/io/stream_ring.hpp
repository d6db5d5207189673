#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "media/io/descriptor.hpp"
#include "media/io/ring.hpp"
#include "media/io/wake_up.hpp"

/// TCP for one stream shard: accepts, connects, receives and sends bytes, and knows nothing of what they say.
namespace confab::io {

/// One connection; unique for the life of its ring.
struct stream_id {
  uint64_t value = 0;
  auto operator<=>(const stream_id&) const = default;
};

struct stream_accepted {
  stream_id id;
  uint32_t listener;  ///< index given by `listen`
  socket_address peer, local;
};
/// What `connect` began is there.
struct stream_connected {
  stream_id id;
  socket_address local;
};
/// `bytes` belong to the ring until the next `wait`.
struct stream_received {
  stream_id id;
  std::span<const uint8_t> bytes;
};
/// The kernel took so many more bytes of what was queued.
struct stream_sent {
  stream_id id;
  size_t bytes;
};
/// The last event of a connection, unless it was dropped by us. `why` is empty when the peer ended it in
/// order.
struct stream_closed {
  stream_id id;
  std::string why;
};
using stream_event =
    std::variant<stream_accepted, stream_connected, stream_received, stream_sent, stream_closed>;

/// What waits for a slow peer in the ring at most; more is refused. Bytes.
inline constexpr size_t stream_send_queue_bytes = 1'048'576;

/// The connections of one stream shard, by io_uring (multishot accept and receive) or epoll. Made and used on
/// one thread; only the `wake_up` it was made with is for others. An id that is not known (any more) is
/// ignored: its `stream_closed` is on the way.
class stream_ring {
 public:
  /// `uring` refuses `unavailable` with the words of `probe_ring`; `automatic` then takes epoll.
  static result<std::unique_ptr<stream_ring>> make(io_backend wanted, std::shared_ptr<const wake_up> alarm);
  virtual ~stream_ring() = default;
  [[nodiscard]] virtual io_backend backend() const noexcept = 0;

  /// Accepts from a socket of `listen_tcp`, which several rings may share (each its own duplicate); its
  /// index.
  virtual uint32_t listen(descriptor socket) = 0;

  /// Begins to connect; `stream_connected` or `stream_closed` follows. `exhausted` without a descriptor.
  virtual result<stream_id> connect(const socket_address& to) = 0;
  /// Queues bytes. False: unknown, or more than `stream_send_queue_bytes` would wait; nothing is queued then.
  [[nodiscard]] virtual bool send(stream_id id, std::vector<uint8_t> bytes) = 0;
  /// Whether the connection is read; what is on its way already may still come. On at first.
  virtual void set_receiving(stream_id id, bool on) = 0;
  /// No more is sent after what is queued (FIN), and what comes is thrown away until the peer ends it too:
  /// `stream_closed` follows. Who cannot wait for the peer drops it.
  virtual void shut(stream_id id) = 0;
  /// Ends it now; no event follows.
  virtual void drop(stream_id id) = 0;

  /// Blocks until something happens, the alarm is rung or the time is over; nothing: no limit. The events,
  /// and the bytes in them, are valid until the next call.
  virtual std::span<const stream_event> wait(std::optional<std::chrono::milliseconds> limit) = 0;

  [[nodiscard]] virtual size_t connections() const noexcept = 0;
  /// False: the kernel refused for good.
  [[nodiscard]] virtual bool healthy() const noexcept = 0;
};

}  // namespace confab::io
