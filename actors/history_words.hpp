#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <caf/typed_actor.hpp>

#include "config/ids.hpp"
#include "media/msrp/message.hpp"

/// What rooms and the keeper of their history say to each other.
namespace confab::actors {

/// What is kept of a room, please.
struct load_history {
  room_id room;
};
struct history_loaded {
  std::vector<msrp::shared_body> messages;  ///< message/cpim, the oldest first
};
/// A room's latest public message. Only by `history_access::store`, which bounds how many wait.
struct store_history {
  room_id room;
  msrp::shared_body message;
};
struct forget_history {
  room_id room;
};
/// Write what is waiting, and end.
struct close_history {};

using history_actor =
    caf::typed_actor<caf::replies_to<load_history>::with<history_loaded>, caf::reacts_to<store_history>,
                     caf::reacts_to<forget_history>, caf::reacts_to<close_history>>;

/// The bound of what waits in the keeper's mailbox for the disk: mailboxes have none. Any thread.
class write_gate {
 public:
  enum class entry : uint8_t {
    open,
    shut,      ///< too much waits: nothing is to be sent
    shut_now,  ///< the same, for the first time since nothing waited
  };
  write_gate(size_t messages_most, size_t bytes_most)
      : messages_most_(messages_most), bytes_most_(bytes_most) {}

  [[nodiscard]] entry enter(size_t bytes) noexcept;
  /// What was let in is done. True: some were not let in meanwhile, and nothing waits any more.
  bool leave(size_t bytes) noexcept;
  /// How many were not let in.
  [[nodiscard]] uint64_t refused() const noexcept { return refused_; }

 private:
  const size_t messages_most_;
  const size_t bytes_most_;
  std::atomic<size_t> messages_{0};
  std::atomic<size_t> bytes_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<bool> overrun_{false};
};

/// A room's way to the database of history.
struct history_access {
  history_actor keeper;
  std::shared_ptr<write_gate> gate;

  /// Nobody waits: what the disk is too slow for is not stored, and counted.
  void store(const room_id& room, const msrp::shared_body& message) const;
};

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::load_history)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::history_loaded)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::store_history)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::forget_history)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::close_history)
