#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/ids.hpp"

/// What may be asked of a room by those who run it: an operator, a moderator's keys, chat.
namespace confab::conference {

/// One leg, every leg of the user with this URI (`sip:` may be missing), or just these legs.
using whom = std::variant<leg_id, std::string, std::vector<leg_id>>;
/// Whether it means that leg, which is of that user.
[[nodiscard]] bool is_meant(const whom& who, leg_id leg, std::string_view uri);

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

/// For the log: "mute 17", "kick sip:bob@example.com", "kick 3 5", "lock off".
[[nodiscard]] std::string to_string(const room_command& what);

}  // namespace confab::conference
