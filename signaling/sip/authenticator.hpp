#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signaling/sip/digest_credentials.hpp"
#include "signaling/sip/guess_limit.hpp"
#include "signaling/sip/nonce_store.hpp"
#include "signaling/sip/rejection.hpp"
#include "signaling/sip/user_store.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// What of a request authentication looks at. Borrows from the message.
struct auth_request {
  std::string_view method;
  std::string_view request_uri;
  std::vector<std::string_view> credentials;  ///< each value of Authorization
  std::string source{};                       ///< whom a challenge goes to, see `guess_source`

  /// At most `limits::digest_answers` values; those behind are not looked at.
  static auth_request of(const wire_message& request, const socket_address& source);
};

enum class auth_outcome : uint8_t {
  accepted,    ///< `identity` holds
  challenged,  ///< 401: nobody answered yet, or the nonce was stale or spent
  refused,     ///< 403: wrong user, password or algorithm, no qop, or too many wrong passwords before;
               ///< 400: unreadable, or for another target
};

struct auth_verdict {
  auth_outcome outcome;
  std::string identity;   ///< "sip:alice@example.com"
  rejection answer;       ///< of the other two: status, reason, header lines
  std::string guessed{};  ///< the user whose wrong password was one too many, so that somebody is told
};

/// What an operator may choose.
struct authentication_policy {
  std::vector<digest_algorithm> algorithms = digest_challenge::preferred_algorithms();
  std::chrono::milliseconds nonce_lifetime = nonce_store::default_lifetime;
  guess_policy guesses{};
};

/// Digest authentication of requests to this server as a UAS (RFC 3261 §22.2, RFC 8760). The caller decides
/// which requests need it; ACK and CANCEL never do (RFC 3261 §22.1). A user who does not exist is answered in
/// the same way and time as a wrong password. Wrong passwords are counted by whom their nonce was issued to
/// (docs/decisions/018). Owned by one thread; time comes in.
class authenticator {
 public:
  using clock_time = nonce_store::clock_time;

  authenticator(std::shared_ptr<const user_store> users, const hash_key& key,
                authentication_policy policy = {});

  /// `realm`: the domain served, in lower case; credentials for other realms are passed over (RFC 3261
  /// §22.3).
  [[nodiscard]] auth_verdict judge(const auth_request& request, std::string_view realm, clock_time now);

  [[nodiscard]] const user_store& users() const noexcept { return *users_; }
  /// After the users file was read again. Nonces stay good.
  void replace_users(std::shared_ptr<const user_store> users) { users_ = std::move(users); }

 private:
  [[nodiscard]] std::optional<auth_verdict> judge_value(std::string_view value, const auth_request& request,
                                                        std::string_view realm, clock_time now);
  [[nodiscard]] auth_verdict judge_answer(const digest_credentials& given, const auth_request& request,
                                          clock_time now);
  [[nodiscard]] auth_verdict judge_password(const digest_credentials& given, const auth_request& request,
                                            uint64_t holder, clock_time now);
  [[nodiscard]] auth_verdict challenge(std::string_view realm, const auth_request& request, bool stale,
                                       clock_time now);
  [[nodiscard]] bool knows_password(const digest_credentials& given, std::string_view method) const;

  std::shared_ptr<const user_store> users_;
  authentication_policy policy_;
  nonce_store nonces_;
  guess_limit guesses_;
  std::string decoy_;  ///< stands for the secret of whoever does not exist; nobody knows it
};

/// The realm to ask a caller for: the domain of its From where the file has users of it, else that of the
/// Request-URI, else the first of the file.
[[nodiscard]] std::string realm_for(const wire_message& request, const user_store& users);

/// Requests that begin something, and so need a user: the others live in dialogs or change nothing.
[[nodiscard]] bool needs_user(std::string_view method) noexcept;

/// RFC 7616 §3.4.6: does the URI that was hashed name what the request asks for? Proxies may rewrite host,
/// port and parameters on the way; the user part, a room's name, they leave.
[[nodiscard]] bool same_target(std::string_view request_uri, std::string_view hashed_uri);

}  // namespace confab::sip
