#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/directory.hpp"
#include "actors/leg_order.hpp"
#include "actors/words.hpp"
#include "signaling/conference/timetable.hpp"

namespace confab::actors {

/// Where callers hear themselves, each alone (`rooms.echo`). Not a conference: nobody may watch it or refer
/// it, keys do nothing, and a call ends after `longest_call`.
class echo_room_state {
 public:
  static inline const char* name = "echo room";
  static constexpr std::chrono::minutes longest_call{10};
  echo_room_state(room_actor::pointer self, room_id id, services_ptr shared, std::vector<shard_actor> shards);

  caf::result<outcome> open(const open_media& wish);
  void join(const join_room& m);
  void update(const update_participant& m);
  void leave(const leave_room& m);
  void watch(const watch_news& m);
  void refer(const refer_news& m);
  void message(const message_news& m);
  outcome command(const room_command& m);
  [[nodiscard]] room_snapshot snapshot() const;
  void timetable_pause();

 private:
  struct caller {
    leg_actor actor;
    room_snapshot::member shown;
  };
  void await_timetable();

  room_actor::pointer self_;
  room_id id_;
  services_ptr shared_;
  std::vector<shard_actor> shards_;
  std::map<leg_id, caller, earlier_call> callers_;  ///< leg ids grow: in the order they came
  conference::timetable timetable_;
  bool timer_runs_ = false;
};

/// The `room` actor of an echo room.
room_actor::behavior_type echo_room(room_actor::stateful_pointer<std::optional<echo_room_state>> self,
                                    room_id id, services_ptr shared, std::vector<shard_actor> shards);

}  // namespace confab::actors
