#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "config/ids.hpp"
#include "signaling/sip/call_events.hpp"

/// News of subscriptions (RFC 6665), from the signaling thread to whoever owns the rooms. Plain values: they
/// cross threads.
namespace confab::sip {

/// A new SUBSCRIBE passed admission. Answer with `accept_subscription` and `notify`, or with
/// `refuse_subscription`; silence counts as 480 before the watcher's transaction gives up.
struct incoming_subscription {
  subscription_id id;
  room_id room;
  std::string event;  ///< the package: `conference`
  sip::peer peer;
  std::chrono::seconds expires{0};     ///< what may be granted at most; 0 for a fetch
  bool fetch = false;                  ///< one document is wanted, and no more (RFC 6665 §4.4.3)
  std::optional<leg_id> in_dialog_of;  ///< it came in the dialog of this call, and ends with it
  size_t max_body_bytes = 0;           ///< larger documents do not reach this watcher: send it a shorter one
  std::optional<std::string> pin{};    ///< what the Request-URI says the room's PIN is; never to be logged
};

/// The watcher wants the whole state: it refreshed, it unsubscribed (`expires` is 0, the document is the
/// last), it was too slow for the documents that had to be sent and lost them, or one was too large for the
/// only way there is to it. Answer with `notify`.
struct subscription_refreshed {
  subscription_id id;
  std::chrono::seconds expires{0};
  size_t max_body_bytes = 0;  ///< as in `incoming_subscription`: it may have changed
};

enum class watch_end : uint8_t {
  fetched,       ///< the one document is on its way
  unsubscribed,  ///< Expires: 0
  expired,       ///< no refresh came
  local,         ///< `end_subscription`, `refuse_subscription`, or shutting down
  unreachable,   ///< a NOTIFY failed
};
[[nodiscard]] const char* to_string(watch_end end) noexcept;

/// The last event of a subscription, sent exactly once for each `incoming_subscription`.
struct subscription_ended {
  subscription_id id;
  watch_end cause;
  std::string reason;  ///< for people
};

using subscription_event = std::variant<incoming_subscription, subscription_refreshed, subscription_ended>;

/// The subscription an event is about.
[[nodiscard]] subscription_id subscription_of(const subscription_event& event) noexcept;

/// Where these events go. Called on the signaling thread only; must not block or throw.
class subscription_listener {
 public:
  virtual ~subscription_listener() = default;
  virtual void on_subscription_event(subscription_event event) = 0;
};

/// The body of a NOTIFY, shared by all its watchers.
struct document {
  std::shared_ptr<const std::string> body;
  std::string type;  ///< Content-Type
  /// A partial document: those after it build on it, so that it may not give way to a newer one.
  bool must_send = false;
  /// Where in `body` the number of this NOTIFY belongs, counted by the subscription from 1 (RFC 4575 §4.3).
  std::optional<size_t> version_at = std::nullopt;
};

/// Why we end a subscription (RFC 6665 §4.1.3).
enum class termination : uint8_t { noresource, timeout, deactivated };
[[nodiscard]] const char* to_string(termination why) noexcept;

/// What the owner of a room can ask. Callable from any thread; takes effect on the signaling thread. A call
/// about a subscription that has ended is ignored.
class subscription_control {
 public:
  virtual ~subscription_control() = default;
  /// 200; the first `notify` should follow at once (RFC 6665 §4.2.1.2). Grants no more than was asked for.
  virtual void accept_subscription(subscription_id id, std::chrono::seconds granted) = 0;
  virtual void refuse_subscription(subscription_id id, refusal why) = 0;
  /// One NOTIFY is on its way at a time. Behind it waits one full document, where the newest wins, or a
  /// bounded number of partial ones.
  virtual void notify(subscription_id id, document what) = 0;
  /// NOTIFY with `terminated`; `subscription_ended` follows.
  virtual void end_subscription(subscription_id id, termination why, std::optional<document> last) = 0;
};

}  // namespace confab::sip
