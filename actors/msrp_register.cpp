#include "actors/msrp_register.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::actors {

/// One that there is stays: a re-INVITE repeats the sessions that go on.
void session_table::promise(const promise_session& m) {
  if (sessions_.size() < most_) sessions_.try_emplace(m.id);
}

session_table::answers session_table::withdraw(const withdraw_promise& m) {
  const auto found = sessions_.find(m.id);
  return found == sessions_.end() || found->second.session ? answers{} : erase(found);
}

session_table::answers session_table::expect(const expect_session& m) {
  const std::string& id = m.session.ours.session_id;
  if (sessions_.size() >= most_ && !sessions_.contains(id)) return {};
  auto& one = sessions_[id];
  one.session = m.session;
  one.holder.reset();
  answers out;
  for (const auto& early : std::exchange(one.early, {}))
    out.push_back({early.claimant, judge(one, early.from, early.claimant)});
  return out;
}

session_table::answers session_table::forget(const forget_session& m) {
  const auto found = sessions_.find(m.id);
  return found == sessions_.end() ? answers{} : erase(found);
}

session_table::answers session_table::erase(table::iterator at) {
  answers out;
  for (const auto& one : at->second.early) out.push_back({one.claimant, {}});
  sessions_.erase(at);
  return out;
}

std::optional<session_claim> session_table::claim(const claim_session& m) {
  const auto found = sessions_.find(m.id);
  if (found == sessions_.end() || m.from.empty()) return session_claim{};
  auto& one = found->second;
  if (one.session) return judge(one, m.from, m.claimant);
  if (!m.may_wait || one.early.size() >= limits::msrp_early_claims) return session_claim{};
  one.early.push_back({m.claimant, m.from});
  return std::nullopt;
}

session_table::answers session_table::give_up(const give_up_claim& m) {
  const auto found = sessions_.find(m.id);
  if (found == sessions_.end()) return {};
  auto& one = found->second;
  if (!m.late && one.holder == m.claimant) one.holder.reset();
  const auto left =
      std::erase_if(one.early, [&](const early_claim& early) { return early.claimant == m.claimant; });
  return left == 0 ? answers{} : answers{{m.claimant, {}}};
}

/// A peer behind a relay or NAT has another address in its path than its SDP said, but the same session id.
session_claim session_table::judge(entry& one, const msrp::path& from, uint64_t claimant) {
  if (!msrp::same_session(from.back(), one.session->theirs.back())) return {};
  if (one.holder) return {506};
  one.holder = claimant;
  return {200, *one.session};
}

void msrp_register_state::tell(const session_table::answers& answers) {
  for (const auto& one : answers) {
    auto found = waiting.extract(one.claimant);
    if (!found.empty()) found.mapped().deliver(one.claim);
  }
}

msrp_register_actor::behavior_type msrp_register(
    msrp_register_actor::stateful_pointer<std::optional<msrp_register_state>> self, size_t most) {
  self->state.emplace(most);
  auto* const all = &*self->state;
  return {
      [all](const promise_session& m) { all->sessions.promise(m); },
      [all](const withdraw_promise& m) { all->tell(all->sessions.withdraw(m)); },
      [all](const expect_session& m) { all->tell(all->sessions.expect(m)); },
      [all](const forget_session& m) { all->tell(all->sessions.forget(m)); },
      [all](const give_up_claim& m) { all->tell(all->sessions.give_up(m)); },
      [self, all](const claim_session& m) -> caf::result<session_claim> {
        if (auto said = all->sessions.claim(m)) return std::move(*said);
        auto promise = self->make_response_promise<session_claim>();
        all->waiting.insert_or_assign(m.claimant, promise);
        self->delayed_send(self, limits::msrp_early_claim, give_up_claim{m.id, m.claimant, true});
        return promise;
      },
  };
}

}  // namespace confab::actors
