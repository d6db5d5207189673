#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bench/load/sdp.hpp"
#include "bench/load/sip_subscription.hpp"
#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "media/stream_settings.hpp"

namespace confab::load {

enum class run_mode : uint8_t {
  media,    ///< calls with RTP for a while: CPU and memory per leg, loss, gaps
  setup,    ///< calls without RTP, one after the other: CPU per call, answer latency
  impulse,  ///< calls with RTP, one leg of a room makes bursts: latency through the mixer
  watch,    ///< legs on hold and watchers (RFC 4575): NOTIFYs, their bytes and CPU per change
  echo,     ///< the RTP of `media`, without SIP, to `confab_udp_echo`: the yardstick
};
[[nodiscard]] std::string_view to_string(run_mode mode) noexcept;

enum class silent_leg : uint8_t { sends, sends_nothing };

struct options {
  run_mode mode = run_mode::media;
  socket_address target;  ///< SIP over UDP; in echo mode the first echo port
  std::string domain;     ///< host of the rooms' URIs; empty: the target
  std::string room_prefix = "load";
  uint32_t rooms = 1;
  uint32_t legs = 3;     ///< in each room
  uint32_t talkers = 0;  ///< in each room; `all_talk` when not given
  bool all_talk = true;
  silent_leg silent = silent_leg::sends;
  media::codec_kind codec = media::codec_kind::pcmu;
  bool srtp = false;
  stream_direction direction = stream_direction::sendrecv;
  double loss_percent = 0;  ///< of our own packets, which are numbered but never leave
  std::chrono::milliseconds measure{10'000};
  std::chrono::milliseconds warmup{3'000};
  std::optional<int> pid;             ///< of the server, to read what it used
  double call_rate = 50;              ///< calls a second at set-up
  uint32_t calls = 500;               ///< of setup mode
  std::chrono::milliseconds hold{0};  ///< setup mode: from ACK to BYE
  uint32_t watchers = 0;              ///< watch mode: of each room
  watch_transport watch = watch_transport::tcp;
  room_change change = room_change::hold;
  double change_rate = 1;                   ///< changes a second, of all rooms together
  std::chrono::milliseconds settle{6'000};  ///< without a NOTIFY for so long, no more is expected
  std::string speech_file;
  std::string speech_directory;
  std::string record_file;       ///< WAV of what the listening leg of the first room gets; empty: none
  std::string local_host;        ///< empty: what the route to the target has
  uint16_t first_port = 20'000;  ///< of our RTP sockets
  uint32_t threads = 1;
  bool realtime = false;       ///< threads run before all others, the server too
  uint32_t burst_packets = 3;  ///< of one impulse
  std::chrono::milliseconds burst_interval{1'000};
  uint32_t seed = 1;

  [[nodiscard]] uint32_t total_legs() const noexcept { return rooms * legs; }
  [[nodiscard]] uint32_t total_changes() const noexcept {
    return static_cast<uint32_t>(std::chrono::duration<double>(measure).count() * change_rate);
  }
  [[nodiscard]] uint32_t talkers_of_a_room() const noexcept { return all_talk ? legs : talkers; }
};

/// Reads `--key=value` arguments (without the program's name). Refuses unknown keys and values out of range,
/// saying what was expected.
result<options> parse_options(std::span<const char* const> arguments);

/// All keys with their meaning, for `--help`.
[[nodiscard]] std::string usage();

}  // namespace confab::load
