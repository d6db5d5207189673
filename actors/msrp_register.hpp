#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include <caf/typed_event_based_actor.hpp>

#include "actors/register_words.hpp"

namespace confab::actors {

/// Which MSRP sessions there are and which have a connection: the first that claims one has it (RFC 4975
/// §5.4), until the leg forgets the session. Who claims must know the peer's session id too.
class msrp_register_state {
 public:
  static inline const char* name = "msrp register";
  /// `most`: sessions at a time; more are not kept, and who claims one gets 481.
  explicit msrp_register_state(size_t most) : most_(most) {}
  void expect(const expect_session& m);
  void forget(const forget_session& m);
  void release(const release_session& m);
  session_claim claim(const claim_session& m);

 private:
  struct entry {
    chat_session session;
    bool claimed = false;
  };
  size_t most_;
  std::unordered_map<std::string, entry> sessions_;  ///< by our session id
};

/// The `msrp register` actor: the one writer of the table of sessions.
msrp_register_actor::behavior_type msrp_register(
    msrp_register_actor::stateful_pointer<std::optional<msrp_register_state>> self, size_t most);

}  // namespace confab::actors
