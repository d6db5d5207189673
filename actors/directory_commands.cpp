#include <algorithm>

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>

#include "actors/directory.hpp"

/// What those who run rooms ask of the directory, and what it remembers for their rooms.
namespace confab::actors {

bool directory_state::is_kept_out(const room_entry& room, const sip::peer& who) const {
  const bool verified = !who.identity.empty();
  return room.put_out.bars(verified ? who.identity : who.uri, verified, self_->clock().now());
}

void directory_state::on_keep_out(const keep_out& m) {
  const auto room = rooms_.find(m.room);
  if (room != rooms_.end()) room->second.put_out.add(m.uri, m.verified, self_->clock().now());
}

void directory_state::on_ending(const room_ending& m) {
  const auto room = rooms_.find(m.room);
  if (room != rooms_.end()) room->second.ending = true;
}

caf::result<outcome> directory_state::on_command(const to_room& m) {
  const auto room = rooms_.find(m.room);
  if (room == rooms_.end()) return outcome{false, "there is no such room"};
  return self_->delegate(room->second.actor, m.command);
}

caf::result<room_snapshot> directory_state::look_into(const look_into_room& m) {
  const auto room = rooms_.find(m.room);
  if (room == rooms_.end()) return room_snapshot{.found = false};
  return self_->delegate(room->second.actor, snapshot_request{});
}

room_list directory_state::list() const {
  room_list out;
  out.rooms.reserve(rooms_.size());
  for (const auto& [id, entry] : rooms_) out.rooms.push_back({id, entry.legs, entry.locked});
  std::ranges::sort(out.rooms, {}, [](const auto& one) -> const std::string& { return one.room.value; });
  return out;
}

}  // namespace confab::actors
