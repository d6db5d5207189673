#include "actors/room.hpp"
#include "config/log.hpp"

/// What the digits of callers do (`rooms.dtmf`).
namespace confab::actors {

namespace {

/// What `rooms.dtmf` may name.
constexpr std::string_view toggle_mute = "toggle-mute";
constexpr std::string_view count = "count";
// Moderators only:
constexpr std::string_view lock = "lock";
constexpr std::string_view everybody_mute = "mute-all";
constexpr std::string_view everybody_unmute = "unmute-all";
constexpr std::string_view last_out = "kick-last";
constexpr std::string_view end_room = "end-room";

/// To dial the keys that end the room once more.
constexpr std::chrono::seconds confirm_time{5};

}  // namespace

void room_state::key(const key_pressed& m) {
  if (key_at_entrance(m)) return;
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
  const auto by = seats_.find(leg);
  const bool moderator = by != seats_.end() && by->second.moderator;
  if (*action == toggle_mute) {
    perform(roster_.toggle_mute(leg));
    show(leg);
  } else if (*action == count) {
    perform(roster_.tell_count(leg));
  } else if (moderator) {
    moderate(leg, *action);
  } else {
    log::info("only moderators may", {{"room", id_.value}, {"leg", to_string(leg)}, {"action", *action}});
  }
}

void room_state::moderate(leg_id leg, const std::string& action) {
  const std::string& by = seats_.at(leg).face.uri;
  if (action == lock) {
    command({conference::lock_command{!locked_}, by});
    run(conference::play_to_leg{leg, locked_ ? "locked" : "unlocked"});
  } else if (action == everybody_mute || action == everybody_unmute) {
    const bool mutes = action == everybody_mute;
    command({conference::mute_all_command{mutes}, by});
    run(conference::play_to_leg{leg, mutes ? "all-muted" : "all-unmuted"});
  } else if (action == last_out) {
    kick_last(leg);
  } else if (action == end_room) {
    ask_to_end(leg);
  }
}

/// The last who came and is no moderator.
void room_state::kick_last(leg_id by) {
  const auto& all = roster_.participants();
  for (auto last = all.rbegin(); last != all.rend(); ++last) {
    const auto& its = seats_.at(last->leg);
    if (its.moderator || !its.put_out_by.empty()) continue;
    command({conference::kick_command{last->leg}, seats_.at(by).face.uri});
    run(conference::play_to_leg{by, "last-put-out"});
    return;
  }
  run(conference::play_to_leg{by, "not-possible"});
}

void room_state::ask_to_end(leg_id by) {
  const auto now = self_->clock().now();
  auto& one = seats_.at(by);
  if (one.asked_to_end && now - *one.asked_to_end <= confirm_time) {
    command({conference::end_command{}, one.face.uri});
    return;
  }
  one.asked_to_end = now;
  run(conference::play_to_leg{by, "end-again"});
}

}  // namespace confab::actors
