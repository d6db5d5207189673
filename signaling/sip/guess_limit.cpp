#include "signaling/sip/guess_limit.hpp"

#include <algorithm>
#include <cstring>

namespace confab::sip {

size_t guess_limit::most_of(const key& of) const noexcept {
  return of.second == 0 ? policy_.per_user * guess_policy::users_per_source : policy_.per_user;
}

std::chrono::milliseconds guess_limit::wait_of(const key& of, clock_time now) const {
  const auto found = counts_.find(of);
  if (found == counts_.end() || found->second.wrong < most_of(of)) return {};
  const auto until = found->second.since + policy_.window;
  return until <= now ? std::chrono::milliseconds{}
                      : std::chrono::ceil<std::chrono::milliseconds>(until - now);
}

std::chrono::milliseconds guess_limit::wait(const guesser& who, clock_time now) const {
  if (policy_.per_user == 0) return {};
  return std::max(wait_of({who.source, 0}, now), wait_of({who.source, who.user}, now));
}

bool guess_limit::wrong(const guesser& who, clock_time now) {
  if (policy_.per_user == 0) return false;
  forget_old(now);
  const bool of_user = add({who.source, who.user}, now);
  return add({who.source, 0}, now) || of_user;
}

bool guess_limit::add(const key& to, clock_time now) {
  auto found = counts_.find(to);
  if (found == counts_.end()) {
    // Full: the oldest leaves. Who has so many addresses has as many guesses without us.
    if (counts_.size() >= most_) {
      counts_.erase(in_order_.front());
      in_order_.pop_front();
    }
    found = counts_.emplace(to, count{now, 0}).first;
    in_order_.push_back(to);
  }
  return ++found->second.wrong == most_of(to);
}

void guess_limit::right(const guesser& who) {
  const auto found = counts_.find({who.source, who.user});
  if (found != counts_.end()) found->second.wrong = 0;  // stays, so that `in_order_` has each key once
}

void guess_limit::forget_old(clock_time now) {
  while (!in_order_.empty()) {
    const auto oldest = counts_.find(in_order_.front());
    if (oldest->second.since + policy_.window > now) return;
    counts_.erase(oldest);
    in_order_.pop_front();
  }
}

std::string guess_source(const socket_address& address) {
  return address.customer();
}

}  // namespace confab::sip
