#include "signaling/conference/chat_room.hpp"

#include <algorithm>
#include <utility>

#include "signaling/conference/user_key.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::conference {
namespace {

/// Who a URI names, in one form for all ways to write it (RFC 3261 §19.1.4); empty: no person.
std::string person_of(const std::string& text) {
  const auto uri = sip::parse_uri(text);
  if (!uri || !uri->is_sip()) return {};
  const auto person = sip::room_of(*uri);
  return person ? person->value : std::string();
}

/// Whom a chatter is to others: the room shows two unverified legs of one URI as one person.
std::string person_of(const chatter& who) {
  return person_of(who.shown.empty() ? who.uri : who.shown);
}

/// Who claims the name of somebody verified is another user (decision 019).
bool is_same_user(const chatter& one, const chatter& other) {
  return person_of(one) == person_of(other) && one.identity.empty() == other.identity.empty();
}

}  // namespace

chat_room::chat_room(const room_id& room, chat_rules rules)
    : room_{"Conference Room", "sip:" + room.value}, room_person_(room.value), rules_(std::move(rules)) {}

void chat_room::join(chatter who) {
  const auto known = std::find_if(chatters_.begin(), chatters_.end(),
                                  [&](const chatter& one) { return one.leg == who.leg; });
  if (known != chatters_.end()) {
    *known = std::move(who);
  } else {
    chatters_.push_back(std::move(who));
  }
}

void chat_room::leave(leg_id leg) {
  std::erase_if(chatters_, [&](const chatter& one) { return one.leg == leg; });
  nicknames_.clear(leg);
}

const chatter* chat_room::find(leg_id leg) const {
  const auto at =
      std::find_if(chatters_.begin(), chatters_.end(), [&](const chatter& one) { return one.leg == leg; });
  return at == chatters_.end() ? nullptr : &*at;
}

std::vector<leg_id> chat_room::legs() const {
  std::vector<leg_id> all;
  for (const auto& one : chatters_) all.push_back(one.leg);
  return all;
}

bool chat_room::is_verified_here(const std::string& person) const {
  return std::any_of(chatters_.begin(), chatters_.end(),
                     [&](const chatter& one) { return !one.identity.empty() && person_of(one) == person; });
}

std::string chat_room::shown(const chatter& who) const {
  const bool rivalled = who.identity.empty() && is_verified_here(person_of(who));
  return rivalled ? unverified_entity(who.shown) : who.shown;
}

bool chat_room::is_own(const chatter& who, const std::string& uri) const {
  const auto person = person_of(uri);
  if (person.empty()) return uri == who.uri || uri == who.shown;
  return person == person_of(who.uri) || (!who.identity.empty() && person == person_of(who.identity)) ||
         person == person_of(who);
}

bool chat_room::passes(std::string_view type) const {
  if (type.starts_with("text/") || type.starts_with("image/")) return true;
  if (type == composing_type || type == "message/imdn+xml") return true;
  return std::any_of(rules_.more_types.begin(), rules_.more_types.end(),
                     [&](const std::string& one) { return sip::same_word(one, type); });
}

std::variant<chat_route, chat_refusal> chat_room::route(leg_id sender, const chat_envelope& what) const {
  const chatter* const who = find(sender);
  if (who == nullptr) return chat_refusal{403, "you are not in the chat of this room"};
  if (what.from && !is_own(*who, what.from->uri)) return chat_refusal{403, "From is not yours"};
  if (!passes(what.type)) return chat_refusal{415, "this room does not pass on " + what.type};
  const bool composing = what.type == composing_type;
  if (what.to.size() == 1 && person_of(what.to[0].uri) != room_person_)
    return route_private(*who, what.to[0], composing);
  chat_route way{true, !composing, {name_of(sender), shown(*who)}, room_, {}};
  if (way.from.name.empty() && what.from) way.from.name = what.from->name;
  for (const auto& one : chatters_) {
    if (one.leg != sender) way.recipients.push_back(one.leg);
  }
  return way;
}

/// To all devices of the one, and to the sender's others so that they show the same talk. That somebody types
/// is for the one alone.
std::variant<chat_route, chat_refusal> chat_room::route_private(const chatter& sender, const chat_address& to,
                                                                bool composing) const {
  if (!rules_.private_messages) return chat_refusal{403, "this room has no private messages"};
  const auto person = person_of(to.uri);
  const bool claimed = names_unverified(to.uri) || !is_verified_here(person);
  chat_route way{false, false, {name_of(sender.leg), shown(sender)}, to, {}};
  bool there = false;
  bool reached = false;
  for (const auto& one : chatters_) {
    if (one.leg == sender.leg) continue;
    const bool meant =
        person.empty() ? one.shown == to.uri : person_of(one) == person && one.identity.empty() == claimed;
    if (meant) {
      there = true;
      reached = reached || one.takes_private;
      if (one.takes_private) way.recipients.push_back(one.leg);
    } else if (is_same_user(one, sender) && !composing) {
      way.recipients.push_back(one.leg);
    }
  }
  if (!there) return chat_refusal{404, "nobody of that name chats here"};
  if (!reached) return chat_refusal{428, "that participant takes no private messages"};
  return way;
}

uint16_t chat_room::set_nickname(leg_id leg, std::string_view wanted) {
  const chatter* const who = find(leg);
  if (who == nullptr || !rules_.nicknames) return 403;
  const auto person = person_of(*who);
  std::vector<std::string_view> taken{room_.name};
  for (const auto& one : chatters_) {
    if (!is_same_user(one, *who)) taken.push_back(one.display_name);
  }
  const auto user = (who->identity.empty() ? "-" : "+") + (person.empty() ? who->shown : person);
  return nicknames_.set(leg, user, wanted, taken);
}

std::string chat_room::name_of(leg_id leg) const {
  auto nick = nicknames_.of(leg);
  if (!nick.empty()) return nick;
  const chatter* const who = find(leg);
  return who == nullptr ? std::string() : who->display_name;
}

}  // namespace confab::conference
