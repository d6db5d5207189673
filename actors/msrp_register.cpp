#include "actors/msrp_register.hpp"

#include <utility>

namespace confab::actors {

void msrp_register_state::expect(const expect_session& m) {
  if (sessions_.size() >= most_ && !sessions_.contains(m.session.ours.session_id)) return;
  sessions_.insert_or_assign(m.session.ours.session_id, entry{m.session, false});
}

void msrp_register_state::forget(const forget_session& m) {
  sessions_.erase(m.id);
}

void msrp_register_state::release(const release_session& m) {
  const auto found = sessions_.find(m.id);
  if (found != sessions_.end()) found->second.claimed = false;
}

/// A peer behind a relay or NAT has another address in its path than its SDP said, but the same session id.
session_claim msrp_register_state::claim(const claim_session& m) {
  const auto found = sessions_.find(m.id);
  if (found == sessions_.end() || m.from.empty()) return {};
  auto& [session, claimed] = found->second;
  if (!msrp::same_session(m.from.back(), session.theirs.back())) return {};
  if (std::exchange(claimed, true)) return {506};
  return {200, session};
}

msrp_register_actor::behavior_type msrp_register(
    msrp_register_actor::stateful_pointer<std::optional<msrp_register_state>> self, size_t most) {
  self->state.emplace(most);
  return {
      [self](const expect_session& m) { self->state->expect(m); },
      [self](const forget_session& m) { self->state->forget(m); },
      [self](const release_session& m) { self->state->release(m); },
      [self](const claim_session& m) { return self->state->claim(m); },
  };
}

}  // namespace confab::actors
