#include "signaling/sip/referrals.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

referrals::referrals(user_agent& agent, refer_listener* listener)
    : agent_(agent),
      listener_(listener),
      rate_(agent.settings().refers_per_second, limits::refers_at_once * agent.settings().refers_per_second,
            limits::refer_sources) {}

void referrals::take(const incoming& request, bool shutting_down) {
  const auto [first, last] = by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  if (std::any_of(first, last, [&](const auto& one) { return one.second->began_by(request); })) {
    agent_.reject(request, {482, "Loop Detected", {}});  // RFC 3261 §8.2.2.2
    return;
  }
  if (shutting_down) {
    agent_.reject(request, {503, "Service Unavailable", "Retry-After: 30\r\n"});
    return;
  }
  const auto target = parse_uri(request.wire.request_uri());
  if (!target) return;  // screened
  auto bad = check_require(request.wire);
  if (!bad) bad = check_room(*target, agent_.settings().room_domains);
  if (!bad && (!request.wire.has("contact") || trim(request.wire.first("contact")) == "*"))
    bad = rejection{400, "Bad Request (Contact)", {}};
  if (bad) {
    agent_.reject(request, *bad);
    return;
  }
  begin(request, {*room_of(*target), peer_of(request)});
}

void referrals::take_in_call(const incoming& request, refer_origin origin) {
  begin(request, std::move(origin));
}

void referrals::begin(const incoming& request, refer_origin origin) {
  const bool room_for_it = all_.size() < limits::referrals_per_process;
  if (!room_for_it || !rate_.take(request.source.customer(), std::chrono::steady_clock::now())) {
    agent_.reject(request, {503, "Service Unavailable", "Retry-After: 5\r\n"});
    return;
  }
  const auto read = read_refer(request.wire);
  if (const auto* bad = std::get_if<rejection>(&read)) {
    agent_.reject(request, *bad);
    return;
  }
  if (listener_ == nullptr) {
    agent_.reject(request, {403, "Forbidden (nobody may refer here)", {}});
    return;
  }
  const auto id = agent_.next_subscription();
  auto made = std::make_unique<referral>(agent_, *this, id, std::move(origin));
  auto& who = *all_.emplace(id, std::move(made)).first->second;
  by_call_id_.emplace(std::string(request.wire.first("call-id")), &who);
  who.begin(request, *std::get_if<refer_request>(&read));
}

bool referrals::take_in_dialog(const incoming& request) {
  const auto [first, last] = by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  const auto found =
      std::find_if(first, last, [&](const auto& one) { return one.second->is_dialog_of(request); });
  if (found == last) return false;
  found->second->on_request(request);
  return true;
}

bool referrals::subscribe_in_call(const incoming& request, leg_id leg) {
  const auto event = parse_event(request.wire.first("event"));
  if (!event || event->package != "refer") return false;
  const auto [first, last] = by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  const auto found = std::find_if(first, last, [&](const auto& one) {
    return one.second->leg() == leg && *event == one.second->event();
  });
  if (found != last) {
    found->second->on_subscribe(request);
  } else {
    agent_.reject(request, {481, "Subscription Does Not Exist", {}});
  }
  return true;
}

referral* referrals::find(subscription_id id) noexcept {
  const auto found = all_.find(id);
  return found == all_.end() ? nullptr : found->second.get();
}

void referrals::forget(referral& who) {
  const auto found = all_.find(who.id());
  if (found == all_.end()) return;
  auto [first, last] = by_call_id_.equal_range(who.call_id());
  while (first != last) first = first->second == &who ? by_call_id_.erase(first) : std::next(first);
  leaving_.push_back(std::move(found->second));
  all_.erase(found);
  agent_.tidy();
}

void referrals::stop() {
  std::vector<subscription_id> ids;
  for (const auto& [id, who] : all_) ids.push_back(id);
  for (const auto id : ids)
    if (auto* who = find(id)) who->turn_away();
}

}  // namespace confab::sip
