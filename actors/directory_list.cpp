#include <algorithm>

#include "actors/directory.hpp"
#include "config/log.hpp"
#include "signaling/conference/dial_rules.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/uri.hpp"

/// INVITEs that want others called in (RFC 5366).
namespace confab::actors {

/// Such a list is called as a whole or refused as a whole, before there is a room. What it costs of the
/// caller's calls an hour is taken at once. The caller itself and the room are left out of it.
std::optional<sip::refusal> directory_state::admit_list(sip::incoming_call& call, const room_id& room,
                                                        conference::credential shown) {
  if (call.recipients.empty()) return std::nullopt;
  const auto& peer = call.peer;
  std::erase_if(call.recipients, [&](const std::string& one) {
    return sip::same_person(one, peer.uri) || sip::same_person(one, peer.identity) ||
           sip::same_person(one, "sip:" + room.value);
  });
  if (auto no = judge_list(call, room, shown)) return no;
  const auto account = conference::guesser(peer.identity, peer.source);
  if (call.recipients.empty() || calls_.take(account, self_->clock().now(), call.recipients.size()))
    return std::nullopt;
  log::warning("a participant asks for too many calls; they are refused for a while",
               {{"room", room.value}, {"participant", account}});
  return sip::refusal{503, "Service Unavailable", "too many calls in an hour", std::chrono::seconds(60)};
}

/// Nothing when all of them may be called. Whoever begins a call is a participant.
std::optional<sip::refusal> directory_state::judge_list(const sip::incoming_call& call, const room_id& room,
                                                        conference::credential shown) const {
  const auto& configured = *shared_->configured;
  const auto& rooms = configured.rooms;
  if (shared_->rules->is_lobby(room) || shared_->rules->is_echo(room))
    return sip::forbidden("nobody is called in there");
  if (rooms.refer == "nobody" || rooms.max_list == 0)
    return sip::forbidden("this server calls nobody in for others");
  const bool moderates = shown == conference::credential::moderator_pin ||
                         shared_->rules->of(room).moderated_by(call.peer.identity);
  if (rooms.refer == "moderators" && !moderates)
    return sip::forbidden("only moderators of the room may have people called in");
  const auto most = std::min({rooms.max_list, rooms.max_invitations, rooms.calls_per_hour});
  if (call.recipients.size() > most)
    return sip::refusal{413, "Request Entity Too Large",
                        "a list may name no more than " + std::to_string(most) + " people", std::nullopt};
  const conference::dial_rules rules(configured.sip.dial_to, rooms.domains);
  for (const auto& one : call.recipients) {
    if (!rules.allow(one)) return sip::forbidden("this server does not call there: " + sip::without_pin(one));
    if (is_room(one)) return sip::forbidden("that is a room of this server: " + sip::without_pin(one));
  }
  if (is_full(room, 1 + call.recipients.size()))
    return sip::refusal{486, "Busy Here", "the room has no seats for so many", std::nullopt};
  return std::nullopt;
}

/// The name of a room that is there, whatever port and parameters come with it.
bool directory_state::is_room(const std::string& target) const {
  const auto parsed = sip::parse_uri(target);
  if (!parsed || !parsed->is_sip()) return false;
  const auto room = sip::room_of(*parsed);
  return room && rooms_.contains(*room);
}

}  // namespace confab::actors
