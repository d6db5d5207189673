#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"

/// What those who run the room have done in it, and what comes due by itself.
namespace confab::actors {

namespace {

/// A timer holds the actor's memory until it fires, also when the room is long over.
constexpr std::chrono::minutes longest_timer{1};

outcome nobody() {
  return {false, "nobody of that name is in the room"};
}

}  // namespace

outcome room_state::command(const room_command& m) {
  outcome done = std::visit([&](const auto& c) { return obey(c, m.by); }, m.what);
  log::info("command", {{"room", id_.value},
                        {"by", m.by},
                        {"what", conference::to_string(m.what)},
                        {"result", done.ok ? std::string("done") : done.text}});
  return done;
}

std::vector<leg_id> room_state::legs_of(const conference::whom& who) const {
  std::vector<leg_id> out;
  for (const auto& one : roster_.participants())
    if (conference::is_meant(who, one.leg, one.uri)) out.push_back(one.leg);
  return out;
}

outcome room_state::obey(const conference::mute_command& c, const std::string&) {
  const auto legs = legs_of(c.who);
  if (legs.empty()) return nobody();
  for (const leg_id leg : legs) {
    perform(roster_.mute(leg, c.on));
    show(leg);
  }
  const bool done = std::ranges::any_of(legs, [&](leg_id leg) { return roster_.find(leg)->muted == c.on; });
  return done ? outcome{} : outcome{false, "it muted itself, and only it may open itself"};
}

outcome room_state::obey(const conference::deafen_command& c, const std::string&) {
  const auto legs = legs_of(c.who);
  if (legs.empty()) return nobody();
  for (const leg_id leg : legs) {
    perform(roster_.deafen(leg, c.on));
    show(leg);
  }
  return {};
}

outcome room_state::obey(const conference::kick_command& c, const std::string& by) {
  const std::string reason = c.reason.empty() ? "you were put out of the conference" : c.reason;
  const auto legs = legs_of(c.who);
  for (const leg_id leg : legs) {
    const auto& who = seats_.at(leg);
    const bool verified = !who.identity.empty();
    self_->send(directory_, keep_out{id_, verified ? who.identity : who.face.uri, verified});
  }
  expel(legs, reason, by);
  size_t outside = 0;
  for (const auto& [at, guest] : guests_) {
    const auto& who = guest.news;
    if (!conference::is_meant(c.who, at, who.uri)) continue;
    const bool verified = !who.identity.empty();
    self_->send(directory_, keep_out{id_, verified ? who.identity : who.uri, verified});
    self_->send(who.actor, remove_leg{reason});
    ++outside;
  }
  for (const auto& [called, target] : ringing_) {
    if (!conference::is_meant(c.who, called, target)) continue;
    shared_->control->hang_up(called, reason);
    ++outside;
  }
  return legs.empty() && outside == 0 ? nobody() : outcome{};
}

/// Its `leave_room` follows.
void room_state::put_out(leg_id leg, const std::string& reason, const std::string& by) {
  auto& who = seats_.at(leg);
  who.put_out_by = by;
  self_->send(who.actor, remove_leg{reason});
}

/// Who is put out by others: they do not want it to see and hear more, however long its call takes to end
/// (decision 032).
void room_state::expel(const std::vector<leg_id>& legs, const std::string& reason, const std::string& by) {
  bool anybody = false;
  for (const leg_id leg : legs) {
    auto& who = seats_.at(leg);
    if (std::exchange(who.expelled, true)) continue;  // it is on its way out
    anybody = true;
    put_out(leg, reason, by);
    end_files_of(leg, reason);
    focus_.put_out(leg);
    if (chat_) chat_->put_out(leg);
  }
  if (anybody) change_links();
}

/// It has a seat, and nobody has put it out.
bool room_state::is_in(leg_id leg) const {
  const auto found = seats_.find(leg);
  return found != seats_.end() && !found->second.expelled;
}

/// Whoever comes later may speak: who wants it otherwise has `rooms.mute-on-entry`.
outcome room_state::obey(const conference::mute_all_command& c, const std::string&) {
  for (const auto& [leg, one] : seats_) {
    if (c.on && one.moderator) continue;
    perform(roster_.mute(leg, c.on));
    show(leg);
  }
  return {};
}

outcome room_state::obey(const conference::lock_command& c, const std::string&) {
  locked_ = c.on;
  self_->send(directory_, lock_room{id_, locked_});
  focus_.lock(locked_, self_->clock().now());
  await_watchers();
  return {};
}

/// The room is over when the last of its calls is. Those on their way into it find `ending_`.
outcome room_state::obey(const conference::end_command& c, const std::string& by) {
  if (ending_) return {};
  if (lobby_) return {false, "the lobby is no conference"};
  ending_ = c.reason.empty() ? "the conference was ended" : c.reason;
  self_->send(directory_, room_ending{id_});
  for (const auto& [leg, one] : seats_) put_out(leg, *ending_, by);
  for (const auto& [leg, actor] : arriving_) self_->send(actor, remove_leg{*ending_});
  for (const auto& [leg, guest] : guests_) self_->send(guest.news.actor, remove_leg{*ending_});
  for (const auto& [leg, target] : ringing_) shared_->control->hang_up(leg, *ending_);
  end_files(*ending_);
  return {};
}

room_snapshot room_state::snapshot() const {
  room_snapshot out;
  out.locked = locked_;
  for (const auto& one : roster_.participants()) {
    const auto& its = seats_.at(one.leg);
    out.members.push_back({one.leg, one.uri, one.display_name, its.face.since, one.muted, one.deaf,
                           one.on_hold, its.moderator});
  }
  return out;
}

void room_state::on(const conference::timetable::room_ends_soon&) {
  log::info("room ends in a minute", {{"room", id_.value}});
  if (shared_->configured->rooms.announcements) run(conference::play_to_room{{}, "ends-soon"});
}

void room_state::on(const conference::timetable::room_ends&) {
  command({conference::end_command{"the longest duration of a conference is over"}, "sip:" + id_.value});
}

void room_state::on(const conference::timetable::leg_ends& due) {
  log::info("a call out has lasted as long as it may", {{"room", id_.value}, {"leg", to_string(due.leg)}});
  const std::string why = "the longest duration of a call is over";
  if (seats_.contains(due.leg)) {
    put_out(due.leg, why, "sip:" + id_.value);
  } else {
    turn_away(due.leg, why);
  }
}

void room_state::timetable_pause() {
  const auto now = self_->clock().now();
  if (timetable_timer_ && now < *timetable_timer_) return;  // of a time that is not the next any more
  timetable_timer_.reset();
  for (const auto& event : timetable_.poll(now)) std::visit([this](const auto& e) { on(e); }, event);
  await_timetable();
}

void room_state::await_timetable() {
  const auto due = timetable_.deadline();
  if (!due || (timetable_timer_ && *timetable_timer_ <= *due)) return;
  const auto now = self_->clock().now();
  const auto wait = std::clamp<caf::actor_clock::duration_type>(
      *due - now, caf::actor_clock::duration_type{0}, longest_timer);
  timetable_timer_ = now + wait;
  self_->delayed_send(self_, wait, actors::timetable_pause{});
}

}  // namespace confab::actors
