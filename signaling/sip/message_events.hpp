#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/ids.hpp"
#include "signaling/sip/call_events.hpp"

/// Instant messages (RFC 3428) between phones and whoever owns the rooms. Plain values: they cross threads.
namespace confab::sip {

/// A MESSAGE to a room. Answer with `accept_message` or `refuse_message`; silence counts as 480 before the
/// sender's transaction gives up.
struct incoming_message {
  message_id id;
  room_id room;
  sip::peer peer;                      ///< who sends it
  std::string type;                    ///< value of Content-Type
  std::string body;                    ///< as it came, not empty
  std::optional<leg_id> in_dialog_of;  ///< it came in the dialog of this call
};

/// A message to phones in calls, written once.
struct outgoing_message {
  std::string sender;  ///< display name of From, which names the room
  std::string type;    ///< value of Content-Type
  std::string body;
  /// Plain text that is sent instead where `body` is too large for the way to a phone. Empty: nothing is.
  std::string instead{};
};
using outgoing_message_ptr = std::shared_ptr<const outgoing_message>;

/// Where these events go. Called on the signaling thread only; must not block or throw.
class message_listener {
 public:
  virtual ~message_listener() = default;
  virtual void on_message(incoming_message message) = 0;
};

/// What the owner of a room can ask. Callable from any thread; takes effect on the signaling thread. A call
/// about a message that is answered, or a leg that has ended, is ignored.
class message_control {
 public:
  virtual ~message_control() = default;
  /// 200, or 202 for what is passed on: whether it arrives is not known yet (RFC 3428 §7).
  virtual void accept_message(message_id id, bool passed_on) = 0;
  virtual void refuse_message(message_id id, refusal why) = 0;
  /// MESSAGE to the phone of each leg, one after the other. What a queue cannot hold, and what a
  /// phone does not take, is dropped and logged; no call suffers, and nobody waits for another.
  virtual void send_message(std::vector<leg_id> legs, outgoing_message_ptr message) = 0;
};

}  // namespace confab::sip
