#include "actors/room.hpp"
#include "config/log.hpp"

/// What the digits of callers do (`rooms.dtmf`).
namespace confab::actors {

namespace {

/// What `rooms.dtmf` may name.
constexpr std::string_view toggle_mute = "toggle-mute";
constexpr std::string_view lock = "lock";
constexpr std::string_view everybody_mute = "mute-all";
constexpr std::string_view count = "count";

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
  } else if (!moderator) {
    log::info("only moderators may", {{"room", id_.value}, {"leg", to_string(leg)}, {"action", *action}});
  } else if (*action == lock) {
    toggle_lock(leg);
  } else if (*action == everybody_mute) {
    mute_all(leg);
  }
}

void room_state::toggle_lock(leg_id by) {
  locked_ = !locked_;
  self_->send(directory_, lock_room{id_, locked_});
  focus_.lock(locked_, self_->clock().now());
  await_watchers();
  run(conference::play_to_leg{by, locked_ ? "locked" : "unlocked"});
}

void room_state::mute_all(leg_id by) {
  for (const auto& [leg, one] : seats_) {
    if (one.moderator) continue;
    perform(roster_.mute(leg, true));
    show(leg);
  }
  run(conference::play_to_leg{by, "all-muted"});
}

}  // namespace confab::actors
