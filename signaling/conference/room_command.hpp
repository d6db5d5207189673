#pragma once

#include <string>
#include <variant>

#include "config/ids.hpp"

/// What may be asked of a room by those who run it: an operator, a moderator's keys, chat.
namespace confab::conference {

/// One leg, or every leg of the user with this URI (`sip:` may be missing).
using whom = std::variant<leg_id, std::string>;

/// The room does not hear them. What somebody muted itself, only that one may open.
struct mute_command {
  whom who;
  bool on = true;
};
/// They do not hear the room.
struct deafen_command {
  whom who;
  bool on = true;
};
/// Put out, those of the user's phones that still ring included; for `rooms.kick-ban` they may not come back.
struct kick_command {
  whom who;
  std::string reason{};  ///< for people; empty: a usual one
};
/// All who are in the room now but moderators; off: all whom somebody else muted.
struct mute_all_command {
  bool on = true;
};
struct lock_command {
  bool on = true;
};
struct end_command {
  std::string reason{};  ///< for people; empty: a usual one
};

using room_command =
    std::variant<mute_command, deafen_command, kick_command, mute_all_command, lock_command, end_command>;

/// For the log: "mute 17", "kick sip:bob@example.com", "lock off".
[[nodiscard]] std::string to_string(const room_command& what);

}  // namespace confab::conference
