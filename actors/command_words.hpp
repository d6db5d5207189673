#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>

#include "config/ids.hpp"
#include "signaling/conference/room_command.hpp"

/// Messages of those who run rooms: operators, moderators' keys, chat. Part of `words.hpp`.
namespace confab::actors {

// ---- to a room

/// Somebody who runs the room wants something done. Answered with an `outcome`.
struct room_command {
  conference::room_command what;
  std::string by;  ///< URI of who acts, which documents show; or a word for the log, such as "operator"
};
/// Who is there? Answered with a `room_snapshot`.
struct snapshot_request {};
struct room_snapshot {
  struct member {
    leg_id leg;
    std::string uri;
    std::string display_name;
    std::string since;  ///< RFC 3339
    bool muted = false;
    bool deaf = false;
    bool on_hold = false;
    bool moderator = false;
  };
  bool found = true;  ///< there is such a room
  bool locked = false;
  std::vector<member> members{};  ///< in the order they came
};

// ---- to the directory

/// Somebody was put out of the room, and for a while is not to come back.
struct keep_out {
  room_id room;
  std::string uri;
  bool verified;  ///< somebody vouches for the name
};
/// The room is being ended: nobody enters it any more.
struct room_ending {
  room_id room;
};
/// Answered with the room's `outcome`; not ok when there is no such room.
struct to_room {
  room_id room;
  room_command command;
};
/// Answered with the room's `room_snapshot`.
struct look_into_room {
  room_id room;
};
/// Which rooms are there? Answered with a `room_list`.
struct rooms_request {};
struct room_list {
  struct entry {
    room_id room;
    size_t legs = 0;  ///< those that ring included
    bool locked = false;
  };
  std::vector<entry> rooms;  ///< by name
};

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::room_command)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::snapshot_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::room_snapshot)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::keep_out)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::room_ending)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::to_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::look_into_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::rooms_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::room_list)
