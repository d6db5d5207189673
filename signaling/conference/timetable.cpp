#include "signaling/conference/timetable.hpp"

namespace confab::conference {

timetable::timetable(std::chrono::milliseconds longest, clock_time made) {
  if (longest.count() == 0) return;
  if (longest > warning) due_.emplace(made + longest - warning, room_ends_soon{});
  due_.emplace(made + longest, room_ends{});
}

void timetable::end_leg(leg_id leg, clock_time when) {
  if (!legs_.contains(leg)) legs_.emplace(leg, due_.emplace(when, leg_ends{leg}));
}

void timetable::forget(leg_id leg) {
  const auto found = legs_.find(leg);
  if (found == legs_.end()) return;
  due_.erase(found->second);
  legs_.erase(found);
}

std::vector<timetable::event> timetable::poll(clock_time now) {
  std::vector<event> out;
  while (!due_.empty() && due_.begin()->first <= now) {
    out.push_back(due_.begin()->second);
    if (const auto* leg = std::get_if<leg_ends>(&out.back())) legs_.erase(leg->leg);
    due_.erase(due_.begin());
  }
  return out;
}

std::optional<timetable::clock_time> timetable::deadline() const {
  if (due_.empty()) return std::nullopt;
  return due_.begin()->first;
}

}  // namespace confab::conference
