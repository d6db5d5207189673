#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "signaling/conference/nicknames.hpp"

/// The chat of a room (RFC 7701): who hears what.
namespace confab::conference {

/// `name <uri>` of a message's From or To; the name may be empty.
struct chat_address {
  std::string name;
  std::string uri;
  bool operator==(const chat_address&) const = default;
};

/// A participant's MSRP stream. While one is awaited nothing else carries chat to it, for it will bring what
/// was said meanwhile.
enum class chat_link : uint8_t { none, awaited, up };

/// A participant of the room, and how chat reaches it.
struct chatter {
  leg_id leg;
  std::string uri;       ///< From of its call
  std::string identity;  ///< verified URI; empty: nobody vouches
  std::string shown;     ///< the URI that documents show it by
  std::string display_name;
  bool takes_private = false;  ///< its SDP has `a=chatroom` with `private-messages`
  chat_link link = chat_link::up;
  bool takes_messages = false;  ///< SIP MESSAGE reaches it where it has no stream
  std::string accepts{};        ///< types that it takes so besides plain text, as an Accept header says
  std::string person{};         ///< whom `shown` names, in one form; filled in by the room
};

/// What a message says of itself.
struct chat_envelope {
  std::optional<chat_address> from;
  std::vector<chat_address> to;
  std::string type;  ///< of the wrapped body, lower case: "text/plain"
};

/// Where a message goes.
struct chat_route {
  bool is_public = false;          ///< to the room; else to one person
  bool is_kept = false;            ///< for the history
  chat_address from;               ///< as the others see the sender
  chat_address to;                 ///< the room, or that person
  std::vector<leg_id> recipients;  ///< by MSRP
  std::vector<leg_id> phones{};    ///< by SIP MESSAGE
};

/// A message nobody hears. `code` is MSRP's (RFC 4975 §10, RFC 7701 §9).
struct chat_refusal {
  uint16_t code = 403;
  std::string reason;
  bool operator==(const chat_refusal&) const = default;
};

struct chat_rules {
  /// Wrapped types that pass besides text, images and the like: `application/json`, `audio/*`, `*`.
  std::vector<std::string> more_types;
  bool nicknames = true;
  bool private_messages = true;
};

/// Decides about every message and nickname. No clock, no I/O; owned by one room.
class chat_room {
 public:
  chat_room(const room_id& room, chat_rules rules);

  /// Adds the participant, or replaces what is known of it; a nickname it holds stays.
  void join(chatter who);
  /// Its nickname is free again, unless another device of the same person holds it.
  void leave(leg_id leg);
  /// What becomes of its MSRP stream.
  void link(leg_id leg, chat_link how, bool takes_private);
  /// Its nickname is free again.
  void forget_nickname(leg_id leg) { nicknames_.clear(leg); }
  /// Plain text of the room's own can be had by SIP MESSAGE.
  [[nodiscard]] bool is_reached_by_phone(leg_id leg) const;
  [[nodiscard]] const chatter* find(leg_id leg) const;
  [[nodiscard]] size_t size() const noexcept { return chatters_.size(); }
  [[nodiscard]] std::vector<leg_id> legs() const;

  /// RFC 7701 §6: to the room goes what is not addressed to exactly one other. From must be the leg's own:
  /// its From, its verified identity or what the room shows it by; 403 else. 404 without such a participant,
  /// 428 where that one takes no private messages or has no chat, 415 for a type that is not passed on.
  [[nodiscard]] std::variant<chat_route, chat_refusal> route(leg_id sender, const chat_envelope& what) const;

  /// Why nothing of `sender` is heard, whatever it says: 403 for one who is not here, or whose From is not
  /// its own.
  [[nodiscard]] std::optional<chat_refusal> refuses(leg_id sender, const chat_envelope& what) const;

  /// RFC 7701 §7.1; an empty name clears. 200, 403 (not here), 424 (cannot be one) or 425 (another's).
  uint16_t set_nickname(leg_id leg, std::string_view wanted);
  /// The nickname of the leg; empty: none.
  [[nodiscard]] std::string nickname(leg_id leg) const { return nicknames_.of(leg); }
  /// What others see it as: its nickname, else its display name; empty where that is another's nickname.
  [[nodiscard]] std::string name_of(leg_id leg) const;
  /// The room, as From and To of its own messages.
  [[nodiscard]] const chat_address& room() const noexcept { return room_; }
  /// Which types pass, as an Accept header says it.
  [[nodiscard]] std::string accepted_types() const;

 private:
  /// Whose nicknames are one user's.
  [[nodiscard]] static std::string user_of(const chatter& who);
  [[nodiscard]] std::vector<std::string_view> names_of_others(const chatter& who) const;
  void count_verified(const chatter& who, bool is_there);
  [[nodiscard]] bool is_known_verified(const std::string& person) const;
  /// As documents name it (`unverified_entity`), so that nobody is taken for a verified other.
  [[nodiscard]] std::string shown(const chatter& who) const;
  [[nodiscard]] bool is_own(const chatter& who, const std::string& uri) const;
  [[nodiscard]] bool passes(std::string_view type) const;
  /// Adds the participant to those who get it; false: it cannot be had there.
  static bool add(const chatter& one, std::string_view type, chat_route& way);
  [[nodiscard]] std::variant<chat_route, chat_refusal> route_private(const chatter& sender,
                                                                     const chat_envelope& what) const;

  chat_address room_;
  std::string room_person_;
  chat_rules rules_;
  std::vector<chatter> chatters_;                     ///< in the order they came
  std::unordered_map<std::string, size_t> verified_;  ///< persons, with the number of their verified legs
  std::unordered_set<std::string> once_verified_;     ///< persons whose last verified leg has left
  nicknames nicknames_;
};

/// `isComposing` (RFC 3994): passed on, never kept.
inline constexpr std::string_view composing_type = "application/im-iscomposing+xml";
/// Notifications that a message arrived or was read (RFC 5438): the same.
inline constexpr std::string_view imdn_type = "message/imdn+xml";

}  // namespace confab::conference
