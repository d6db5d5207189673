#include "actors/msrp_register.hpp"

#include <memory>
#include <utility>

#include "config/limits.hpp"

namespace confab::actors {

/// One that there is stays: a re-INVITE repeats the sessions that go on.
void msrp_register_state::promise(const promise_session& m) {
  if (sessions_.size() < most_) sessions_.try_emplace(m.id);
}

void msrp_register_state::withdraw(const withdraw_promise& m) {
  const auto found = sessions_.find(m.id);
  if (found != sessions_.end() && !found->second.session) erase(found);
}

void msrp_register_state::end_early(const end_early_claims& m) {
  const auto found = sessions_.find(m.id);
  if (found == sessions_.end()) return;
  for (const auto& one : std::exchange(found->second.early, {})) one.to({});
}

void msrp_register_state::expect(const expect_session& m) {
  const std::string& id = m.session.ours.session_id;
  if (sessions_.size() >= most_ && !sessions_.contains(id)) return;
  auto& one = sessions_[id];
  one.session = m.session;
  one.claimed = false;
  for (const auto& early : std::exchange(one.early, {})) early.to(judge(one, early.from));
}

void msrp_register_state::forget(const forget_session& m) {
  const auto found = sessions_.find(m.id);
  if (found != sessions_.end()) erase(found);
}

void msrp_register_state::erase(table::iterator at) {
  const auto early = std::move(at->second.early);
  sessions_.erase(at);
  for (const auto& one : early) one.to({});
}

void msrp_register_state::release(const release_session& m) {
  const auto found = sessions_.find(m.id);
  if (found != sessions_.end()) found->second.claimed = false;
}

bool msrp_register_state::claim(const claim_session& m, answer to) {
  const auto found = sessions_.find(m.id);
  if (found == sessions_.end() || m.from.empty()) {
    to({});
    return false;
  }
  auto& one = found->second;
  if (one.session) {
    to(judge(one, m.from));
    return false;
  }
  if (one.early.size() >= limits::msrp_early_claims) {
    to({});
    return false;
  }
  one.early.push_back({m.from, std::move(to)});
  return true;
}

/// A peer behind a relay or NAT has another address in its path than its SDP said, but the same session id.
session_claim msrp_register_state::judge(entry& one, const msrp::path& from) {
  if (!msrp::same_session(from.back(), one.session->theirs.back())) return {};
  if (std::exchange(one.claimed, true)) return {506};
  return {200, *one.session};
}

msrp_register_actor::behavior_type msrp_register(
    msrp_register_actor::stateful_pointer<std::optional<msrp_register_state>> self, size_t most) {
  self->state.emplace(most);
  return {
      [self](const promise_session& m) { self->state->promise(m); },
      [self](const withdraw_promise& m) { self->state->withdraw(m); },
      [self](const end_early_claims& m) { self->state->end_early(m); },
      [self](const expect_session& m) { self->state->expect(m); },
      [self](const forget_session& m) { self->state->forget(m); },
      [self](const release_session& m) { self->state->release(m); },
      [self](const claim_session& m) -> caf::result<session_claim> {
        auto promise = self->make_response_promise<session_claim>();
        auto answer = [promise](session_claim claim) mutable { promise.deliver(std::move(claim)); };
        if (self->state->claim(m, std::move(answer)))
          self->delayed_send(self, limits::msrp_early_claim, end_early_claims{m.id});
        return promise;
      },
  };
}

}  // namespace confab::actors
