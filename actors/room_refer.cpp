#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "config/limits.hpp"
#include "config/log.hpp"
#include "signaling/conference/dial_rules.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

/// What participants ask of the room by REFER (RFC 4579 §5.5, §5.11).
namespace confab::actors {

namespace {

/// RFC 3261 §19.1.4, as far as who someone is goes.
bool same_person(const std::string& left, const std::string& right) {
  const auto a = sip::parse_uri(left);
  const auto b = sip::parse_uri(right);
  return a && b && a->user == b->user && sip::same_word(a->host, b->host);
}

bool same_endpoint(const std::string& left, const std::string& right) {
  const auto port = [](const sip::uri& of) { return of.port == 0 ? uint16_t{5060} : of.port; };
  const auto a = sip::parse_uri(left);
  const auto b = sip::parse_uri(right);
  return a && b && a->user == b->user && sip::same_word(a->host, b->host) && port(*a) == port(*b);
}

std::string who_asks(const sip::peer& peer) {
  return peer.identity.empty() ? peer.uri : peer.identity;
}

sip::refusal forbidden(std::string why) {
  return {403, "Forbidden", std::move(why), std::nullopt};
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
  if (who_may == "nobody") return forbidden("rooms.refer allows it to nobody");
  if (who_may == "moderators" && !is_moderator(wish))
    return forbidden("only moderators of the room may refer it");
  if (who_may == "participants" && !is_participant(wish) && !is_moderator(wish))
    return forbidden("only participants of the room may refer it");
  if (wish.method == sip::refer_method::bye) return std::nullopt;
  const conference::dial_rules rules(configured.sip.dial_to, configured.rooms.domains);
  if (!rules.allow(wish.target)) return forbidden("this server does not call there");
  if (invitations_.size() >= limits::invitations_per_room)
    return busy("too many invitations are under way", std::chrono::seconds(10));
  return std::nullopt;
}

/// Who asks outside its call is believed when its name is verified, or when the very address of its call and
/// the name are the same.
bool room_state::is_participant(const sip::incoming_refer& wish) const {
  if (wish.in_dialog_of) return seats_.contains(*wish.in_dialog_of);
  const auto& peer = wish.peer;
  return std::any_of(seats_.begin(), seats_.end(), [&](const auto& entry) {
    const seat& one = entry.second;
    if (!peer.identity.empty()) return same_person(one.face.uri, peer.identity);
    return one.source.host() == peer.source.host() && same_person(one.face.uri, peer.uri);
  });
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
  const auto leg = shared_->next_leg_id();
  const auto asker = who_asks(wish.peer);
  const auto& called = wish.peer.display_name;
  dial_out call;
  call.room = id_;
  call.target = wish.target;
  call.subject = "Join conference request from " + (called.empty() ? asker : called + " <" + asker + ">");
  call.headers = {
      "Referred-By: " + (wish.referred_by.empty() ? "<" + asker + ">" : sip::without_pin(wish.referred_by)),
      "X-Orig-From: " + asker};
  for (auto& line : call.headers) line = sip::header_safe(line);
  call.referrer = asker;
  call.observer = caf::actor_cast<caf::strong_actor_ptr>(self_);
  call.leg = leg;
  call.caller = wish.peer.identity.empty() ? wish.peer.source.host() : wish.peer.identity;
  invitations_.emplace(leg, invitation{wish.id, wish.target});
  self_->request(directory_, caf::infinite, std::move(call))
      .then(
          [this, leg, refer = wish.id](const dial_started& begun) {
            if (begun.leg) {
              shared_->refer_control->accept_refer(refer);
              return;
            }
            invitations_.erase(leg);
            shared_->refer_control->refuse_refer(refer, busy(begun.text, std::chrono::seconds(60)));
          },
          [this, leg, refer = wish.id](const caf::error&) {
            invitations_.erase(leg);
            shared_->refer_control->refuse_refer(refer, busy("shutting down", std::chrono::seconds(30)));
          });
}

void room_state::dialed(const dial_report& m) {
  const auto found = invitations_.find(m.leg);
  if (found == invitations_.end()) return;
  shared_->refer_control->refer_progress(found->second.refer, m.status, m.reason);
  if (m.status >= 200) invitations_.erase(found);
}

void room_state::on(const sip::refer_cancelled& wish) {
  const auto found = std::find_if(invitations_.begin(), invitations_.end(),
                                  [&](const auto& one) { return one.second.refer == wish.id; });
  if (found == invitations_.end()) return;  // answered meanwhile
  shared_->control->hang_up(found->first, "the invitation was taken back");
  invitations_.erase(found);
}

/// RFC 4579 §5.11: the one endpoint the target names by its Contact, else every leg of that person, and those
/// that still ring.
void room_state::expel(const sip::incoming_refer& wish) {
  const bool one_endpoint = std::any_of(seats_.begin(), seats_.end(), [&](const auto& entry) {
    return same_endpoint(entry.second.face.contact, wish.target);
  });
  const std::string why = "removed by " + who_asks(wish.peer);
  size_t removed = 0;
  for (const auto& [leg, one] : seats_) {
    const auto& face = one.face;
    if (!(one_endpoint ? same_endpoint(face.contact, wish.target) : same_person(face.uri, wish.target)))
      continue;
    self_->send(one.actor, remove_leg{why});
    ++removed;
  }
  for (const auto& [leg, call] : invitations_) {
    if (one_endpoint || !same_person(call.target, wish.target)) continue;
    shared_->control->hang_up(leg, why);  // its `dial_report` tells who wanted it
    ++removed;
  }
  auto* const control = shared_->refer_control;
  control->accept_refer(wish.id);
  control->refer_progress(wish.id, removed > 0 ? 200 : 404, removed > 0 ? "OK" : "Not Found");
}

}  // namespace confab::actors
