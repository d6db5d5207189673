#include "config/limits.hpp"
#include "config/settings_items.hpp"
#include "config/settings_rows.hpp"

namespace confab::settings_table {

std::vector<key> scheduler_and_sip() {
  using t = value_type;
  return {
      {"scheduler.policy",
       t::choice,
       R"("sharing")",
       "How workers share rooms and legs: one queue, or one each and stealing (uses some CPU when idle).",
       [](settings& s, value&& v) { s.scheduler.policy = take<text>(v); },
       0,
       0,
       {"sharing", "stealing"}},
      {"scheduler.max-threads", t::number, "0", "Workers for rooms and legs; 0: one a core.",
       [](settings& s, value&& v) { s.scheduler.max_threads = static_cast<uint32_t>(take<int64_t>(v)); }, 0,
       1024},
      {"sip.listen",
       t::text_list,
       R"(["udp://0.0.0.0:5060", "tcp://0.0.0.0:5060", "tls://0.0.0.0:5061", "udp://[::]:5060", "tcp://[::]:5060", "tls://[::]:5061"])",
       "Where phones reach this server: udp, tcp or tls, address, port; port 0 takes a free one.",
       [](settings& s, value&& v) { s.sip.listen = take<texts>(v); },
       0,
       0,
       {},
       check_listener,
       {},
       R"(a list of listeners such as "udp://0.0.0.0:5060")"},
      {"sip.advertised-address",
       t::text,
       R"("")",
       "Host that others are told to reach this server at; empty: the address each peer reached.",
       [](settings& s, value&& v) { s.sip.advertised_address = take<text>(v); },
       0,
       0,
       {},
       check_host,
       {},
       R"(a host name or address, or "" for none)"},
      {"sip.outbound-proxy",
       t::text,
       R"("")",
       "SIP URI that every call we start goes through; empty: straight to its target.",
       [](settings& s, value&& v) { s.sip.outbound_proxy = take<text>(v); },
       0,
       0,
       {},
       check_sip_uri,
       {},
       R"(a SIP URI such as "sip:proxy.example.com", or "" for none)"},
  };
}

std::vector<key> sip_callers() {
  using t = value_type;
  return {
      {"sip.trusted-peers",
       t::text_list,
       R"(["0.0.0.0/0", "::/0"])",
       "Networks that may call; others get 403.",
       [](settings& s, value&& v) { s.sip.trusted_peers = take<texts>(v); },
       0,
       0,
       {},
       check_range,
       {},
       R"(a list of networks such as "192.0.2.0/24")"},
      {"sip.identity-from",
       t::text_list,
       "[]",
       "Networks of proxies whose P-Asserted-Identity (RFC 3325) is believed; such callers need no password.",
       [](settings& s, value&& v) { s.sip.identity_from = take<texts>(v); },
       0,
       0,
       {},
       check_range,
       {},
       R"(a list of networks such as "192.0.2.0/24")"},
      {"sip.identity-from-tls",
       t::choice,
       R"("users")",
       "Which certificates from tls.ca-file say who their bearer is: none, those of users, those of domains "
       "too.",
       [](settings& s, value&& v) { s.sip.identity_from_tls = take<text>(v); },
       0,
       0,
       {"none", "users", "domains"}},
  };
}

std::vector<key> sip_users() {
  using t = value_type;
  return {
      {"sip.users-file", t::text, R"("")",
       "File of the users who may call, one a line: name@domain:password, or name:domain:hash as htdigest "
       "writes it; empty: nobody is asked.",
       [](settings& s, value&& v) { s.sip.users_file = take<text>(v); }},
      {"sip.authenticate",
       t::choice,
       R"("all")",
       "Who must be in sip.users-file, where there is one: every caller, those of rooms that ask, or none.",
       [](settings& s, value&& v) { s.sip.authenticate = take<text>(v); },
       0,
       0,
       {"all", "rooms", "none"}},
      {"sip.password-tries", t::number, "10",
       "More wrong passwords of a user from one network are not looked at for a while; 0: all are.",
       [](settings& s, value&& v) { s.sip.password_tries = static_cast<uint32_t>(take<int64_t>(v)); }, 0,
       10'000},
      {"sip.password-wait", t::duration, R"("10m")", "How long wrong passwords are remembered.",
       [](settings& s, value&& v) { s.sip.password_wait = take<milliseconds>(v); }, 1'000, 86'400'000},
      {"sip.digest-algorithms",
       t::choice_list,
       R"(["SHA-256", "MD5"])",
       "How users prove their passwords (RFC 8760), the preferred way first.",
       [](settings& s, value&& v) { s.sip.digest_algorithms = take<texts>(v); },
       0,
       0,
       {"SHA-256", "MD5"}},
      {"sip.max-legs", t::number, "0", "Calls at once, more get 503; 0: as many as the process can hold.",
       [](settings& s, value&& v) { s.sip.max_legs = static_cast<uint32_t>(take<int64_t>(v)); }, 0,
       static_cast<int64_t>(limits::legs_per_process)},
      {"sip.session-expires", t::duration, R"("30m")",
       "A call whose refresh is this late is dead (RFC 4028).",
       [](settings& s, value&& v) {
         s.sip.session_expires = std::chrono::duration_cast<std::chrono::seconds>(take<milliseconds>(v));
       },
       90'000, 86'400'000},
  };
}

/// What participants may ask for by REFER.
std::vector<key> referring() {
  using t = value_type;
  return {
      {"sip.dial-to",
       t::text_list,
       "[]",
       "Domains that participants may have people called in; empty: rooms.domains, or any when that is "
       "empty.",
       [](settings& s, value&& v) { s.sip.dial_to = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view, std::string_view item) {
         return item.empty() || item.find_first_of("@: ") != std::string_view::npos
                    ? std::string("it is no domain")
                    : std::string();
       },
       {},
       R"(a list of domains such as "example.com", or "all")"},
      {"sip.refers-per-second", t::number, "10",
       "REFERs a second from one address, five seconds' worth at once; more get 503.",
       [](settings& s, value&& v) { s.sip.refers_per_second = static_cast<uint32_t>(take<int64_t>(v)); }, 1,
       100'000},
      {"sip.messages-per-second", t::number, "50",
       "MESSAGEs a second from one address, five seconds' worth at once; more get 503.",
       [](settings& s, value&& v) { s.sip.messages_per_second = static_cast<uint32_t>(take<int64_t>(v)); }, 1,
       100'000},
      {"rooms.refer",
       t::choice,
       R"("participants")",
       "Who may have people called into a room, and put out of it, by REFER (RFC 4579).",
       [](settings& s, value&& v) { s.rooms.refer = take<text>(v); },
       0,
       0,
       {"participants", "moderators", "nobody"}},
      {"rooms.max-invitations", t::number, "64",
       "Calls that participants asked for and nobody has answered yet, in one room; more get 503.",
       [](settings& s, value&& v) { s.rooms.max_invitations = static_cast<uint32_t>(take<int64_t>(v)); }, 1,
       10'000},
      {"rooms.calls-per-hour", t::number, "240",
       "Calls that one person may have made in an hour, by name or address; more get 503.",
       [](settings& s, value&& v) { s.rooms.calls_per_hour = static_cast<uint32_t>(take<int64_t>(v)); }, 1,
       1'000'000},
      {"rooms.max-list", t::number, "50",
       "People whom one INVITE may name to be called in (RFC 5366), more get 413; 0: such INVITEs get 403.",
       [](settings& s, value&& v) { s.rooms.max_list = static_cast<uint32_t>(take<int64_t>(v)); }, 0,
       static_cast<int64_t>(limits::recipients_per_list)},
  };
}

std::vector<key> tls() {
  using t = value_type;
  return {
      {"tls.certificate", t::text, R"("")",
       "PEM file of the certificate and its chain; empty: a self-signed one is made at first start.",
       [](settings& s, value&& v) { s.tls.certificate = take<text>(v); }},
      {"tls.private-key", t::text, R"("")", "PEM file of the certificate's key.",
       [](settings& s, value&& v) { s.tls.private_key = take<text>(v); }},
      {"tls.ca-file", t::text, R"("")", "PEM file of the authorities that peers are checked against.",
       [](settings& s, value&& v) { s.tls.ca_file = take<text>(v); }},
      {"tls.verify-peers", t::boolean, "false", "Refuse TLS peers without a certificate from tls.ca-file.",
       [](settings& s, value&& v) { s.tls.verify_peers = take<bool>(v); }},
  };
}

}  // namespace confab::settings_table
