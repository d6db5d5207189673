#pragma once

#include <cstdint>
#include <list>
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
  bool has_chat = false;
  std::optional<uint32_t> ssrc{};  ///< it sends with; absent: nothing came yet
  bool moderator = false;
  std::string label{};     ///< of its audio stream (RFC 4574), may be empty
  std::string identity{};  ///< verified URI; empty: nobody vouches for `uri`
  bool deaf = false;       ///< it does not hear the room
};

/// What RFC 4575 shows of a room, kept up to date leg by leg, with a note of what no document has told yet.
/// Callers who hide who they are (RFC 3323) are each a user of their own, and nobody becomes an endpoint of a
/// verified user by naming its URI (decision 019). A change costs the endpoints of its user, whatever the
/// room holds. No clock, no I/O; owned by one room.
class room_picture {
 public:
  explicit room_picture(room_info room);
  room_picture(room_picture&&) = default;
  room_picture& operator=(room_picture&&) = default;

  /// Adds the leg, or replaces what is known of it.
  void show(const attendee& who);
  /// The leg is out. It is listed as `disconnected` until `sweep`; where nobody has been told yet that it is
  /// `disconnecting`, first as that until `sweep`. `how.when` may be empty.
  void depart(leg_id leg, disconnection_method method, const execution_info& how);
  /// The leg is gone without a trace: another took its seat (RFC 3891), or the room is over.
  void drop(leg_id leg);
  void lock(bool locked);
  void set_subject(const std::string& subject);
  void set_files(std::vector<file_info> files);
  void set_service_uris(std::vector<conference_uri> uris);
  /// Where the leg's screen is seen; empty: not any more. Nothing for a leg that is not shown. A user with
  /// several such legs is shown with the one that began first.
  void share_screen(leg_id leg, const std::string& url);
  /// Those who departed have been told of: they leave the picture, or become `disconnected`. True when there
  /// were any.
  bool sweep();

  [[nodiscard]] const room_info& room() const noexcept { return room_; }
  /// In the order they came; borrowed until the next change. Costs the room.
  [[nodiscard]] std::vector<const user_info*> users() const;

  /// What changed since the last call, borrowed until the next change.
  [[nodiscard]] conference_changes take_changes();
  [[nodiscard]] bool has_changes() const noexcept;

 private:
  struct listed_user {
    user_info info;
    std::string key;
    std::string plain;        ///< its entity while nobody with more right to it is there
    uint64_t number = 0;      ///< grows in the order they came
    size_t endpoints_in = 0;  ///< so many are in the conference
    std::vector<std::pair<leg_id, std::string>> screens = {};  ///< URLs, in the order they began
  };
  using user_list = std::list<listed_user>;
  using user_place = user_list::iterator;
  struct seat {
    user_place user;
    std::string endpoint;   ///< entity
    bool departed = false;  ///< and not counted any more
  };
  /// Shown as `disconnecting`, although it is gone.
  struct parting {
    leg_id leg;
    disconnection_method method;
    execution_info how;
  };
  user_place find_or_add_user(const attendee& who, const std::string& key);
  [[nodiscard]] user_place find(const std::string& key);
  [[nodiscard]] static endpoint_info* find_endpoint(const seat& where);
  [[nodiscard]] static std::string endpoint_entity(const user_info& user, const attendee& who);
  void count_endpoint(listed_user& user, endpoint_status was, endpoint_status is);
  static void name_user(user_info& user, const std::string& latest);
  static void show_departed(const seat& where, disconnection_method method, const execution_info& how);
  void remove(leg_id leg);
  void forget_endpoint(const seat& where);
  void rename(user_place user, std::string entity);
  void note(user_place user);

  room_info room_;
  user_list users_;
  std::unordered_map<leg_id, seat> seats_;
  std::unordered_map<std::string, user_place> places_;      ///< by key
  std::unordered_map<const user_info*, uint64_t> changed_;  ///< with the user's number
  std::unordered_set<std::string> deleted_;                 ///< entities nobody has any more
  std::vector<leg_id> departed_;
  std::vector<parting> parting_;
  uint64_t next_number_ = 0;
  bool description_changed_ = false;
};

}  // namespace confab::conference
