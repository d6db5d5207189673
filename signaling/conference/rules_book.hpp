#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "config/settings.hpp"
#include "signaling/conference/access_rules.hpp"
#include "signaling/conference/pin_guard.hpp"

namespace confab::conference {

/// What holds in one room.
struct room_rules {
  access_rules access;
  identity_list moderators{};
  bool mute_on_entry = false;
  size_t max_participants = 0;  ///< 0: no bound of its own
  bool asks_users = false;      ///< callers must prove who they are, where `sip.authenticate` is "rooms"
  std::chrono::milliseconds max_duration{0};  ///< of the room; 0: none
  room_pins pins{};
  bool wait_for_moderator = false;
  bool keep_history = true;               ///< beyond the room's end, where there is a database
  bool chat_by_message = true;            ///< SIP MESSAGE
  std::vector<std::string> chat_types{};  ///< as `chat_rules::more_types`

  /// Not everybody who is answered is in the room at once.
  [[nodiscard]] bool has_entrance() const noexcept { return !pins.pin.empty() || wait_for_moderator; }

  /// `identity` is a verified URI; empty: nobody vouches, and that is no moderator whatever the list says.
  [[nodiscard]] bool moderated_by(const std::string& identity) const {
    return !identity.empty() && moderators.matches(identity);
  }
};

/// The rules of every room, as the operator wrote them. Immutable once made, so any thread may ask.
class rules_book {
 public:
  /// `bad_setting`, naming the room, for a list that cannot be read.
  static result<rules_book> make(const settings::rooms_settings& configured);

  [[nodiscard]] const room_rules& of(const room_id& room) const;
  /// Whoever calls it hears itself (`rooms.echo`).
  [[nodiscard]] bool is_echo(const room_id& room) const;
  /// The room is the access number (`rooms.lobby`): no room of its own.
  [[nodiscard]] bool is_lobby(const room_id& room) const;
  /// Some list has the name of a person or a domain.
  [[nodiscard]] bool goes_by_name() const noexcept { return goes_by_name_; }
  /// Some room asks its callers to prove who they are.
  [[nodiscard]] bool asks_users() const noexcept { return asks_users_; }

 private:
  room_rules common_;
  std::unordered_map<std::string, room_rules> own_;
  std::string lobby_;
  bool goes_by_name_ = false;
  std::string echo_;  ///< user, or user@domain as rooms are called; empty: none
  bool asks_users_ = false;
};

}  // namespace confab::conference
