#include "signaling/conference/chat_room.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "signaling/conference/nickname_form.hpp"
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
const std::string& person_of(const chatter& who) {
  return who.person;
}

/// `audio/ogg` is covered by itself, `audio/*` and `*`.
bool covers(std::string_view pattern, std::string_view type) {
  if (pattern == "*") return true;
  if (!pattern.ends_with("/*")) return sip::same_word(pattern, type);
  const auto major = pattern.substr(0, pattern.size() - 1);
  return type.size() > major.size() && sip::same_word(type.substr(0, major.size()), major);
}

/// Plain text; more only where its phone names it: `*` in an Accept says nothing about messages.
bool takes_by_message(const chatter& one, std::string_view type) {
  if (one.link != chat_link::none || !one.takes_messages) return false;
  if (type == "text/plain") return true;
  const auto named = sip::split(std::string_view(one.accepts), ',');
  return std::any_of(named.begin(), named.end(), [type](std::string_view item) {
    const auto pattern = sip::without_parameters(item);
    return pattern != "*" && covers(pattern, type);
  });
}

/// Who claims the name of somebody verified is another user (decision 019).
bool is_same_user(const chatter& one, const chatter& other) {
  return person_of(one) == person_of(other) && one.identity.empty() == other.identity.empty();
}

}  // namespace

chat_room::chat_room(const room_id& room, chat_rules rules)
    : room_{"Conference Room", "sip:" + room.value}, room_person_(room.value), rules_(std::move(rules)) {}

void chat_room::join(chatter who) {
  who.person = person_of(who.shown.empty() ? who.uri : who.shown);
  const auto known = std::find_if(chatters_.begin(), chatters_.end(),
                                  [&](const chatter& one) { return one.leg == who.leg; });
  if (known != chatters_.end()) count_verified(*known, false);
  count_verified(who, true);
  if (known != chatters_.end()) {
    *known = std::move(who);
  } else {
    chatters_.push_back(std::move(who));
  }
}

void chat_room::leave(leg_id leg) {
  if (const auto* who = find(leg)) count_verified(*who, false);
  std::erase_if(chatters_, [&](const chatter& one) { return one.leg == leg; });
  nicknames_.clear(leg);
}

void chat_room::count_verified(const chatter& who, bool is_there) {
  if (who.identity.empty()) return;
  size_t& count = verified_[who.person];
  count = is_there ? count + 1 : count - 1;
  if (count != 0) return;
  verified_.erase(who.person);
  if (once_verified_.size() < limits::room_persons_remembered) once_verified_.insert(who.person);
}

void chat_room::link(leg_id leg, chat_link how, bool takes_private) {
  for (auto& one : chatters_) {
    if (one.leg != leg) continue;
    one.link = how;
    one.takes_private = takes_private;
  }
}

bool chat_room::is_reached_by_phone(leg_id leg) const {
  const auto* who = find(leg);
  return who != nullptr && takes_by_message(*who, "text/plain");
}

bool chat_room::add(const chatter& one, std::string_view type, chat_route& way) {
  if (one.link == chat_link::up) {
    way.recipients.push_back(one.leg);
    return true;
  }
  const bool by_phone = takes_by_message(one, type);
  if (by_phone) way.phones.push_back(one.leg);
  return by_phone;
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

/// Now, or before: what is written to somebody who has just left must not reach who only claims the name.
bool chat_room::is_known_verified(const std::string& person) const {
  return verified_.contains(person) || once_verified_.contains(person);
}

std::string chat_room::shown(const chatter& who) const {
  const bool rivalled = who.identity.empty() && is_known_verified(person_of(who));
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
  if (type == composing_type || type == imdn_type) return true;
  return std::any_of(rules_.more_types.begin(), rules_.more_types.end(),
                     [&](const std::string& one) { return covers(one, type); });
}

std::string chat_room::accepted_types() const {
  std::string out =
      "message/cpim, text/*, image/*, " + std::string(composing_type) + ", " + std::string(imdn_type);
  for (const auto& one : rules_.more_types) out += one == "*" ? ", */*" : ", " + one;
  return out;
}

std::optional<chat_refusal> chat_room::refuses(leg_id sender, const chat_envelope& what) const {
  const chatter* const who = find(sender);
  if (who == nullptr) return chat_refusal{403, "you are not in the chat of this room"};
  if (what.from && !is_own(*who, what.from->uri)) return chat_refusal{403, "From is not yours"};
  return std::nullopt;
}

std::variant<chat_route, chat_refusal> chat_room::route(leg_id sender, const chat_envelope& what) const {
  if (auto no = refuses(sender, what)) return *no;
  const chatter* const who = find(sender);
  if (!passes(what.type)) return chat_refusal{415, "this room does not pass on " + what.type};
  // Neither tells a newcomer anything: that somebody types (RFC 3994), that a message arrived (RFC 5438).
  const bool is_kept = what.type != composing_type && what.type != imdn_type;
  if (what.to.size() == 1 && person_of(what.to[0].uri) != room_person_) return route_private(*who, what);
  chat_route way{true, is_kept, {name_of(sender), shown(*who)}, room_, {}, {}};
  // Who has told no name may do so here, by the rules of nicknames.
  if (way.from.name.empty() && what.from &&
      nicknames_.may_be(user_of(*who), what.from->name, names_of_others(*who)) == 200)
    way.from.name = what.from->name;
  for (const auto& one : chatters_) {
    if (one.leg != sender) (void)add(one, what.type, way);
  }
  return way;
}

/// To all devices of the one, and to the sender's others so that they show the same talk. That somebody types
/// is for the one alone.
std::variant<chat_route, chat_refusal> chat_room::route_private(const chatter& sender,
                                                                const chat_envelope& what) const {
  if (!rules_.private_messages) return chat_refusal{403, "this room has no private messages"};
  const auto& to = what.to[0];
  const auto person = person_of(to.uri);
  const bool claimed = names_unverified(to.uri) || !is_known_verified(person);
  chat_route way{false, false, {name_of(sender.leg), shown(sender)}, to, {}, {}};
  bool there = false;
  bool reached = false;
  for (const auto& one : chatters_) {
    if (one.leg == sender.leg) continue;
    const bool meant =
        person.empty() ? one.shown == to.uri : person_of(one) == person && one.identity.empty() == claimed;
    if (meant) {
      there = true;
      const bool takes = one.link != chat_link::up || one.takes_private;
      reached = (takes && add(one, what.type, way)) || reached;
    } else if (is_same_user(one, sender) && what.type != composing_type) {
      (void)add(one, what.type, way);
    }
  }
  if (!there) return chat_refusal{404, "nobody of that name is here"};
  if (!reached) return chat_refusal{428, "that participant takes no private messages"};
  return way;
}

uint16_t chat_room::set_nickname(leg_id leg, std::string_view wanted) {
  const chatter* const who = find(leg);
  if (who == nullptr || !rules_.nicknames) return 403;
  return nicknames_.set(leg, user_of(*who), wanted, names_of_others(*who));
}

std::string chat_room::user_of(const chatter& who) {
  const auto& person = person_of(who);
  return (who.identity.empty() ? "-" : "+") + (person.empty() ? who.shown : person);
}

/// The room's, too.
std::vector<std::string_view> chat_room::names_of_others(const chatter& who) const {
  std::vector<std::string_view> taken{room_.name};
  for (const auto& one : chatters_) {
    if (!is_same_user(one, who)) taken.push_back(one.display_name);
  }
  return taken;
}

/// People share names, but nobody comes in by the nickname of another, or as the room.
std::string chat_room::name_of(leg_id leg) const {
  auto nick = nicknames_.of(leg);
  if (!nick.empty()) return nick;
  const chatter* const who = find(leg);
  if (who == nullptr) return {};
  const bool is_the_rooms = name_as_read(who->display_name) == name_as_read(room_.name);
  return is_the_rooms || nicknames_.looks_held(user_of(*who), who->display_name) ? std::string()
                                                                                 : who->display_name;
}

}  // namespace confab::conference
