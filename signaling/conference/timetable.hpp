#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "config/ids.hpp"

namespace confab::conference {

/// When a room and some of its calls come to their end. No clock of its own; owned by one room, which calls
/// `poll` at `deadline`.
class timetable {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  /// Before the end of a room that lasts longer than this.
  static constexpr std::chrono::minutes warning{1};

  struct room_ends_soon {};
  struct room_ends {};
  struct leg_ends {
    leg_id leg;
  };
  using event = std::variant<room_ends_soon, room_ends, leg_ends>;

  /// `longest` 0: the room has no end.
  timetable(std::chrono::milliseconds longest, clock_time made);

  /// This leg ends at `when`; each leg has one end, the first that was set.
  void end_leg(leg_id leg, clock_time when);
  void forget(leg_id leg);
  /// What has come due since, in the order of time; each once.
  std::vector<event> poll(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const;

 private:
  std::multimap<clock_time, event> due_;
  std::unordered_map<leg_id, std::multimap<clock_time, event>::iterator> legs_;
};

}  // namespace confab::conference
