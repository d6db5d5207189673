#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "config/socket_address.hpp"
#include "media/io/stream_ring.hpp"

/// What stream shards and the actors of their connections say to each other.
namespace confab::actors {

// ---- to the owner of a connection

/// The connection is there: accepted, or what `connect_stream` began.
struct stream_opened {
  io::stream_id id;
  socket_address peer, local;
};
struct stream_bytes {
  io::stream_id id;
  std::shared_ptr<const std::vector<uint8_t>> bytes;
};
/// The kernel took so many more of the bytes that were sent. Told only to who asked for it, by `send_bytes`
/// or `ask_drained`: most of what is sent is small, and nobody waits for it.
struct stream_drained {
  io::stream_id id;
  size_t bytes;
};
/// It is over; nothing follows. `why` is empty when the peer ended it in order.
struct stream_over {
  io::stream_id id;
  std::string why;
};

using stream_owner = caf::typed_actor<caf::reacts_to<stream_opened>, caf::reacts_to<stream_bytes>,
                                      caf::reacts_to<stream_drained>, caf::reacts_to<stream_over>>;

// ---- to a stream shard

struct connect_stream {
  socket_address to;
  stream_owner owner;
};
struct send_bytes {
  io::stream_id id;
  std::shared_ptr<std::vector<uint8_t>> bytes;  ///< the shard takes them
  bool tell = false;  ///< `stream_drained` is wanted from now on, until nothing waits
};
/// How much has the kernel taken? Answered by `stream_drained` at once, of no bytes too, and as by `tell`.
struct ask_drained {
  io::stream_id id;
};
/// So many of the received bytes were worked on: the shard may read as many more.
struct grant_bytes {
  io::stream_id id;
  size_t bytes;
};
/// Ends it after what was sent, or at once.
struct end_stream {
  io::stream_id id;
  bool at_once = false;
};

/// What carries the bytes of a connection that is there: a shard, or the stream of another session on the
/// same connection.
using stream_line = caf::typed_actor<caf::reacts_to<send_bytes>, caf::reacts_to<ask_drained>,
                                     caf::reacts_to<grant_bytes>, caf::reacts_to<end_stream>>;
using stream_shard_actor = stream_line::extend<caf::reacts_to<connect_stream>>;

/// Makes the owner of a connection that came in. Called on the shard's thread; must not block.
using stream_welcome =
    std::function<stream_owner(const stream_shard_actor& shard, const stream_opened& news)>;

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::stream_opened)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::stream_bytes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::stream_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::stream_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::connect_stream)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::send_bytes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::ask_drained)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::grant_bytes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::end_stream)
