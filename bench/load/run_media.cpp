#include <random>
#include <thread>

#include "bench/load/call_group.hpp"
#include "bench/load/runs.hpp"
#include "bench/load/speech.hpp"

namespace confab::load {
namespace {

using steady = std::chrono::steady_clock;
using leg_list = std::vector<std::unique_ptr<media_leg>>;

result<std::vector<int16_t>> speech_for(const options& o) {
  if (!o.speech_directory.empty()) return load_wav_directory(o.speech_directory);
  if (!o.speech_file.empty()) return load_wav(o.speech_file);
  return generated_speech();
}

result<leg_list> make_legs(const options& o) {
  auto host = local_address_towards(o.target, o.local_host);
  if (!host) return host.error();
  uint16_t port = o.first_port;
  std::mt19937 random(o.seed);
  leg_list legs;
  for (uint32_t i = 0; i < o.total_legs(); ++i) {
    auto leg = std::make_unique<media_leg>();
    auto sockets = bind_pair(*host, port);
    if (!sockets) return {sockets.error().code, "leg " + std::to_string(i) + ": " + sockets.error().text};
    leg->sockets = std::move(sockets).value();
    leg->sockets.rtp.stamp_arrivals();
    leg->room = i / o.legs;
    leg->seat = i % o.legs;
    const bool impulse = o.mode == run_mode::impulse;
    leg->talks = !impulse && leg->seat < o.talkers_of_a_room();
    leg->talks = leg->talks && we_send(o.direction);
    leg->sends = leg->talks || o.silent == silent_leg::sends || (impulse && leg->seat == 0);
    leg->sends = leg->sends && we_send(o.direction);
    leg->loss = packet_loss(o.loss_percent / 100, o.seed * 65'536ULL + i);
    leg->slot = static_cast<uint32_t>(random()) % media_pump::slots;
    leg->talk_offset = static_cast<uint32_t>(random());
    leg->ssrc = static_cast<uint32_t>(random());
    leg->timestamp = static_cast<uint32_t>(random());
    leg->sequence = static_cast<uint16_t>(random());
    leg->payload_type = line_of(o.codec).payload_type;
    leg->timestamp_step = line_of(o.codec).timestamp_step;
    // The last leg of a room listens, whether the server is mixing at all; for impulses everyone does.
    const bool listens = impulse ? leg->seat != 0 : o.mode == run_mode::media && leg->seat + 1 == o.legs;
    if (listens) leg->ears = codec::make_decoder(o.codec);
    if (!o.record_file.empty() && i + 1 == o.legs) {
      leg->tape = std::make_unique<recording>(codec::traits_of(o.codec), o.measure);
    }
    if (o.srtp && o.mode != run_mode::echo) {
      leg->srtp_key = secure::random_key(media::srtp_suite::aes_cm_128_hmac_sha1_80);
    }
    legs.push_back(std::move(leg));
  }
  return legs;
}

/// Points a leg's sockets at the server.
result<void> aim(media_leg& leg, const socket_address& rtp, const socket_address& rtcp) {
  if (auto done = leg.sockets.rtp.connect(rtp); !done) return done;
  return leg.sockets.rtcp.connect(rtcp);
}

/// A call came up: its keys and addresses reach the leg, which starts.
result<void> start_leg(media_leg& leg, const remote_media& remote, media_pump& pump) {
  if (auto aimed = aim(leg, remote.rtp, remote.rtcp); !aimed) return aimed;
  leg.payload_type = remote.payload_type;
  if (!leg.srtp_key.empty()) {
    media::srtp_settings keys;
    keys.local_key = leg.srtp_key;
    keys.remote_key = remote.srtp_key;
    auto session = secure::make_srtp_session(keys);
    if (!session) return session.error();
    leg.srtp = std::move(session).value();
  }
  return pump.go_live(leg);
}

void fill_received(const leg_list& legs, const options& o, run_report& report) {
  for (const auto& leg : legs) {
    report.received += leg->counts;
    report.other_packets += leg->other_packets;
    report.unauthentic += leg->unauthentic;
    report.rtcp_packets += leg->rtcp_packets;
    if (leg->counts.packets == 0) ++report.legs_without_packets;
    if (o.mode != run_mode::media || !leg->ears) continue;
    ++report.rooms_listened;
    // Speech has pauses; a twentieth of the time is far below what one talker fills.
    if (leg->decoded_audible * 20 > leg->decoded) ++report.rooms_heard;
  }
}

void fill_pump(const media_pump& pump, run_report& report) {
  report.pump = pump.counts();
  for (const auto& room : pump.impulses()) {
    report.impulse_ms.insert(report.impulse_ms.end(), room.latencies_ms().begin(), room.latencies_ms().end());
    report.impulses_missed += room.missed();
    report.impulses_disturbed += room.disturbed();
  }
}

recording* tape_of(const leg_list& legs) {
  for (const auto& leg : legs) {
    if (leg->tape) return leg->tape.get();
  }
  return nullptr;
}

/// Either the calls' loop or, without calls, plain sleep.
void pass(call_group* calls, std::chrono::nanoseconds time) {
  calls != nullptr ? calls->run_for(time) : std::this_thread::sleep_for(time);
}

result<void> meter(const options& o, process_usage& out) {
  if (!o.pid) return {};
  auto read = read_process(*o.pid);
  if (!read) return read.error();
  out = *read;
  return {};
}

/// Warm-up, then the window.
result<void> measure(const options& o, call_group* calls, media_pump& pump, server_usage& usage,
                     run_report& report) {
  pass(calls, o.warmup);
  if (auto read = meter(o, usage.window_start); !read) return read;
  const auto own_before = own_cpu();
  const auto start = steady::now();
  pump.open_window();
  pass(calls, o.measure);
  pump.close_window();
  report.seconds = std::chrono::duration<double>(steady::now() - start).count();
  report.generator_cpu_ms = std::chrono::duration<double, std::milli>(own_cpu() - own_before).count();
  return meter(o, usage.window_end);
}

result<std::unique_ptr<call_group>> open_calls(const options& o, leg_list& legs, media_pump& pump,
                                               std::string& trouble) {
  call_group::events on;
  on.up = [&](size_t index, const sip_call& call) {
    auto started = start_leg(*legs[index], call.remote(), pump);
    if (!started) trouble = started.error().text;
  };
  // Only the address follows a re-INVITE: servers that change keys in mid-call are not among those we
  // measure.
  on.moved = [&](size_t index, const sip_call& call) {
    auto aimed = aim(*legs[index], call.remote().rtp, call.remote().rtcp);
    if (!aimed) trouble = aimed.error().text;
  };
  on.over = [&](size_t index) { legs[index]->live.store(false, std::memory_order_release); };
  return call_group::open(o, std::move(on));
}

result<void> start_echo(const options& o, leg_list& legs, media_pump& pump) {
  auto peer = o.target;
  for (auto& leg : legs) {
    auto started = leg->sockets.rtp.connect(peer);
    if (started) started = leg->sockets.rtcp.connect(peer);
    if (started) started = pump.go_live(*leg);
    if (!started) return started;
    peer.set_port(static_cast<uint16_t>(peer.port() + 1));
  }
  return {};
}

}  // namespace

result<run_report> run_media(const options& o) {
  raise_file_limit();
  auto speech = speech_for(o);
  if (!speech) return speech.error();
  const auto payloads = make_payloads(o.codec, *speech, o.burst_packets);
  auto legs = make_legs(o);
  if (!legs) return legs.error();
  media_pump pump(
      {o.threads, o.realtime, o.mode == run_mode::impulse, o.burst_interval, !o.record_file.empty()}, *legs,
      payloads);
  if (auto started = pump.start(); !started) return started.error();

  run_report report;
  report.asked = o;
  server_usage usage;
  if (auto read = meter(o, usage.before); !read) return read.error();
  std::string trouble;
  std::unique_ptr<call_group> calls;
  if (o.mode == run_mode::echo) {
    if (auto started = start_echo(o, *legs, pump); !started) return started.error();
    report.legs = report.established = o.total_legs();
  } else {
    auto opened = open_calls(o, *legs, pump, trouble);
    if (!opened) return opened.error();
    calls = std::move(opened).value();
    const auto first_call = steady::now();
    calls->set_up(
        legs->size(),
        [&](size_t i) {
          return local_media{(*legs)[i]->sockets.rtp.local(), o.codec, (*legs)[i]->srtp_key, o.direction};
        },
        [&](size_t i) { return (*legs)[i]->room; });
    report.setup_seconds = std::chrono::duration<double>(steady::now() - first_call).count();
    process_usage set_up;
    if (auto read = meter(o, set_up); !read) return read.error();
    report.setup_cpu_ms = std::chrono::duration<double, std::milli>(set_up.cpu - usage.before.cpu).count();
  }
  if (auto measured = measure(o, calls.get(), pump, usage, report); !measured) return measured.error();
  if (calls) calls->tear_down();
  pump.stop();
  if (!trouble.empty()) return {errc::unavailable, trouble};
  if (o.pid) report.server = usage;
  if (calls) calls->fill(report);
  fill_received(*legs, o, report);
  fill_pump(pump, report);
  if (auto* tape = tape_of(*legs); tape != nullptr) {
    if (auto written = tape->write(o.record_file); !written) return written.error();
  }
  return report;
}

}  // namespace confab::load
