#include <chrono>
#include <optional>
#include <utility>

#include <re.h>

#include "config/log.hpp"
#include "signaling/sip/asserted_identity.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/user_agent.hpp"

/// Who a request is from, and whether that must be proved.
namespace confab::sip {

/// RFC 3261 §22.2, RFC 3325 §5, RFC 5922. Fills in the identity.
std::optional<rejection> user_agent::authenticate(incoming& request) {
  if (!needs_user(request.wire.method())) return std::nullopt;
  request.identity = vouched_identity(request);
  if (!authenticator_ || !request.identity.empty() || !asks_users(request.wire)) return std::nullopt;
  const auto realm = realm_for(request.wire, authenticator_->users());
  auto verdict = authenticator_->judge(auth_request::of(request.wire, request.source), realm,
                                       std::chrono::steady_clock::now());
  if (!verdict.guessed.empty())
    log::warning("too many wrong passwords; more from there are not looked at for a while",
                 {{"user", verdict.guessed}, {"from", request.source.to_string()}});
  if (verdict.outcome != auth_outcome::accepted) return std::move(verdict.answer);
  request.identity = std::move(verdict.identity);
  return std::nullopt;
}

/// By others than the user's own password; empty: by nobody. A proxy that is believed says who its callers
/// are, and only then its certificate does.
std::string user_agent::vouched_identity(const incoming& request) const {
  if (asserters_.contains(request.source))
    if (auto asserted = asserted_identity(request.wire)) return std::move(*asserted);
  if (request.msg.tp != SIP_TRANSP_TLS || settings_.identity_from_tls == certificate_trust::none) return {};
  const auto names = ways_.peers().names_of_reader();
  if (!names) return {};
  return certified_identity(*names, request.wire, settings_.identity_from_tls).value_or("");
}

/// The room is the one the Request-URI names, or the one of the seat that is to be taken over (RFC 3891).
bool user_agent::asks_users(const wire_message& request) const {
  if (!settings_.asks_users) return true;
  std::optional<leg_id> seat;
  (void)seat_of(request, seat);
  if (seat && settings_.asks_users(sessions_.at(*seat)->room())) return true;
  const auto target = parse_uri(request.request_uri());
  const auto room = target ? room_of(*target) : result<room_id>(target.error());
  return room && settings_.asks_users(*room);
}

}  // namespace confab::sip
