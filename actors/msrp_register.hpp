#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/register_words.hpp"

namespace confab::actors {

/// Which MSRP sessions there are and which have a connection: the first that claims one has it (RFC 4975
/// §5.4), until the leg forgets the session. Who claims must know the peer's session id too; of a session
/// that an offer of ours names that is known with the answer.
class msrp_register_state {
 public:
  static inline const char* name = "msrp register";
  /// `most`: sessions and promises at a time; more are not kept, and who claims one gets 481.
  explicit msrp_register_state(size_t most) : most_(most) {}
  using answer = std::function<void(session_claim)>;
  void promise(const promise_session& m);
  void withdraw(const withdraw_promise& m);
  void end_early(const end_early_claims& m);
  void expect(const expect_session& m);
  void forget(const forget_session& m);
  void release(const release_session& m);
  /// Answers at once, or, of a session that is promised, once it is agreed on, `end_early` says so or the
  /// promise ends. True: the answer waits.
  bool claim(const claim_session& m, answer to);

 private:
  struct early_claim {
    msrp::path from;
    answer to;
  };
  struct entry {
    std::optional<chat_session> session;  ///< absent: promised only
    bool claimed = false;
    std::vector<early_claim> early{};
  };
  using table = std::unordered_map<std::string, entry>;
  [[nodiscard]] static session_claim judge(entry& one, const msrp::path& from);
  void erase(table::iterator at);
  size_t most_;
  table sessions_;  ///< by our session id
};

/// The `msrp register` actor: the one writer of the table of sessions.
msrp_register_actor::behavior_type msrp_register(
    msrp_register_actor::stateful_pointer<std::optional<msrp_register_state>> self, size_t most);

}  // namespace confab::actors
