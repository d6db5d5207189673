#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "actors/stream_words.hpp"
#include "config/ids.hpp"
#include "media/msrp/byte_budget.hpp"
#include "media/msrp/message.hpp"
#include "media/msrp/requests.hpp"

/// What legs, rooms and MSRP streams say to each other.
namespace confab::actors {

/// A message on its way to many: written once, shared by all its recipients.
struct chat_parcel {
  msrp::send_request send;
  msrp::shared_body body;
};
using chat_parcel_ptr = std::shared_ptr<const chat_parcel>;

// ---- to an MSRP stream

/// The verdict on what `ticket` stands for.
struct judge_chat {
  uint64_t ticket;
  uint16_t code;
  std::string comment;
};
struct deliver_chat {
  chat_parcel_ptr parcel;
};
struct close_chat {
  std::string why;
};
/// The room knows it, and is told from now on what it brings.
struct chat_entered {
  caf::strong_actor_ptr room;          ///< a `room_actor`, whose type is not known here yet
  msrp::byte_budget_ptr unfinished{};  ///< what all in the room may keep together
};
/// To itself: something is due.
struct chat_pause {};

/// A stream is also the line of those that share its connection.
using msrp_stream_actor =
    stream_owner::extend<caf::reacts_to<judge_chat>, caf::reacts_to<deliver_chat>, caf::reacts_to<close_chat>,
                         caf::reacts_to<chat_entered>, caf::reacts_to<chat_pause>, caf::reacts_to<send_bytes>,
                         caf::reacts_to<ask_drained>, caf::reacts_to<grant_bytes>,
                         caf::reacts_to<end_stream>>;

// ---- from an MSRP stream

/// To a leg: its chat is connected.
struct chat_bound {
  std::string session_id;
  msrp_stream_actor stream;
};
/// To a leg: its chat is not connected any more.
struct chat_lost {
  std::string session_id;
  std::string why;
};
/// A leg to itself: by now its chat should be connected.
struct chat_deadline {
  uint64_t attempt;  ///< of `leg_chat`
};
/// To a room. Answered to the stream by `judge_chat`.
struct chat_came {
  leg_id leg;
  uint64_t ticket;
  msrp::shared_body body;  ///< message/cpim
};
struct nickname_came {
  leg_id leg;
  uint64_t ticket;
  std::string name;  ///< empty: none any more
};

// ---- from a leg to a room

struct join_chat {
  leg_id leg;
  msrp_stream_actor stream;
  bool takes_private = false;  ///< `a=chatroom` with `private-messages`
};
struct leave_chat {
  leg_id leg;
  bool awaited = false;  ///< another connection is, or the first
};

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::judge_chat)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::deliver_chat)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::close_chat)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::chat_entered)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::chat_pause)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::chat_bound)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::chat_lost)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::chat_deadline)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::chat_came)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::nickname_came)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::join_chat)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::leave_chat)
