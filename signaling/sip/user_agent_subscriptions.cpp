#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "signaling/sip/messages.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/user_agent.hpp"

/// The notifier's place among the sessions: which SUBSCRIBE makes a subscription, which belongs to one.
namespace confab::sip {

subscription* user_agent::find(subscription_id watch) noexcept {
  const auto found = subscriptions_.find(watch);
  return found == subscriptions_.end() ? nullptr : found->second.get();
}

void user_agent::emit(subscription_event event) {
  watchers_->on_subscription_event(std::move(event));
}

subscription* user_agent::find_watched(const incoming& request) const {
  const auto [first, last] = watched_by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  for (auto it = first; it != last; ++it)
    if (it->second->is_dialog_of(request)) return it->second;
  return nullptr;
}

/// Why no subscription can be made now, whoever asks.
std::optional<rejection> user_agent::no_watchers() const {
  if (shutting_down_) return rejection{503, "Service Unavailable", "Retry-After: 30\r\n"};
  if (watchers_ == nullptr) return rejection{480, "Temporarily Unavailable", {}};
  if (subscriptions_.size() >= limits::subscriptions_per_process)
    return rejection{503, "Service Unavailable", "Retry-After: 10\r\n"};
  return std::nullopt;
}

void user_agent::watch(const incoming& request, watch_origin origin, const subscribe_request& asked) {
  const subscription_id id{++last_subscription_};
  auto [place, fresh] =
      subscriptions_.emplace(id, std::make_unique<subscription>(*this, id, std::move(origin)));
  auto& who = *place->second;
  watched_by_call_id_.emplace(std::string(request.wire.first("call-id")), &who);
  who.begin(request, asked);
}

/// RFC 5057 §2: a second usage of the call's dialog. One a call.
void user_agent::subscribe_in_call(const incoming& request, watch_origin origin) {
  const auto [first, last] = watched_by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  const auto known =
      std::find_if(first, last, [&](const auto& one) { return one.second->leg() == origin.leg; });
  if (known != last) {
    known->second->refresh(request);
    return;
  }
  const auto read = read_subscribe(request.wire);
  const auto* bad = std::get_if<rejection>(&read);
  const auto none = no_watchers();
  if (none || bad != nullptr) {
    reject(request, none ? *none : *bad);
    return;
  }
  watch(request, std::move(origin), *std::get_if<subscribe_request>(&read));
}

void user_agent::call_over(leg_id leg, dialog& speaks) {
  messages_->call_over(leg);
  std::vector<subscription*> sharing;
  const auto [first, last] = watched_by_call_id_.equal_range(speaks.call_id());
  for (auto it = first; it != last; ++it)
    if (it->second->leg() == leg) sharing.push_back(it->second);
  for (auto* const one : sharing) one->call_over(speaks);
}

bool user_agent::arrived_before(const incoming& request) const {
  if (request.wire.method() == "INVITE") return merged(request);
  if (request.wire.method() == "MESSAGE") return messages_->arrived_before(request);
  if (request.wire.method() != "SUBSCRIBE") return false;
  const auto [first, last] = watched_by_call_id_.equal_range(std::string(request.wire.first("call-id")));
  return std::any_of(first, last, [&](const auto& one) { return one.second->began_by(request); });
}

void user_agent::subscribe(const incoming& request) {
  if (shutting_down_) {
    reject(request, *no_watchers());
    return;
  }
  const auto read = read_subscribe(request.wire);
  if (const auto* bad = std::get_if<rejection>(&read)) {
    reject(request, *bad);
    return;
  }
  if (auto bad = admit_subscribe(request.wire, settings_.room_domains)) {
    reject(request, *bad);
    return;
  }
  if (const auto none = no_watchers()) {
    reject(request, *none);
    return;
  }
  auto room = room_of(*parse_uri(request.wire.request_uri()));
  watch(request, {std::move(*room), peer_of(request)}, *std::get_if<subscribe_request>(&read));
}

void user_agent::forget(subscription& who) {
  const auto found = subscriptions_.find(who.id());
  if (found == subscriptions_.end()) return;
  auto [first, last] = watched_by_call_id_.equal_range(who.call_id());
  while (first != last) first = first->second == &who ? watched_by_call_id_.erase(first) : std::next(first);
  unsubscribed_.push_back(std::move(found->second));
  subscriptions_.erase(found);
  sweep_later();
  finish_shutdown();
}

void user_agent::stop_subscriptions() {
  std::vector<subscription_id> all;
  for (const auto& [id, who] : subscriptions_) all.push_back(id);
  for (const auto id : all)
    if (auto* who = find(id)) who->turn_away();
}

}  // namespace confab::sip
