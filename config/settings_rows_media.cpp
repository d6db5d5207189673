#include "config/settings_items.hpp"
#include "config/settings_rows.hpp"

namespace confab::settings_table {

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

}  // namespace confab::settings_table
