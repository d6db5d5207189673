#include "config/settings_table.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "config/settings_items.hpp"

namespace confab::settings_table {
namespace {

// A setter's body is `std::get` of the one alternative that the row's type allows.
template <class T>
T take(value& v) {
  return std::get<T>(std::move(v));
}

template <class To, class From>
std::vector<To> take_list(value& v) {
  const auto list = take<std::vector<From>>(v);
  return std::vector<To>(list.begin(), list.end());
}

using text = std::string;
using texts = std::vector<std::string>;
using numbers = std::vector<int64_t>;
using milliseconds = std::chrono::milliseconds;

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
      {"sip.users-file", t::text, R"("")",
       "File of the users who may call, one a line: name@domain:password, or name:domain:hash as htdigest "
       "writes it; empty: nobody is asked.",
       [](settings& s, value&& v) { s.sip.users_file = take<text>(v); }},
      {"sip.authenticate",
       t::choice,
       R"("all")",
       "Who must be in sip.users-file, where there is one: every caller, or none.",
       [](settings& s, value&& v) { s.sip.authenticate = take<text>(v); },
       0,
       0,
       {"all", "none"},
       nullptr,
       "rooms"},
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

/// What `[room."user@domain"]` may say otherwise.
std::vector<key> room_rules() {
  using t = value_type;
  return {
      {"rooms.access",
       t::choice,
       R"("allow,deny")",
       "Which list has the last word: only who is allowed and not denied enters, or whoever is not denied.",
       [](settings& s, value&& v) { s.rooms.rules.access = take<text>(v); },
       0,
       0,
       {"allow,deny", "deny,allow"}},
      {"rooms.allow",
       t::text_list,
       R"(["all"])",
       "Who may enter: people, domains, all, none.",
       [](settings& s, value&& v) { s.rooms.rules.allow = take<texts>(v); },
       0,
       0,
       {},
       check_person,
       {},
       R"(a list of people and domains such as "alice@example.com")"},
      {"rooms.deny",
       t::text_list,
       "[]",
       "Who may not enter: people, domains, all, none.",
       [](settings& s, value&& v) { s.rooms.rules.deny = take<texts>(v); },
       0,
       0,
       {},
       check_person,
       {},
       R"(a list of people and domains such as "alice@example.com")"},
      {"rooms.moderators",
       t::text_list,
       "[]",
       "Who may lock a room and mute all in it: people and domains, with a verified identity only.",
       [](settings& s, value&& v) { s.rooms.rules.moderators = take<texts>(v); },
       0,
       0,
       {},
       check_person,
       {},
       R"(a list of people and domains such as "alice@example.com")"},
      {"rooms.mute-on-entry", t::boolean, "false", "Whoever enters is muted, moderators are not.",
       [](settings& s, value&& v) { s.rooms.rules.mute_on_entry = take<bool>(v); }},
      {"rooms.max-participants", t::number, "0",
       "More calls than this are busy; 0: as many as the server takes.",
       [](settings& s, value&& v) {
         s.rooms.rules.max_participants = static_cast<uint32_t>(take<int64_t>(v));
       },
       0, 20'000},
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
      {"rooms.refer",
       t::choice,
       R"("participants")",
       "Who may have people called into a room, and put out of it, by REFER (RFC 4579).",
       [](settings& s, value&& v) { s.rooms.refer = take<text>(v); },
       0,
       0,
       {"participants", "moderators", "nobody"}},
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

std::vector<key> media_network_and_threads() {
  using t = value_type;
  return {
      {"media.address",
       t::text,
       R"("0.0.0.0")",
       "Address that RTP sockets are bound to.",
       [](settings& s, value&& v) { s.media.address = take<text>(v); },
       0,
       0,
       {},
       check_address,
       {},
       R"(an IP address such as "0.0.0.0")"},
      {"media.advertised-address",
       t::text,
       R"("")",
       "Address that SDP names for RTP; empty: the one the caller reached.",
       [](settings& s, value&& v) { s.media.advertised_address = take<text>(v); },
       0,
       0,
       {},
       [](std::string_view name, std::string_view item) {
         return item.empty() ? std::string() : check_address(name, item);
       },
       {},
       R"(an IP address, or "" for none)"},
      {"media.first-port", t::number, "50000", "First UDP port for RTP; even, as RTCP takes the next one.",
       [](settings& s, value&& v) { s.media.first_port = static_cast<uint16_t>(take<int64_t>(v)); }, 1024,
       65534},
      {"media.last-port", t::number, "59999", "Last UDP port for RTP and RTCP; each leg takes two.",
       [](settings& s, value&& v) { s.media.last_port = static_cast<uint16_t>(take<int64_t>(v)); }, 1025,
       65535},
      {"media.threads", t::number, "0", "Mixing shards, one thread each; 0: worked out from the cores.",
       [](settings& s, value&& v) { s.media.threads = static_cast<uint32_t>(take<int64_t>(v)); }, 0, 1024},
      {"media.cpus", t::number_list, "[]",
       "CPUs that the mixing shards are pinned to, in turn; empty: not pinned.",
       [](settings& s, value&& v) { s.media.cpus = take_list<uint32_t, int64_t>(v); }, 0, 1023},
  };
}

std::vector<key> media_streams() {
  using t = value_type;
  return {
      {"media.io",
       t::choice,
       R"("auto")",
       "How RTP reaches the kernel: io_uring, epoll, or io_uring with epoll where it is forbidden.",
       [](settings& s, value&& v) { s.media.io = take<text>(v); },
       0,
       0,
       {"auto", "uring", "epoll"}},
      {"media.codecs",
       t::choice_list,
       R"(["G722", "speex", "opus", "PCMA", "PCMU"])",
       "Codecs that may be used, the preferred one first.",
       [](settings& s, value&& v) { s.media.codecs = take<texts>(v); },
       0,
       0,
       {"G722", "speex", "opus", "PCMA", "PCMU"}},
      {"media.srtp",
       t::choice,
       R"("optional")",
       "Encrypted media: never, when the peer offers it, or always.",
       [](settings& s, value&& v) { s.media.srtp = take<text>(v); },
       0,
       0,
       {"off", "optional", "required"}},
      {"media.srtp-engine",
       t::choice,
       R"("auto")",
       "Who encrypts media: OpenSSL, libsrtp2, or OpenSSL with libsrtp2 for what it does not serve.",
       [](settings& s, value&& v) { s.media.srtp_engine = take<text>(v); },
       0,
       0,
       {"auto", "openssl", "libsrtp2"}},
      {"media.rtp-timeout", t::duration, R"("30s")",
       "A leg that sends no media for this long is ended; 0s: never.",
       [](settings& s, value&& v) { s.media.rtp_timeout = take<milliseconds>(v); }, 0, 86'400'000},
      {"media.max-jitter", t::duration, R"("200ms")", "Longest delay the jitter buffer may add.",
       [](settings& s, value&& v) { s.media.max_jitter = take<milliseconds>(v); }, 20, 1'000},
  };
}

std::vector<key> media_sound() {
  using t = value_type;
  return {
      {"media.speakers", t::number, "0", "At most so many of the loudest legs of a room are mixed; 0: all.",
       [](settings& s, value&& v) { s.media.speakers = static_cast<uint32_t>(take<int64_t>(v)); }, 0, 64},
      {"media.voice-activity", t::boolean, "true", "A leg that does not speak adds nothing to the room.",
       [](settings& s, value&& v) { s.media.voice_activity = take<bool>(v); }},
      {"media.noise-gate", t::boolean, "false", "Quieten the noise of a leg between its words.",
       [](settings& s, value&& v) { s.media.noise_gate = take<bool>(v); }},
      {"media.gain-control", t::boolean, "false", "Bring all voices of a room to one loudness.",
       [](settings& s, value&& v) { s.media.gain_control = take<bool>(v); }},
      {"media.audio-levels", t::boolean, "true",
       "Agree on audio levels in RTP (RFC 6464), so that silent packets need no decoding.",
       [](settings& s, value&& v) { s.media.audio_levels = take<bool>(v); }},
      {"media.section-legs", t::number, "500",
       "A room with more legs than this is spread over several mixing shards, section by section.",
       [](settings& s, value&& v) { s.media.section_legs = static_cast<uint32_t>(take<int64_t>(v)); }, 1,
       100'000},
  };
}

std::vector<key> rooms() {
  using t = value_type;
  return {
      {"rooms.domains",
       t::text_list,
       "[]",
       "Hosts whose users are rooms, others get 404; empty: any host.",
       [](settings& s, value&& v) { s.rooms.domains = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view name, std::string_view item) {
         return item.empty() ? std::string("it is empty") : check_host(name, item);
       },
       {},
       R"(a list of host names such as "conference.example.com")"},
      {"rooms.announcements", t::boolean, "true", "Tones and sentences when someone joins, leaves or mutes.",
       [](settings& s, value&& v) { s.rooms.announcements = take<bool>(v); }},
      {"rooms.music-on-hold", t::boolean, "true", "Music for whoever is alone in a room.",
       [](settings& s, value&& v) { s.rooms.music_on_hold = take<bool>(v); }},
      {"rooms.dtmf",
       t::text_map,
       R"({"*1" = "lock", "*2" = "mute-all", "*3" = "count", "*6" = "toggle-mute"})",
       "Digits that callers dial, and what they do: toggle-mute, count; for moderators lock, mute-all.",
       [](settings& s, value&& v) { s.rooms.dtmf = take<std::map<text, text>>(v); },
       0,
       0,
       {},
       check_digits,
       {},
       R"(a table of digits and actions such as {"*6" = "toggle-mute"})"},
      {"rooms.sounds-directory", t::text, R"("")",
       "Folder of the WAV files of prompts; empty: those built in.",
       [](settings& s, value&& v) { s.rooms.sounds_directory = take<text>(v); }},
      {"rooms.notify",
       t::choice,
       R"("full")",
       "What watchers of a room get at a change: all of it, or what changed (RFC 4575).",
       [](settings& s, value&& v) { s.rooms.notify = take<text>(v); },
       0,
       0,
       {"full", "partial"}},
      {"rooms.notify-partial",
       t::text_list,
       "[]",
       "Watchers with one of these words in their User-Agent get what changed in any case.",
       [](settings& s, value&& v) { s.rooms.notify_partial = take<texts>(v); },
       0,
       0,
       {},
       [](std::string_view, std::string_view item) {
         return item.empty() ? std::string("an empty word is in every User-Agent") : std::string();
       },
       {},
       R"(a list of words such as "linphone")"},
  };
}

std::vector<key> state_log() {
  using t = value_type;
  return {
      {"state.directory", t::text, R"("")",
       "Where certificates and files are kept; empty: /var/lib/confab if writable, else ./var.",
       [](settings& s, value&& v) { s.state.directory = take<text>(v); }},
      {"log.level",
       t::choice,
       R"("info")",
       "The least important lines that are written.",
       [](settings& s, value&& v) { s.log.level = take<text>(v); },
       0,
       0,
       {"debug", "info", "warning", "error"}},
      {"log.format",
       t::choice,
       R"("text")",
       "Lines for people, or one JSON object a line.",
       [](settings& s, value&& v) { s.log.format = take<text>(v); },
       0,
       0,
       {"text", "json"}},
      {"log.trace",
       t::choice_list,
       "[]",
       "Protocols whose messages are written as they cross the wire.",
       [](settings& s, value&& v) { s.log.trace = take<texts>(v); },
       0,
       0,
       {"sip", "rtp", "msrp", "xmpp"}},
  };
}

}  // namespace

bool of_one_room(const key& k) {
  static const std::vector<key> rules = room_rules();
  return std::any_of(rules.begin(), rules.end(), [&](const key& one) { return one.name == k.name; });
}

const std::vector<key>& keys() {
  static const std::vector<key> all = [] {
    std::vector<key> rows;
    for (auto part : {scheduler_and_sip(), sip_callers(), referring(), tls(), media_network_and_threads(),
                      media_streams(), media_sound(), rooms(), room_rules(), state_log()}) {
      rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
  }();
  return all;
}

}  // namespace confab::settings_table
