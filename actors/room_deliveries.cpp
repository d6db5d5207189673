#include "actors/room_deliveries.hpp"

#include <utility>

#include "signaling/sip/uri.hpp"

namespace confab::actors {

namespace {

/// It knows no such media or method, RFC 3261 §21.4.13, §21.4.26, §21.5.2, §21.6.4. Others do not want it
/// now, or are not there.
constexpr bool says_unable(uint16_t status) noexcept {
  return status == 415 || status == 488 || status == 501 || status == 606;
}

}  // namespace

void room_deliveries::begin(leg_id call, recipient to) {
  under_way_.insert_or_assign(call, delivery{std::move(to)});
}

bool room_deliveries::on(const dial_report& m) {
  const auto found = under_way_.find(m.leg);
  if (found == under_way_.end()) return false;
  if (m.status < 300) return found->second.over;
  if (says_unable(m.status)) unable_.insert(found->second.to.seat);
  under_way_.erase(found);
  return false;
}

std::vector<leg_id> room_deliveries::put_out(const std::string& owner, bool verified) {
  std::vector<leg_id> out;
  for (auto& [call, one] : under_way_) {
    if (one.to.verified != verified || !sip::same_person(one.to.owner, owner)) continue;
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
