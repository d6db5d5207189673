#include "bench/load/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace confab::load {
namespace {

struct codec_name {
  std::string_view name;
  media::codec_kind kind;
};

constexpr std::array codec_names{codec_name{"PCMU", media::codec_kind::pcmu},
                                 codec_name{"PCMA", media::codec_kind::pcma},
                                 codec_name{"G722", media::codec_kind::g722},
                                 codec_name{"opus", media::codec_kind::opus},
                                 codec_name{"speex", media::codec_kind::speex_wide},
                                 codec_name{"speex16", media::codec_kind::speex_wide},
                                 codec_name{"speex8", media::codec_kind::speex_narrow}};

constexpr std::array modes{run_mode::media, run_mode::setup, run_mode::impulse, run_mode::watch,
                           run_mode::echo};

error refusal(std::string_view key, std::string_view value, std::string_view expected) {
  return {errc::bad_setting,
          "--" + std::string(key) + "=" + std::string(value) + ": expected " + std::string(expected)};
}

/// A number from `value`, within [low, high].
template <class T>
result<void> number(std::string_view key, std::string_view value, double low, double high, T& out) {
  double parsed = 0;
  const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  const bool whole = std::is_floating_point_v<T> || parsed == std::floor(parsed);
  if (code != std::errc() || end != value.data() + value.size() || !(parsed >= low && parsed <= high) ||
      !whole) {
    return refusal(key, value,
                   "a number from " + std::to_string(static_cast<int64_t>(low)) + " to " +
                       std::to_string(static_cast<int64_t>(high)));
  }
  out = static_cast<T>(parsed);
  return {};
}

/// Milliseconds from a number of seconds.
result<void> seconds(std::string_view key, std::string_view value, std::chrono::milliseconds& out) {
  double parsed = 0;
  if (auto read = number(key, value, 0, 86'400, parsed); !read) return read;
  out = std::chrono::milliseconds(std::llround(parsed * 1000));
  return {};
}

/// `--key` and `--key=true` switch on.
result<void> flag(std::string_view key, std::string_view value, bool& out) {
  out = value.empty() || value == "true";
  return out || value == "false" ? result<void>() : result<void>(refusal(key, value, "true or false"));
}

result<void> set_target(std::string_view key, std::string_view value, options& o) {
  const auto colon = value.rfind(':');
  uint16_t port = 5060;
  std::string_view host = value;
  if (colon != std::string_view::npos && value.find(']', colon) == std::string_view::npos) {
    host = value.substr(0, colon);
    if (!number(key, value.substr(colon + 1), 1, 65'535, port)) return refusal(key, value, "ADDRESS:PORT");
  }
  auto address = socket_address::parse(host, port);
  if (!address) return refusal(key, value, "ADDRESS:PORT with an IPv4 address or a bracketed IPv6 one");
  o.target = *address;
  return {};
}

result<void> set_codec(std::string_view key, std::string_view value, options& o) {
  const auto* found = std::ranges::find(codec_names, value, &codec_name::name);
  if (found == codec_names.end()) return refusal(key, value, "PCMU, PCMA, G722, opus, speex or speex8");
  o.codec = found->kind;
  return {};
}

result<void> set_mode(std::string_view key, std::string_view value, options& o) {
  const auto* found = std::ranges::find_if(modes, [&](run_mode m) { return to_string(m) == value; });
  if (found == modes.end()) return refusal(key, value, "media, setup, impulse, watch or echo");
  o.mode = *found;
  return {};
}

constexpr std::array directions{stream_direction::sendrecv, stream_direction::sendonly,
                                stream_direction::recvonly, stream_direction::inactive};

result<void> set_direction(std::string_view key, std::string_view value, options& o) {
  const auto* found =
      std::ranges::find_if(directions, [&](stream_direction d) { return to_string(d) == value; });
  if (found == directions.end()) return refusal(key, value, "sendrecv, sendonly, recvonly or inactive");
  o.direction = *found;
  return {};
}

result<void> set_silent(std::string_view key, std::string_view value, options& o) {
  if (value != "send" && value != "nothing") return refusal(key, value, "send or nothing");
  o.silent = value == "send" ? silent_leg::sends : silent_leg::sends_nothing;
  return {};
}

result<void> set_watch_transport(std::string_view key, std::string_view value, options& o) {
  if (value != "udp" && value != "tcp") return refusal(key, value, "udp or tcp");
  o.watch = value == "udp" ? watch_transport::udp : watch_transport::tcp;
  return {};
}

result<void> set_change(std::string_view key, std::string_view value, options& o) {
  if (value != "hold" && value != "rejoin") return refusal(key, value, "hold or rejoin");
  o.change = value == "hold" ? room_change::hold : room_change::rejoin;
  return {};
}

result<void> set_talkers(std::string_view key, std::string_view value, options& o) {
  o.all_talk = value == "all";
  return o.all_talk ? result<void>() : number(key, value, 0, 100'000, o.talkers);
}

using text = std::string_view;
struct option_row {
  text key;
  text help;
  result<void> (*set)(text key, text value, options& o);
};

constexpr std::array rows{
    option_row{"mode", "media | setup | impulse | watch | echo (media)", set_mode},
    option_row{"target", "ADDRESS:PORT of the SIP server over UDP, or the first port of the echo",
               set_target},
    option_row{"domain", "host in the rooms' URIs (the target)",
               [](text, text v, options& o) {
                 o.domain = v;
                 return result<void>();
               }},
    option_row{"room-prefix", "rooms are called PREFIX0, PREFIX1 ... (load)",
               [](text, text v, options& o) {
                 o.room_prefix = v;
                 return result<void>();
               }},
    option_row{"rooms", "number of rooms (1)",
               [](text k, text v, options& o) { return number(k, v, 1, 10'000, o.rooms); }},
    option_row{"legs", "legs in each room (3)",
               [](text k, text v, options& o) { return number(k, v, 1, 10'000, o.legs); }},
    option_row{"talkers", "legs of each room that speak, or all (all)", set_talkers},
    option_row{"silent", "what the others send: send (low noise) | nothing (send)", set_silent},
    option_row{"codec", "the one codec offered: PCMU | PCMA | G722 | opus | speex | speex8 (PCMU)",
               set_codec},
    option_row{"srtp", "offer SRTP by SDES, AES_CM_128_HMAC_SHA1_80",
               [](text k, text v, options& o) { return flag(k, v, o.srtp); }},
    option_row{"direction", "of all legs: sendrecv | sendonly | recvonly | inactive, on hold (sendrecv)",
               set_direction},
    option_row{"loss", "per cent of our own packets that are lost on purpose (0)",
               [](text k, text v, options& o) { return number(k, v, 0, 100, o.loss_percent); }},
    option_row{"seconds", "length of the measuring window (10)",
               [](text k, text v, options& o) { return seconds(k, v, o.measure); }},
    option_row{"warmup", "seconds between the last answer and the window (3)",
               [](text k, text v, options& o) { return seconds(k, v, o.warmup); }},
    option_row{"pid", "process of the server, to read its CPU time and memory",
               [](text k, text v, options& o) {
                 int pid = 0;
                 auto read = number(k, v, 1, std::numeric_limits<int>::max(), pid);
                 if (read) o.pid = pid;
                 return read;
               }},
    option_row{"call-rate", "calls a second at set-up (50)",
               [](text k, text v, options& o) { return number(k, v, 0.1, 100'000, o.call_rate); }},
    option_row{"calls", "calls of setup mode (500)",
               [](text k, text v, options& o) { return number(k, v, 1, 10'000'000, o.calls); }},
    option_row{"hold", "seconds from ACK to BYE in setup mode (0)",
               [](text k, text v, options& o) { return seconds(k, v, o.hold); }},
    option_row{"watchers", "watch mode: subscriptions to each room (0)",
               [](text k, text v, options& o) { return number(k, v, 0, 10'000, o.watchers); }},
    option_row{"watch-transport", "of the watchers, a socket each: udp | tcp (tcp)", set_watch_transport},
    option_row{"change", "what legs do in watch mode: hold (on and off) | rejoin (leave, come) (hold)",
               set_change},
    option_row{"change-rate", "changes a second in watch mode, of all rooms together (1)",
               [](text k, text v, options& o) { return number(k, v, 0.01, 1'000, o.change_rate); }},
    option_row{"settle", "seconds without a NOTIFY after which watch mode expects no more (6)",
               [](text k, text v, options& o) { return seconds(k, v, o.settle); }},
    option_row{"speech", "WAV file, 16 bit mono, that talkers play (a generated signal)",
               [](text, text v, options& o) {
                 o.speech_file = v;
                 return result<void>();
               }},
    option_row{"speech-dir", "folder of such files, played one after the other",
               [](text, text v, options& o) {
                 o.speech_directory = v;
                 return result<void>();
               }},
    option_row{"record",
               "WAV file to write what the last leg of the first room hears in the window; speech then "
               "starts with the window",
               [](text, text v, options& o) {
                 o.record_file = v;
                 return result<void>();
               }},
    option_row{"local-address", "our own address (the route to the target decides)",
               [](text, text v, options& o) {
                 o.local_host = v;
                 return result<void>();
               }},
    option_row{"first-port", "where our RTP ports start (20000)",
               [](text k, text v, options& o) { return number(k, v, 1'024, 65'000, o.first_port); }},
    option_row{"threads", "threads that send and receive (1)",
               [](text k, text v, options& o) { return number(k, v, 1, 64, o.threads); }},
    option_row{"realtime", "send on time even where the server wants the processor (needs root)",
               [](text k, text v, options& o) { return flag(k, v, o.realtime); }},
    option_row{"burst-packets", "packets of one impulse (3)",
               [](text k, text v, options& o) { return number(k, v, 1, 10, o.burst_packets); }},
    option_row{"burst-interval", "seconds between impulses of a room (1)",
               [](text k, text v, options& o) { return seconds(k, v, o.burst_interval); }},
    option_row{"seed", "of everything random (1)",
               [](text k, text v, options& o) { return number(k, v, 0, 4e9, o.seed); }},
};

result<options> checked(options o) {
  if (!o.target.is_specified()) return {errc::bad_setting, "--target=ADDRESS:PORT is missing"};
  if (o.total_legs() > 30'000)
    return {errc::bad_setting, "--rooms times --legs: at most 30000, a port pair each"};
  if (!o.all_talk && o.talkers > o.legs) return {errc::bad_setting, "--talkers: more than --legs"};
  if (o.mode == run_mode::watch && static_cast<uint64_t>(o.watchers) * o.rooms > 20'000)
    return {errc::bad_setting, "--rooms times --watchers: at most 20000, a socket each"};
  if (o.mode == run_mode::watch && (o.srtp || o.total_changes() == 0))
    return {errc::bad_setting, "--mode=watch: no --srtp, and --seconds times --change-rate at least 1"};
  if (o.mode == run_mode::impulse && o.legs < 2)
    return {errc::bad_setting, "--legs: an impulse needs 2 to be heard"};
  if (o.mode == run_mode::impulse && o.direction != stream_direction::sendrecv)
    return {errc::bad_setting, "--direction: an impulse goes both ways"};
  if (!o.record_file.empty() && o.mode != run_mode::media)
    return {errc::bad_setting, "--record: in mode media only"};
  if (o.burst_interval < std::chrono::milliseconds(500)) {
    return {errc::bad_setting, "--burst-interval: at least 0.5, or one impulse is taken for the next"};
  }
  return o;
}

}  // namespace

std::string_view to_string(run_mode mode) noexcept {
  switch (mode) {
    case run_mode::media:
      return "media";
    case run_mode::setup:
      return "setup";
    case run_mode::impulse:
      return "impulse";
    case run_mode::watch:
      return "watch";
    case run_mode::echo:
      return "echo";
  }
  return "unknown";
}

result<options> parse_options(std::span<const char* const> arguments) {
  options o;
  for (const text argument : arguments) {
    const auto equals = argument.find('=');
    const text key = argument.substr(0, equals);
    const text value = equals == text::npos ? text() : argument.substr(equals + 1);
    const auto* row = std::ranges::find_if(
        rows, [&](const option_row& r) { return key.starts_with("--") && key.substr(2) == r.key; });
    if (row == rows.end())
      return {errc::bad_setting, "unknown option " + std::string(argument) + "; see --help"};
    if (auto set = row->set(row->key, value, o); !set) return set.error();
  }
  return checked(std::move(o));
}

std::string usage() {
  std::string out =
      "confab_load: puts SIP calls and RTP on a conference server and prints what it cost, as JSON\n\n";
  for (const auto& row : rows) {
    std::string line = "  --" + std::string(row.key);
    line.resize(std::max<size_t>(line.size() + 1, 20), ' ');
    out += line + std::string(row.help) + "\n";
  }
  return out;
}

}  // namespace confab::load
