#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "config/ids.hpp"
#include "signaling/sip/call_events.hpp"
#include "signaling/sip/refer_request.hpp"

/// News of REFERs (RFC 3515), from the signaling thread to whoever owns the rooms. Plain values: they cross
/// threads.
namespace confab::sip {

/// A REFER that can be read. Answer with `accept_refer` and `refer_progress` up to a final status, or with
/// `refuse_refer`; silence counts as 480 before the referrer's transaction gives up.
struct incoming_refer {
  subscription_id id;
  room_id room;
  sip::peer peer;      ///< who asks
  std::string target;  ///< SIP URI
  refer_method method = refer_method::invite;
  std::string referred_by;             ///< value of Referred-By, may be empty
  std::optional<leg_id> in_dialog_of;  ///< it came in the dialog of this call
};

/// The referrer unsubscribed before the outcome was known: what it asked for is not wanted any more. It hears
/// no more of it.
struct refer_cancelled {
  subscription_id id;
  room_id room;
  std::optional<leg_id> in_dialog_of;
};

using refer_event = std::variant<incoming_refer, refer_cancelled>;

/// Where these events go. Called on the signaling thread only; must not block or throw.
class refer_listener {
 public:
  virtual ~refer_listener() = default;
  virtual void on_refer_event(refer_event event) = 0;
};

/// What the owner of a room can ask. Callable from any thread; takes effect on the signaling thread. A call
/// about a REFER that is over is ignored.
class refer_control {
 public:
  virtual ~refer_control() = default;
  /// 202, and NOTIFY `100 Trying` unless none are wanted.
  virtual void accept_refer(subscription_id id) = 0;
  virtual void refuse_refer(subscription_id id, refusal why) = 0;
  /// NOTIFY with this status line (RFC 3515 §2.4.5); 200 and above is the last. May come before
  /// `accept_refer`.
  virtual void refer_progress(subscription_id id, uint16_t status, std::string reason) = 0;
};

}  // namespace confab::sip
