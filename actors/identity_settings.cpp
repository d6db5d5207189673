#include "actors/identity_settings.hpp"

#include <string_view>
#include <utility>

#include "actors/users_file.hpp"
#include "config/log.hpp"

namespace confab::actors {

namespace {

/// Some caller at least may be more than its From.
bool somebody_vouches(const settings& s) {
  const bool passwords = !s.sip.users_file.empty() && s.sip.authenticate != "none";
  const bool certificates = !s.tls.ca_file.empty() && s.sip.identity_from_tls != "none";
  return passwords || certificates || !s.sip.identity_from.empty();
}

result<void> check(const settings& s, const conference::rules_book& rules) {
  if (s.sip.identity_from_tls == "domains" && s.tls.ca_file.empty())
    return {errc::bad_setting,
            "sip.identity-from-tls = \"domains\" needs tls.ca-file: which authorities are believed?"};
  if (rules.asks_users() && s.sip.authenticate != "none" && s.sip.users_file.empty())
    return {errc::bad_setting,
            "rooms.authenticate = \"required\" needs sip.users-file: who may enter these rooms?"};
  if (s.sip.authenticate == "rooms" && !rules.asks_users())
    log::warning(
        "no room asks its callers who they are",
        {{"do", "set rooms.authenticate = \"required\" in a room's section, or sip.authenticate = \"all\""}});
  if (rules.goes_by_name() && !somebody_vouches(s))
    log::warning("the access lists of rooms go by From, which anybody can write",
                 {{"do", "set sip.users-file, sip.identity-from or tls.ca-file"}});
  return {};
}

}  // namespace

result<void> configure_identity(sip::endpoint_settings& out, const settings& configured,
                                std::shared_ptr<const conference::rules_book> rules) {
  const auto& s = configured.sip;
  if (auto fits = check(configured, *rules); !fits) return fits;
  auto users = configured_users(s);
  if (!users) return users.error();
  out.users = std::move(*users);
  auto algorithms = configured_algorithms(s);
  if (!algorithms) return algorithms.error();
  out.digest_algorithms = std::move(*algorithms);
  out.guesses = {.per_user = s.password_tries, .window = s.password_wait};
  out.identity_from = s.identity_from;
  out.identity_from_tls =
      sip::certificate_trust_named(s.identity_from_tls).value_or(sip::certificate_trust::none);
  if (s.authenticate == "rooms")
    out.asks_users = [rules = std::move(rules)](const room_id& room) { return rules->of(room).asks_users; };
  return {};
}

}  // namespace confab::actors
