#include "actors/room.hpp"

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>

#include "config/log.hpp"

namespace confab::actors {

namespace {

/// What `rooms.dtmf` may name.
constexpr std::string_view toggle_mute = "toggle-mute";

}  // namespace

room_state::room_state(room_actor::pointer self, room_id id, services_ptr shared, shard_actor shard)
    : self_(self),
      id_(std::move(id)),
      shared_(std::move(shared)),
      shard_(std::move(shard)),
      roster_({shared_->configured->rooms.announcements, shared_->configured->rooms.music_on_hold}) {}

/// The room knows where its media lives; the shard answers the leg itself.
caf::result<outcome> room_state::open(const open_media& wish) {
  return self_->delegate(shard_, wish);
}

void room_state::join(const join_room& m) {
  conference::participant who{m.leg, m.uri, m.display_name, false, m.on_hold, m.has_audio};
  seats_.insert_or_assign(m.leg, seat{m.actor, conference::dtmf_menu{shared_->configured->rooms.dtmf}});
  const auto actions =
      m.replaces ? roster_.replace(*m.replaces, std::move(who)) : roster_.join(std::move(who));
  if (!actions) {
    seats_.erase(m.leg);
    self_->send(m.actor, remove_leg{actions.error().text});
    return;
  }
  if (m.replaces) seats_.erase(*m.replaces);
  perform(*actions);
}

void room_state::update(const update_participant& m) {
  perform(roster_.set_audio(m.leg, m.has_audio));
  perform(roster_.hold(m.leg, m.on_hold));
}

void room_state::leave(leg_id leg) {
  seats_.erase(leg);
  perform(roster_.leave(leg));
}

void room_state::key(const key_pressed& m) {
  const auto found = seats_.find(m.leg);
  if (found == seats_.end()) return;
  auto& menu = found->second.menu;
  act_on_key(m.leg, menu.feed(m.digit, self_->clock().now()));
  if (menu.deadline()) self_->delayed_send(self_, conference::dtmf_menu::digit_gap, actors::key_pause{});
}

void room_state::key_pause() {
  const auto now = self_->clock().now();
  for (auto& [leg, s] : seats_) act_on_key(leg, s.menu.poll(now));
}

void room_state::act_on_key(leg_id leg, const std::optional<std::string>& action) {
  if (!action) return;
  log::info("keys", {{"room", id_.value}, {"leg", to_string(leg)}, {"action", *action}});
  if (*action == toggle_mute) perform(roster_.toggle_mute(leg));
}

void room_state::perform(const conference::room_actions& actions) {
  for (const auto& action : actions) {
    std::visit([this](const auto& a) { run(a); }, action);
  }
}

void room_state::run(const conference::play_to_leg& a) {
  if (auto sound = find_sound(a.prompt)) self_->send(shard_, play_to_leg{a.leg, std::move(sound)});
}

void room_state::run(const conference::play_to_room& a) {
  if (auto sound = find_sound(a.prompt)) self_->send(shard_, play_to_room{id_, a.except, std::move(sound)});
}

void room_state::run(const conference::set_music& a) {
  self_->send(shard_, set_music{a.leg, a.on});
}

void room_state::run(const conference::set_muted& a) {
  self_->send(shard_, set_muted{a.leg, a.muted});
}

mix::sound_ptr room_state::find_sound(const std::string& prompt) const {
  auto sound = shared_->sounds->find(prompt);
  if (!sound) {
    log::warning("a prompt is missing; callers do not hear it",
                 {{"prompt", prompt}, {"do", "add it to rooms.sounds-directory"}});
  }
  return sound;
}

room_actor::behavior_type room(room_actor::stateful_pointer<std::optional<room_state>> self, room_id id,
                               services_ptr shared, shard_actor shard) {
  self->state.emplace(self, std::move(id), std::move(shared), std::move(shard));
  return {
      [self](const open_media& m) { return self->state->open(m); },
      [self](const join_room& m) { self->state->join(m); },
      [self](const update_participant& m) { self->state->update(m); },
      [self](const leave_room& m) { self->state->leave(m.leg); },
      [self](const key_pressed& m) { self->state->key(m); },
      [self](const key_pause&) { self->state->key_pause(); },
  };
}

}  // namespace confab::actors
