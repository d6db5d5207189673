#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/conference/dial_rules.hpp"
#include "signaling/conference/pin_guard.hpp"
#include "signaling/conference/user_key.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

/// What participants ask of the room by REFER (RFC 4579 §5.5, §5.11).
namespace confab::actors {

namespace {

bool same_endpoint(const std::string& left, const std::string& right) {
  const auto port = [](const sip::uri& of) { return of.port == 0 ? uint16_t{5060} : of.port; };
  const auto a = sip::parse_uri(left);
  const auto b = sip::parse_uri(right);
  return a && b && a->user == b->user && sip::same_word(a->host, b->host) && port(*a) == port(*b);
}

std::string who_asks(const sip::peer& peer) {
  return peer.identity.empty() ? peer.uri : peer.identity;
}

sip::refusal busy(std::string why, std::chrono::seconds later) {
  return {503, "Service Unavailable", std::move(why), later};
}

}  // namespace

void room_state::refer(const refer_news& m) {
  std::visit([this](const auto& e) { on(e); }, m.event);
}

/// Whoever asks right behind its ACK is a participant, though the room may not have heard of it yet.
void room_state::on(const sip::incoming_refer& wish) {
  if (arriving_.empty() || is_participant(wish)) {
    decide(wish);
  } else {
    when_all_arrived([this, wish] { decide(wish); });
  }
}

void room_state::decide(const sip::incoming_refer& wish) {
  const bool invites = wish.method == sip::refer_method::invite;
  const auto refused = judge(wish);
  log::info(refused ? "refer refused" : "refer", {{"room", id_.value},
                                                  {"by", who_asks(wish.peer)},
                                                  {"from", wish.peer.source.to_string()},
                                                  {"wants", invites ? "invite" : "remove"},
                                                  {"target", sip::without_pin(wish.target)},
                                                  {"why", refused ? refused->warning : std::string()}});
  if (refused) {
    shared_->refer_control->refuse_refer(wish.id, *refused);
  } else if (invites) {
    invite(wish);
  } else {
    expel(wish);
  }
}

/// Nothing when it may go on.
std::optional<sip::refusal> room_state::judge(const sip::incoming_refer& wish) const {
  const auto& configured = *shared_->configured;
  const auto& who_may = configured.rooms.refer;
  if (who_may == "nobody") return sip::forbidden("rooms.refer allows it to nobody");
  if (who_may == "moderators" && !is_moderator(wish))
    return sip::forbidden("only moderators of the room may refer it");
  if (who_may == "participants" && !is_participant(wish) && !is_moderator(wish))
    return sip::forbidden("only participants of the room may refer it");
  if (wish.method == sip::refer_method::bye) return std::nullopt;
  const conference::dial_rules rules(configured.sip.dial_to, configured.rooms.domains);
  if (!rules.allow(wish.target)) return sip::forbidden("this server does not call there");
  if (names_denied(wish)) return sip::forbidden("this server does not call that address (net.deny)");
  if (invitations_.size() >= configured.rooms.max_invitations)
    return busy("too many invitations are under way", std::chrono::seconds(10));
  return std::nullopt;
}

/// The target is an address that `net.deny` keeps from who asks. A name is judged when DNS has spoken; where
/// a proxy takes all calls, it judges.
bool room_state::names_denied(const sip::incoming_refer& wish) const {
  const auto target = sip::parse_uri(wish.target);
  if (!target || !shared_->configured->sip.outbound_proxy.empty()) return false;
  const auto address = socket_address::parse(target->param("maddr").value_or(target->host), target->port);
  return address && shared_->deny->denied(*address, wish.peer.source);
}

/// Who asks outside its call is believed when its name is verified and a leg is verified under it, or when
/// the name and the very address of its call are those of a leg that nobody verified: neither lends its
/// rights to the other (decision 019).
std::optional<leg_id> room_state::participant(const std::optional<leg_id>& in_dialog_of,
                                              const sip::peer& peer) const {
  if (in_dialog_of) return is_in(*in_dialog_of) ? in_dialog_of : std::nullopt;
  std::optional<leg_id> best;
  bool same_port = false;
  for (const auto& [leg, one] : seats_) {
    const auto& verified = one.face.identity;
    if (one.expelled || verified.empty() != peer.identity.empty()) continue;
    const bool is_there =
        verified.empty() ? one.source.host() == peer.source.host() && sip::same_person(one.face.uri, peer.uri)
                         : sip::same_person(verified, peer.identity);
    if (!is_there) continue;
    // Of several devices of one person that which sends from where its call comes from, else the first.
    const bool exact = one.source == peer.source;
    if (best && (exact == same_port ? best->value < leg.value : same_port)) continue;
    best = leg;
    same_port = exact;
  }
  return best;
}

bool room_state::is_participant(const sip::incoming_refer& wish) const {
  return participant(wish.in_dialog_of, wish.peer).has_value();
}

/// A moderator need not be in the room, but must be who it says.
bool room_state::is_moderator(const sip::incoming_refer& wish) const {
  if (wish.in_dialog_of) {
    const auto asker = seats_.find(*wish.in_dialog_of);
    return asker != seats_.end() && asker->second.moderator;
  }
  return shared_->rules->of(id_).moderated_by(wish.peer.identity);
}

void room_state::invite(const sip::incoming_refer& wish) {
  const auto asker = who_asks(wish.peer);
  auto wanted = invitation_of(asker, wish.peer.display_name, wish.target);
  if (!wish.referred_by.empty())
    wanted.headers.front() = "Referred-By: " + sip::header_safe(sip::without_pin(wish.referred_by));
  wanted.caller = conference::guesser(wish.peer.identity, wish.peer.source);
  wanted.asked_by = wish.peer.source;
  call(std::move(wanted), wish.id);
}

void room_state::on(const sip::refer_cancelled& wish) {
  const auto found = std::find_if(invitations_.begin(), invitations_.end(),
                                  [&](const auto& one) { return one.second.refer == wish.id; });
  if (found == invitations_.end()) return;  // answered meanwhile
  found->second.refer.reset();              // it has heard the last of it
  withdraw(found->first, "the invitation was taken back");
}

/// The legs of a person. Its plain URI means the verified ones, or everybody with that From where there is
/// none (decision 019).
std::vector<leg_id> room_state::legs_of(const std::string& person) const {
  std::vector<leg_id> verified, claimed;
  for (const auto& [leg, one] : seats_) {
    if (sip::same_person(one.face.uri, person))
      (one.face.identity.empty() ? claimed : verified).push_back(leg);
  }
  return verified.empty() || conference::names_unverified(person) ? claimed : verified;
}

/// RFC 4579 §5.11: the one endpoint the target names by its Contact, else the legs of that person, and those
/// that still ring.
void room_state::expel(const sip::incoming_refer& wish) {
  std::vector<leg_id> named;
  for (const auto& [leg, one] : seats_)
    if (same_endpoint(one.face.contact, wish.target)) named.push_back(leg);
  const bool one_endpoint = !named.empty();
  if (!one_endpoint) named = legs_of(wish.target);
  const std::string why = "removed by " + who_asks(wish.peer);
  size_t removed = named.size();
  expel(named, why, who_asks(wish.peer));
  if (!one_endpoint) removed += turn_away(wish.target, why);
  for (const auto& [leg, call] : invitations_) {
    if (one_endpoint || !sip::same_person(call.target, wish.target)) continue;
    withdraw(leg, why);  // its `dial_report` tells who wanted it
    ++removed;
  }
  auto* const control = shared_->refer_control;
  control->accept_refer(wish.id);
  control->refer_progress(wish.id, removed > 0 ? 200 : 404, removed > 0 ? "OK" : "Not Found");
}

}  // namespace confab::actors
