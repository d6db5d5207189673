#pragma once

#include <cstdint>
#include <string>

#include "actors/words.hpp"

/// What legs and MSRP streams say to the register of MSRP sessions.
namespace confab::actors {

/// What a leg's SDP agreed on.
struct chat_session {
  leg_id leg;
  msrp::uri ours;
  msrp::path theirs;
  bool tls = true;
  std::string fingerprint{};  ///< that the peer's certificate must have; empty: any
  leg_actor owner{};
  file_job_ptr file{};  ///< null: chat
};
/// An offer names the session. Its peer may connect as soon as it has answered, before the leg has read that:
/// who claims the session until then waits.
struct promise_session {
  std::string id;
};
/// The call is over, or another offer was made. A session that was agreed on stays.
struct withdraw_promise {
  std::string id;
};
/// A claim is not to wait any longer: `late`, the register to itself. Else its connection is over, or cannot
/// show what its SDP promised: what it has is free for another.
struct give_up_claim {
  std::string id;
  uint64_t claimant = 0;
  bool late = false;
};
/// The session may be claimed from now on.
struct expect_session {
  chat_session session;
};
struct forget_session {
  std::string id;
};
/// A connection says that it is of that session. Answered with a `session_claim`.
struct claim_session {
  std::string id;
  msrp::path from;
  uint64_t claimant = 0;  ///< the stream's actor id
  bool may_wait = true;   ///< for the answer to an offer of ours; who has others behind it may not
};
struct session_claim {
  uint16_t code = 481;  ///< 200: it is yours; 481: none such, or another's; 506: it has a connection
  chat_session session{};
};

using msrp_register_actor =
    caf::typed_actor<caf::reacts_to<promise_session>, caf::reacts_to<withdraw_promise>,
                     caf::reacts_to<give_up_claim>, caf::reacts_to<expect_session>,
                     caf::reacts_to<forget_session>, caf::replies_to<claim_session>::with<session_claim>>;

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::promise_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::withdraw_promise)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::give_up_claim)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::expect_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::forget_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::claim_session)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::session_claim)
