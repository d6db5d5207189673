#include "signaling/sip/authenticator.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

auth_verdict refuse(uint16_t status, std::string reason) {
  return {auth_outcome::refused, {}, rejection{status, std::move(reason), {}}};
}

auth_verdict forbid() {
  return refuse(403, "Forbidden");
}

/// Not 503: a proxy on the way would keep everybody's calls from us (RFC 3261 §21.5.4).
auth_verdict forbid_for(std::chrono::milliseconds wait) {
  auto out = refuse(403, "Forbidden (too many wrong passwords)");
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
  out.answer.headers = "Retry-After: " + std::to_string(seconds) + "\r\n";
  return out;
}

auth_verdict unreadable() {
  return refuse(400, "Bad Request (Authorization)");
}

}  // namespace

auth_request auth_request::of(const wire_message& request, const socket_address& source) {
  auth_request out{request.method(), request.request_uri(), {}, guess_source(source)};
  for (const header_field& field : request.fields())
    if (field.name == "authorization" && out.credentials.size() < limits::digest_answers)
      out.credentials.emplace_back(field.value);
  return out;
}

authenticator::authenticator(std::shared_ptr<const user_store> users, const hash_key& key,
                             authentication_policy policy)
    : users_(std::move(users)),
      policy_(std::move(policy)),
      nonces_(key, policy_.nonce_lifetime),
      guesses_(policy_.guesses),
      decoy_(keyed_hash(key, "nobody")) {}

auth_verdict authenticator::judge(const auth_request& request, std::string_view realm, clock_time now) {
  // A forked request may bring answers to several challenges (RFC 8760 §2.5): one right one is enough, else
  // the first that failed counts.
  std::optional<auth_verdict> first;
  for (const std::string_view value : request.credentials) {
    auto verdict = judge_value(value, request, realm, now);
    if (!verdict) continue;
    if (verdict->outcome == auth_outcome::accepted) return std::move(*verdict);
    if (!first) first = std::move(verdict);
  }
  if (first) return std::move(*first);
  return challenge(realm, request, false, now);
}

/// Nothing when the value is not for us.
std::optional<auth_verdict> authenticator::judge_value(std::string_view value, const auth_request& request,
                                                       std::string_view realm, clock_time now) {
  const auto meant = digest_realm(value);
  if (!meant && meant.error().code == errc::unsupported) return std::nullopt;  // another scheme
  if (!meant) return unreadable();
  if (*meant != realm) return std::nullopt;
  const auto given = parse_digest_credentials(value);
  if (!given) return given.error().code == errc::unsupported ? forbid() : unreadable();
  return judge_answer(*given, request, now);
}

auth_verdict authenticator::judge_answer(const digest_credentials& given, const auth_request& request,
                                         clock_time now) {
  const auto& offered = policy_.algorithms;
  if (std::find(offered.begin(), offered.end(), given.algorithm) == offered.end()) return forbid();
  // Before the password: a guess costs a nonce, and that names who guesses. Whoever brings none that is good
  // hears the same (RFC 7616 §3.3: stale, as the nonce is invalid), so nothing is learnt.
  const auto holder = nonces_.holder_of(given.nonce, now);
  if (!holder) return challenge(given.realm, request, true, now);
  return judge_password(given, request, *holder, now);
}

auth_verdict authenticator::judge_password(const digest_credentials& given, const auth_request& request,
                                           uint64_t holder, clock_time now) {
  const guess_limit::guesser who{holder, nonces_.number_of(given.username + "@" + given.realm)};
  if (const auto wait = guesses_.wait(who, now); wait.count() > 0) return forbid_for(wait);
  if (!knows_password(given, request.method)) {
    auto verdict = forbid();
    if (guesses_.wrong(who, now)) verdict.guessed = given.username + "@" + given.realm;
    return verdict;
  }
  guesses_.right(who);
  if (!same_target(request.request_uri, given.uri)) return unreadable();
  switch (nonces_.spend(given.nonce, given.nonce_count, now)) {
    case nonce_verdict::fresh:
      return {auth_outcome::accepted, "sip:" + given.username + "@" + given.realm, {}};
    // A client that did not count gets another chance; who replays what it overheard cannot answer.
    case nonce_verdict::replayed:
    case nonce_verdict::stale:
      break;
  }
  return challenge(given.realm, request, true, now);
}

auth_verdict authenticator::challenge(std::string_view realm, const auth_request& request, bool stale,
                                      clock_time now) {
  const digest_challenge asked{
      std::string(realm), nonces_.issue(now, request.source), {}, stale, policy_.algorithms};
  return {auth_outcome::challenged, {}, rejection{401, "Unauthorized", write_challenges(asked)}};
}

bool authenticator::knows_password(const digest_credentials& given, std::string_view method) const {
  const auto* const user = users_->lookup(given.username, given.realm);
  const bool known = user != nullptr && !user->of(given.algorithm).empty();
  const auto secret = known ? std::string_view(user->of(given.algorithm))
                            : std::string_view(decoy_).substr(0, hex_length(given.algorithm));
  const bool right = answers(given, secret, method);
  return known && right;
}

std::string realm_for(const wire_message& request, const user_store& users) {
  const auto from = parse_name_addr(request.first("from"));
  for (const std::string_view text : {from ? std::string_view(from->uri) : "", request.request_uri()}) {
    const auto named = parse_uri(text);
    if (!named) continue;
    auto host = lower_case(named->host);
    if (users.has_realm(host)) return host;
  }
  return users.first_realm();
}

bool needs_user(std::string_view method) noexcept {
  return method == "INVITE" || method == "SUBSCRIBE" || method == "REFER" || method == "MESSAGE";
}

bool same_target(std::string_view request_uri, std::string_view hashed_uri) {
  if (request_uri == hashed_uri) return true;
  const auto asked = parse_uri(request_uri);
  const auto hashed = parse_uri(hashed_uri);
  if (!asked || !hashed || !asked->is_sip() || !hashed->is_sip()) return false;
  const auto here = [](const uri& value) {
    uri out;
    out.scheme = "sip";
    out.user = value.user;
    out.host = "host";  // compared without it
    return room_of(out);
  };
  if (asked->user.empty() || hashed->user.empty()) return asked->user.empty() && hashed->user.empty();
  const auto left = here(*asked);
  const auto right = here(*hashed);
  return left.ok() && right.ok() && *left == *right;
}

}  // namespace confab::sip
