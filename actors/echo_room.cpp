#include "actors/echo_room.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>

#include "config/log.hpp"
#include "config/log_format.hpp"

namespace confab::actors {

echo_room_state::echo_room_state(room_actor::pointer self, room_id id, services_ptr shared,
                                 std::vector<shard_actor> shards)
    : self_(self),
      id_(std::move(id)),
      shared_(std::move(shared)),
      shards_(std::move(shards)),
      timetable_(std::chrono::milliseconds{0}, {}) {}

/// The leg is an echo before its stream begins, so that callers never hear each other. What the room has on
/// several shards needs no sections: nothing is mixed.
caf::result<outcome> echo_room_state::open(const open_media& wish) {
  open_media alone = wish;
  alone.echo = true;
  return self_->delegate(shards_[wish.shard], std::move(alone));
}

void echo_room_state::join(const join_room& m) {
  const auto since = log::format_time(std::chrono::system_clock::now());
  callers_.insert_or_assign(
      m.leg, caller{m.actor, {m.leg, m.uri, m.display_name, since, false, false, m.on_hold, false}});
  if (shared_->configured->rooms.announcements) {
    if (auto greeting = shared_->sounds->find("echo-test")) {
      self_->send(shards_[m.shard], play_to_leg{m.leg, std::move(greeting)});
    } else {
      log::warning("a prompt is missing; callers do not hear it",
                   {{"prompt", "echo-test"}, {"do", "add it to rooms.sounds-directory"}});
    }
  }
  timetable_.end_leg(m.leg, self_->clock().now() + longest_call);
  await_timetable();
}

void echo_room_state::update(const update_participant& m) {
  const auto found = callers_.find(m.leg);
  if (found != callers_.end()) found->second.shown.on_hold = m.on_hold;
}

void echo_room_state::leave(const leave_room& m) {
  callers_.erase(m.leg);
  timetable_.forget(m.leg);
}

void echo_room_state::watch(const watch_news& m) {
  if (const auto* wish = std::get_if<sip::incoming_subscription>(&m.event))
    shared_->watch_control->refuse_subscription(wish->id, sip::forbidden("an echo test is no conference"));
}

void echo_room_state::refer(const refer_news& m) {
  if (const auto* wish = std::get_if<sip::incoming_refer>(&m.event))
    shared_->refer_control->refuse_refer(wish->id, sip::forbidden("an echo test is no conference"));
}

void echo_room_state::message(const message_news& m) {
  shared_->message_control->refuse_message(m.message.id, sip::forbidden("an echo test has no chat"));
}

/// There is nobody to mute or to lock out: calls can be ended, one or all.
outcome echo_room_state::command(const room_command& m) {
  const auto* kick = std::get_if<conference::kick_command>(&m.what);
  const auto* end = std::get_if<conference::end_command>(&m.what);
  if (kick == nullptr && end == nullptr) return {false, "an echo test is no conference"};
  const std::string& wanted = kick != nullptr ? kick->reason : end->reason;
  const std::string reason = wanted.empty() ? "the echo test was ended" : wanted;
  size_t ended = 0;
  for (const auto& [leg, one] : callers_) {
    const bool named = kick != nullptr && conference::is_meant(kick->who, one.shown.leg, one.shown.uri);
    if (end == nullptr && !named) continue;
    self_->send(one.actor, remove_leg{reason});
    ++ended;
  }
  log::info("command", {{"room", id_.value},
                        {"by", m.by},
                        {"what", conference::to_string(m.what)},
                        {"calls", std::to_string(ended)}});
  return ended > 0 || end != nullptr ? outcome{} : outcome{false, "nobody of that name is in the room"};
}

room_snapshot echo_room_state::snapshot() const {
  room_snapshot out;
  for (const auto& [leg, one] : callers_) out.members.push_back(one.shown);
  return out;
}

void echo_room_state::timetable_pause() {
  timer_runs_ = false;
  for (const auto& event : timetable_.poll(self_->clock().now())) {
    const auto* due = std::get_if<conference::timetable::leg_ends>(&event);
    const auto found = due == nullptr ? callers_.end() : callers_.find(due->leg);
    if (found != callers_.end()) self_->send(found->second.actor, remove_leg{"the echo test is over"});
  }
  await_timetable();
}

/// All calls last equally long, so the first end that is awaited stays the first.
void echo_room_state::await_timetable() {
  const auto due = timetable_.deadline();
  if (!due || std::exchange(timer_runs_, true)) return;
  const auto wait = std::max(*due - self_->clock().now(), caf::actor_clock::duration_type{0});
  self_->delayed_send(self_, wait, actors::timetable_pause{});
}

room_actor::behavior_type echo_room(room_actor::stateful_pointer<std::optional<echo_room_state>> self,
                                    room_id id, services_ptr shared, std::vector<shard_actor> shards) {
  self->state.emplace(self, std::move(id), std::move(shared), std::move(shards));
  return {
      [self](const open_media& m) { return self->state->open(m); },
      [](const arriving_leg&) {},
      [self](const join_room& m) { self->state->join(m); },
      [self](const update_participant& m) { self->state->update(m); },
      [self](const leave_room& m) { self->state->leave(m); },
      [](const invite_progress&) {},
      [](const key_pressed&) {},
      [](const key_pause&) {},
      [](const entrance_pause&) {},
      [self](const watch_news& m) { self->state->watch(m); },
      [](const watch_pause&) {},
      [self](const room_over&) { self->quit(); },
      [self](const refer_news& m) { self->state->refer(m); },
      [self](const message_news& m) { self->state->message(m); },
      [](const dial_report&) {},
      [](const participant_source&) {},
      [self](const join_chat& m) { self->send(m.stream, close_chat{"an echo room has no chat"}); },
      [](const leave_chat&) {},
      [](const chat_came&) {},
      [](const nickname_came&) {},
      [](const ask_for_files& m) -> file_verdicts {
        return {{m.streams.size(), file_verdict{403, "an echo test is no conference", {}, nullptr}}};
      },
      [](const file_moved&) {},
      [](const file_over&) {},
      [](const forget_file&) {},
      [](const files_pause&) {},
      [](const leaving_leg&) {},
      [self](const timetable_pause&) { self->state->timetable_pause(); },
      [](const participant_talks&) {},
      [](const page_pause&) {},
      [self](const room_command& m) { return self->state->command(m); },
      [self](const snapshot_request&) { return self->state->snapshot(); },
  };
}

}  // namespace confab::actors
