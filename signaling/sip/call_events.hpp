#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/ids.hpp"
#include "config/socket_address.hpp"
#include "signaling/sip/file_icon.hpp"

/// News of SIP sessions, from the signaling thread to the `leg` actors. Plain values: they cross threads.
namespace confab::sip {

/// Who is at the other end, as its requests say. Nothing here but `identity` is verified.
struct peer {
  std::string uri;  ///< of From (dialled in) or To (dialled out), without parameters: `sip:alice@example.com`
  std::string display_name;  ///< unquoted, may be empty
  std::string contact;       ///< URI of its Contact
  std::string user_agent;
  std::string call_id;
  std::string transport;  ///< "udp", "tcp" or "tls"
  socket_address source;  ///< where its requests come from
  /// `sip:alice@example.com` as authenticated or asserted; empty: nobody vouches. `uri` is the same then,
  /// unless the caller wants privacy.
  std::string identity{};
  std::string claimed{};        ///< as `uri`, but always of From; empty for those we call
  bool takes_messages = false;  ///< its Allow has MESSAGE
  std::string accepts{};        ///< its Accept, may be empty
};

/// A new INVITE passed admission (trusted peer, domain, Require, Content-Type). 100 is sent. Answer with
/// `accept` or `refuse`.
struct incoming_call {
  leg_id leg;
  room_id room;
  sip::peer peer;
  std::optional<std::string> sdp;  ///< the offer; absent: `accept` carries ours and `remote_answer` follows
  std::optional<leg_id>
      replaces;  ///< RFC 3891: the session whose seat this one takes; already matched to one of ours
  socket_address
      local;  ///< the address the request came in on: what to put in `c=` when media.address is any
  std::vector<std::string> recipients{};  ///< SIP URIs of a list to be called in (RFC 5366), each once
  std::optional<std::string> pin{};       ///< what the Request-URI says the room's PIN is; never to be logged
  std::vector<file_icon> icons{};         ///< pictures of the files that `sdp` offers
};

/// re-INVITE or UPDATE. Answer with `accept` or `refuse`. No SDP: `accept` carries our offer, `remote_answer`
/// follows.
struct remote_offer {
  leg_id leg;
  std::optional<std::string> sdp;
  socket_address source;  ///< where the request came from: a phone that changed networks
  std::vector<file_icon> icons{};
};

/// The answer to an offer of ours (in a 2xx, an ACK or a PRACK).
struct remote_answer {
  leg_id leg;
  std::string sdp;
  socket_address source;  ///< where the message with the answer came from
};

/// Our re-INVITE was refused; the session goes on as it was. 491 is retried inside and not reported.
struct offer_refused {
  leg_id leg;
  uint16_t status;
};

/// A provisional response to our INVITE, 100 excluded.
struct progress {
  leg_id leg;
  uint16_t status;
  std::string reason;
};

/// ACK came for our 200, or a 2xx came for our INVITE. `peer` is complete for both directions.
struct established {
  leg_id leg;
  sip::peer peer;
};

/// SIP INFO with application/dtmf-relay or application/dtmf.
struct info_dtmf {
  leg_id leg;
  char digit;  ///< 0-9 * # A-D
};

enum class end_cause : uint8_t {
  remote_bye,       ///< BYE
  remote_cancel,    ///< CANCEL before our answer
  local,            ///< `hang_up` or `refuse`
  refused,          ///< a final failure to our INVITE; `status` says which
  no_ack,           ///< our 200 was never acknowledged
  session_expired,  ///< RFC 4028: no refresh came
  transport,        ///< no route, connection lost, 408 or 481 to a request of ours
  replaced,         ///< RFC 3891: another leg took the seat
};
[[nodiscard]] const char* to_string(end_cause cause) noexcept;

/// The last event of a leg, sent exactly once for every leg that had an `incoming_call` or was dialled.
struct ended {
  leg_id leg;
  end_cause cause;
  uint16_t status = 0;  ///< of the final failure, where there was one
  std::string reason;   ///< for people
};

using call_event = std::variant<incoming_call, remote_offer, remote_answer, offer_refused, progress,
                                established, info_dtmf, ended>;

/// The leg an event is about.
[[nodiscard]] leg_id leg_of(const call_event& event) noexcept;

/// Where events go. Called on the signaling thread only; must not block or throw.
class call_listener {
 public:
  virtual ~call_listener() = default;
  virtual void on_call_event(call_event event) = 0;
};

/// An INVITE of ours.
struct dial_request {
  leg_id leg;
  room_id room;                                  ///< From and Contact speak for it
  std::string target;                            ///< SIP URI
  std::string sdp;                               ///< our offer
  std::string display_name = "Conference Call";  ///< of From
  std::string subject;                           ///< empty: no Subject header
  std::vector<std::string> headers;              ///< whole lines without CRLF, e.g. `Referred-By: <sip:a@b>`
  std::chrono::seconds ring_limit{90};           ///< then CANCEL
  /// Where the requests of the peer that asks for this call come from: `net.deny` is kept from it. Absent:
  /// the operator asks, who may call anywhere.
  std::optional<socket_address> asked_by{};
  std::optional<file_icon> icon{};  ///< that `sdp` names
};

/// A final failure to a pending INVITE, re-INVITE or UPDATE.
struct refusal {
  uint16_t status = 488;
  std::string reason = "Not Acceptable Here";
  std::string warning;  ///< text of a `Warning: 399`; empty: none
  std::optional<std::chrono::seconds> retry_after;
  std::string accept{};  ///< of a 415: types that are taken; empty: none are named
};

/// A 403; `why` is its warning.
[[nodiscard]] inline refusal forbidden(std::string why) {
  return {403, "Forbidden", std::move(why), std::nullopt};
}

/// What a leg can ask of its SIP session. Callable from any thread; takes effect on the signaling thread.
/// A call about a leg that has ended is ignored: its `ended` is on the way.
class call_control {
 public:
  virtual ~call_control() = default;
  /// 180 to the pending initial INVITE (reliably where the caller asked for it).
  virtual void ring(leg_id leg) = 0;
  /// 200 to the pending INVITE, re-INVITE or UPDATE with an answer, or with an offer where the request had
  /// none.
  virtual void accept(leg_id leg, std::string sdp) = 0;
  virtual void refuse(leg_id leg, refusal why) = 0;
  /// re-INVITE with our offer; `remote_answer` or `offer_refused` follows.
  virtual void offer(leg_id leg, std::string sdp) = 0;
  virtual void dial(dial_request request) = 0;
  /// CANCEL, BYE or a failure, whichever fits the session's state; `ended` follows. `reason` becomes a Reason
  /// header.
  virtual void hang_up(leg_id leg, std::string reason) = 0;
};

}  // namespace confab::sip
