#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/sip/uri.hpp"

/// Who is answered but not in the room yet: asked for a PIN, for a conference number, or waiting for the
/// moderator. Their media is apart: deaf and muted.
namespace confab::actors {

namespace {

sip::peer visitor(const join_room& m) {
  sip::peer who;
  who.uri = m.uri;
  who.display_name = m.display_name;
  who.source = m.source;
  who.identity = m.identity;
  return who;
}

}  // namespace

bool room_state::has_entrance() const {
  return lobby_ || shared_->rules->of(id_).has_entrance();
}

/// Nobody is heard before the room has let it in, or has muted it.
bool room_state::comes_apart() const {
  return has_entrance() || shared_->rules->of(id_).mute_on_entry;
}

/// Who replaces somebody of the room has no need to; who replaces somebody at the entrance sits down there.
std::optional<conference::entrance_rules> room_state::asked_of(const join_room& m) const {
  const auto& rules = shared_->rules->of(id_);
  if (m.replaces && (seats_.contains(*m.replaces) || ringing_.contains(*m.replaces))) return std::nullopt;
  const bool shown = m.dialed_out || m.shown != conference::credential::none;
  conference::entrance_rules ask;
  ask.number = lobby_;
  ask.pin = !lobby_ && !rules.pins.pin.empty() && !shown;
  ask.is_moderator = is_moderator(m);
  ask.moderator = !lobby_ && rules.wait_for_moderator && !opened_;
  ask.may_become_one = !rules.pins.moderator_pin.empty();
  ask.pin_digits = rules.pins.longest();
  const bool waits = ask.moderator && !ask.is_moderator;
  return ask.number || ask.pin || waits ? std::optional(ask) : std::nullopt;
}

bool room_state::is_moderator(const join_room& m) const {
  return m.shown == conference::credential::moderator_pin || shared_->rules->of(id_).moderated_by(m.identity);
}

/// False: it goes straight in.
bool room_state::receive(const join_room& m) {
  const auto ask = asked_of(m);
  if (!ask) return false;
  if (!m.has_audio && (ask->number || ask->pin)) {
    self_->send(m.actor, remove_leg{"without audio nothing can be asked for"});
    return true;
  }
  const auto now = self_->clock().now();
  auto& guest =
      guests_
          .insert_or_assign(m.leg, entrance_guest{m, conference::entrance(*ask), std::nullopt, std::nullopt})
          .first->second;
  log::info("at the entrance",
            {{"room", id_.value},
             {"leg", to_string(m.leg)},
             {"asked", ask->number ? "number" : (ask->pin ? "pin" : "to wait for a moderator")}});
  conference::attendee face{m.leg, m.uri, m.display_name, m.contact};
  face.status = conference::endpoint_status::pending;
  face.joined_by =
      m.dialed_out ? conference::joining_method::dialed_out : conference::joining_method::dialed_in;
  face.has_audio = m.has_audio;
  face.identity = m.identity;
  focus_.show_outside(face, now);
  await_watchers();
  perform(m.leg, guest.door.begin(now));
  return true;
}

/// True: the key was for the entrance.
bool room_state::key_at_entrance(const key_pressed& m) {
  const auto found = guests_.find(m.leg);
  if (found == guests_.end()) return false;
  perform(m.leg, found->second.door.on_key(m.digit, self_->clock().now()));
  return true;
}

void room_state::entrance_pause(leg_id leg) {
  const auto found = guests_.find(leg);
  if (found == guests_.end()) return;
  found->second.timer.reset();
  perform(leg, found->second.door.poll(self_->clock().now()));
}

void room_state::update_guest(const update_participant& m) {
  const auto found = guests_.find(m.leg);
  if (found == guests_.end()) return;
  found->second.news.has_audio = m.has_audio;
  found->second.news.on_hold = m.on_hold;
  found->second.news.label = m.label;
}

void room_state::perform(leg_id leg, const conference::entrance_actions& actions) {
  for (const auto& action : actions) {
    std::visit([this, leg](const auto& a) { run(leg, a); }, action);
  }
  const auto found = guests_.find(leg);
  const auto due = found == guests_.end() ? std::nullopt : found->second.door.deadline();
  if (!due) return;
  auto& timer = found->second.timer;
  if (timer && *timer <= *due) return;
  timer = *due;
  const auto wait = std::max(*due - self_->clock().now(), caf::actor_clock::duration_type{0});
  self_->delayed_send(self_, wait, actors::entrance_pause{leg});
}

void room_state::run(leg_id leg, const conference::at_entrance::play& a) {
  run(conference::play_to_leg{leg, a.prompt});
}

void room_state::run(leg_id leg, const conference::at_entrance::stop_prompts&) {
  if (const auto* shard = shard_of(leg)) self_->send(*shard, actors::stop_prompts{leg});
}

void room_state::run(leg_id leg, const conference::at_entrance::music& a) {
  if (shared_->configured->rooms.music_on_hold) run(conference::set_music{leg, a.on});
}

void room_state::run(leg_id leg, const conference::at_entrance::check_pin& a) {
  self_->request(directory_, caf::infinite, check_pin{leg, visitor(guests_.at(leg).news), a.digits})
      .then(
          [this, leg](const pin_checked& m) {
            const auto found = guests_.find(leg);
            if (found == guests_.end()) return;
            auto& door = found->second.door;
            const auto now = self_->clock().now();
            perform(leg, m.prompt.empty() ? door.on_pin(m.verdict, now) : door.on_refused(m.prompt, now));
          },
          [this, leg](const caf::error&) { turn_away(leg, "shutting down"); });
}

void room_state::run(leg_id leg, const conference::at_entrance::find_room& a) {
  self_->request(directory_, caf::infinite, find_room{leg, visitor(guests_.at(leg).news), a.digits})
      .then(
          [this, leg](const outcome& o) {
            const auto found = guests_.find(leg);
            if (found == guests_.end()) return;
            if (o.ok) {
              guests_.erase(found);
              focus_.drop(leg, self_->clock().now());
              await_watchers();
            } else {
              perform(leg, found->second.door.on_no_room(o.text, self_->clock().now()));
            }
          },
          [this, leg](const caf::error&) { turn_away(leg, "shutting down"); });
}

void room_state::run(leg_id leg, const conference::at_entrance::let_in& a) {
  const auto guest = guests_.extract(leg);
  if (guest.empty()) return;
  seat_down(guest.mapped().news, a.moderator);
  if (const auto& chat = guest.mapped().chat) chat_joined(*chat);
}

void room_state::run(leg_id leg, const conference::at_entrance::hang_up& a) {
  turn_away(leg, a.reason);
}

void room_state::turn_away(leg_id leg, const std::string& why) {
  const auto found = guests_.find(leg);
  if (found != guests_.end()) self_->send(found->second.news.actor, remove_leg{why});
}

/// All of that person who are at the entrance; how many.
size_t room_state::turn_away(const std::string& who, const std::string& why) {
  size_t count = 0;
  for (const auto& [leg, guest] : guests_) {
    if (!sip::same_person(guest.news.uri, who.find(':') == std::string::npos ? "sip:" + who : who)) continue;
    self_->send(guest.news.actor, remove_leg{why});
    ++count;
  }
  return count;
}

/// Its media joins the others'.
void room_state::release(const join_room& m) {
  if (!comes_apart()) return;
  self_->send(shards_[m.shard], set_muted{m.leg, false});
  self_->send(shards_[m.shard], set_deaf{m.leg, false});
}

/// The first moderator is there: who waited comes in, in the order of their calls. The room stays open, also
/// when the last moderator leaves.
void room_state::open_doors() {
  if (std::exchange(opened_, true)) return;
  std::vector<leg_id> waiting;
  for (const auto& [leg, guest] : guests_) waiting.push_back(leg);
  for (const leg_id leg : waiting) {
    const auto found = guests_.find(leg);
    if (found != guests_.end()) perform(leg, found->second.door.on_moderator());
  }
}

}  // namespace confab::actors
