#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/ids.hpp"
#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/conference_info.hpp"

namespace confab::conference {

/// One leg as the room knows it.
struct attendee {
  leg_id leg;
  std::string uri;  ///< of From or To: legs of one URI are endpoints of one user
  std::string display_name;
  std::string contact;  ///< may be empty
  endpoint_status status = endpoint_status::connected;
  joining_method joined_by = joining_method::dialed_in;
  std::string since{};     ///< when it joined (RFC 3339); empty: not yet
  std::string referrer{};  ///< URI of who asked for the call; empty: nobody
  bool has_audio = false;
  std::optional<uint32_t> ssrc{};
  bool moderator = false;
  bool deaf = false;  ///< it does not hear the room
};

/// What RFC 4575 shows of a room, kept up to date leg by leg, with a note of what no document has told yet.
/// Callers who hide who they are (RFC 3323) are each a user of their own. No clock, no I/O; owned by one
/// room.
class room_picture {
 public:
  explicit room_picture(room_info room);

  /// Adds the leg, or replaces what is known of it.
  void show(const attendee& who);
  /// The leg is listed as `disconnected` until `sweep`. `how.when` may be empty.
  void depart(leg_id leg, disconnection_method method, const execution_info& how);
  /// The leg is gone without a trace: another took its seat (RFC 3891), or the room is over.
  void drop(leg_id leg);
  void lock(bool locked);
  /// Those who departed have been told of: they leave the picture. True when there were any.
  bool sweep();

  [[nodiscard]] const conference_info& info() const noexcept { return info_; }

  /// What changed since the last call, borrowed until the next change.
  [[nodiscard]] conference_changes take_changes();
  [[nodiscard]] bool has_changes() const noexcept;

 private:
  struct seat {
    std::string user;      ///< entity
    std::string endpoint;  ///< entity
    bool departed = false;
  };
  [[nodiscard]] user_info* find_user(const std::string& entity);
  user_info& find_or_add_user(const attendee& who, const std::string& entity);
  [[nodiscard]] endpoint_info* find_endpoint(const seat& where);
  [[nodiscard]] static std::string endpoint_entity(const user_info& user, const attendee& who);
  void forget_endpoint(const seat& where);
  void count();
  void note(const std::string& user);

  conference_info info_;
  std::unordered_map<leg_id, seat> seats_;
  std::unordered_map<std::string, size_t> places_;  ///< user's entity → index in `info_.users`
  std::unordered_set<std::string> changed_;         ///< entities of users
  std::unordered_set<std::string> deleted_;
  std::vector<leg_id> departed_;
  bool description_changed_ = false;
};

}  // namespace confab::conference
