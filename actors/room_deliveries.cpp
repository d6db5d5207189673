#include "actors/room_deliveries.hpp"

namespace confab::actors {

namespace {

/// It knows no such media or method, RFC 3261 §21.4.13, §21.4.26, §21.5.2, §21.6.4. Others do not want it
/// now, or are not there.
constexpr bool says_unable(uint16_t status) noexcept {
  return status == 415 || status == 488 || status == 501 || status == 606;
}

}  // namespace

bool room_deliveries::on(const dial_report& m) {
  const auto found = under_way_.find(m.leg);
  if (found == under_way_.end()) return false;
  if (m.status < 300) return found->second.over;
  if (says_unable(m.status) && found->second.seat) unable_.insert(*found->second.seat);
  under_way_.erase(found);
  return false;
}

void room_deliveries::left(leg_id seat) {
  unable_.erase(seat);
  for (auto& [call, one] : under_way_) {
    if (one.seat == seat) one.seat.reset();
  }
}

std::vector<leg_id> room_deliveries::put_out(leg_id seat) {
  std::vector<leg_id> out;
  for (auto& [call, one] : under_way_) {
    if (one.seat != seat) continue;
    one.over = true;
    out.push_back(call);
  }
  return out;
}

std::vector<leg_id> room_deliveries::end() {
  std::vector<leg_id> out;
  for (auto& [call, one] : under_way_) {
    one.over = true;
    out.push_back(call);
  }
  return out;
}

}  // namespace confab::actors
