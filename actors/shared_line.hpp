#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/chat_words.hpp"

namespace confab::actors {

/// The sessions that share the connection of the stream which owns it (RFC 4975 §5.4, RFC 4976), its guests:
/// to the stream of each it is what a shard is to the owner. Guests send whole frames, which take turns with
/// each other's and the owner's: bytes of one session stand between chunks of another, never within. Bounded:
/// `limits::msrp_shared_sessions` guests, of each what its own window lets it send, and
/// `limits::stream_unread_bytes` / 2 that it has not worked on, then the peer is not read. Owned by one
/// `msrp stream` actor.
class shared_line {
 public:
  explicit shared_line(msrp_stream_actor::pointer self) : self_(self) {}

  [[nodiscard]] bool is_full() const noexcept;
  /// Nobody is there, and nothing is left of those that were.
  [[nodiscard]] bool is_empty() const noexcept { return guests_.empty(); }
  [[nodiscard]] io::stream_id next_id() noexcept { return {++last_id_}; }
  void add(io::stream_id id, msrp_stream_actor stream);

  /// Bytes of the peer for it.
  void pass(uint64_t guest, const std::string& bytes);
  void grant(const grant_bytes& m);
  /// No guest is behind: the peer may be read.
  [[nodiscard]] bool takes_more() const noexcept { return sated_ == 0; }

  /// Whole frames for the peer.
  void queue(const send_bytes& m);
  void ask(const ask_drained& m);
  /// A guest leaves after what it has sent, or at once.
  void end(const end_stream& m);
  /// The guest whose stream that is, if it has not left.
  [[nodiscard]] std::optional<io::stream_id> guest_of(const caf::actor_addr& stream) const;
  /// The owner's session ends: its last bytes, which go before all others.
  void leave(const std::string& bytes);

  [[nodiscard]] bool has_output() const noexcept { return !turns_.empty(); }
  /// The frames of the guest whose turn it is; null: the owner's turn, or nobody has any. `owner_waits`: it
  /// has something to say.
  [[nodiscard]] std::shared_ptr<std::vector<uint8_t>> next(bool owner_waits);

  /// The connection is over.
  void over(const std::string& why);

 private:
  struct guest {
    std::optional<msrp_stream_actor> stream;  ///< nothing: it has left
    std::deque<std::shared_ptr<std::vector<uint8_t>>> waiting{};
    size_t waiting_bytes = 0;
    size_t untold = 0;  ///< on their way, and it does not know
    bool tells = false;
    size_t unread = 0;  ///< passed to it, and not worked on
  };
  void drop(uint64_t id);
  static void tell(uint64_t id, guest& one, msrp_stream_actor::pointer self);

  msrp_stream_actor::pointer self_;
  std::unordered_map<uint64_t, guest> guests_;
  std::deque<uint64_t> turns_;  ///< of those that have something to say; 0: the owner
  bool owner_queues_ = false;
  size_t sated_ = 0;  ///< guests that are behind
  uint64_t last_id_ = 0;
};

}  // namespace confab::actors
