#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include "actors/register_words.hpp"

namespace confab::actors {

/// Which MSRP sessions there are and which have a connection: the first that claims one has it (RFC 4975
/// §5.4), until the leg forgets the session. Who claims must know the peer's session id too; of a session
/// that an offer of ours names that is known with the answer. Plain data.
class session_table {
 public:
  /// What a claim that had to wait is told in the end.
  struct answer {
    uint64_t claimant = 0;
    session_claim claim{};
  };
  using answers = std::vector<answer>;
  /// `most`: sessions and promises at a time; more are not kept, and who claims one gets 481.
  explicit session_table(size_t most) : most_(most) {}
  void promise(const promise_session& m);
  answers withdraw(const withdraw_promise& m);
  answers expect(const expect_session& m);
  answers forget(const forget_session& m);
  /// Nothing: the session is only promised, and the answer comes later.
  std::optional<session_claim> claim(const claim_session& m);
  /// `late`: it waits no longer. Else its connection is over, and what it has is free as well.
  answers give_up(const give_up_claim& m);

 private:
  struct early_claim {
    uint64_t claimant = 0;
    msrp::path from;
  };
  struct entry {
    std::optional<chat_session> session;  ///< absent: promised only
    std::optional<uint64_t> holder{};     ///< whose connection has it
    std::vector<early_claim> early{};
  };
  using table = std::unordered_map<std::string, entry>;
  [[nodiscard]] static session_claim judge(entry& one, const msrp::path& from, uint64_t claimant);
  answers erase(table::iterator at);
  size_t most_;
  table sessions_;  ///< by our session id
};

struct msrp_register_state {
  static inline const char* name = "msrp register";
  explicit msrp_register_state(size_t most) : sessions(most) {}
  void tell(const session_table::answers& answers);
  session_table sessions;
  std::unordered_map<uint64_t, caf::typed_response_promise<session_claim>> waiting;  ///< by claimant
};

/// The `msrp register` actor: the one writer of the table of sessions.
msrp_register_actor::behavior_type msrp_register(
    msrp_register_actor::stateful_pointer<std::optional<msrp_register_state>> self, size_t most);

}  // namespace confab::actors
