// One tick of a shard with a room of 100 legs, over loopback sockets. The phones' own sends and receives are
// not timed.

#include <array>
#include <cmath>
#include <memory>
#include <span>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/codec/codec.hpp"
#include "media/io/udp_socket.hpp"
#include "media/mix/shard.hpp"
#include "media/rtp/sender.hpp"

namespace confab::mix {
namespace {

using namespace std::chrono_literals;

constexpr int room_size = 100;

struct bench_phone {
  io::descriptor socket;
  socket_address leg;
  rtp::sender sender;
};

struct crowd {
  explicit crowd(media::codec_kind kind) : codec(kind) {
    mixer = std::move(shard::make({}).value());
    uint16_t port = 20'000;
    for (int i = 0; i < room_size; ++i) add(port);
    prepare_payload();
  }

  void add(uint16_t& port) {
    const socket_address any = *socket_address::parse("127.0.0.1", 0);
    bench_phone p{
        std::move(io::bind_udp(any).value()), {}, {{.ssrc = port, .sequence = 1, .timestamp = 1}, 8000}};
    const leg_id id{phones.size() + 1};
    do {
      port = static_cast<uint16_t>(port + 2);
      p.leg = *socket_address::parse("127.0.0.1", port);
    } while (!mixer->open_leg(id, room_id{"bench@example.com"}, p.leg).ok());
    media::stream_settings settings;
    settings.codec = codec;
    settings.payload_type = 96;
    settings.remote_rtp = settings.remote_rtcp = *io::local_address(p.socket);
    settings.signaling_source = settings.remote_rtp;
    if (!mixer->configure_leg(id, settings, now).ok()) std::abort();
    phones.push_back(std::move(p));
  }

  void prepare_payload() {
    const auto encoder = codec::make_encoder(codec);
    std::vector<int16_t> samples(codec::traits_of(codec).sample_rate / 50);
    for (size_t i = 0; i < samples.size(); ++i)
      samples[i] = static_cast<int16_t>(500 * std::sin(0.3 * static_cast<double>(i)));
    payload.resize(1280);
    payload.resize(encoder->encode(samples, payload));
  }

  void speak(size_t talkers) {
    std::array<uint8_t, 1500> datagram;
    for (size_t i = 0; i < talkers; ++i) {
      bench_phone& p = phones[i];
      const size_t length = rtp::write_packet(p.sender.make(96, payload, now), datagram);
      p.sender.advance(20ms);
      ::sendto(p.socket.get(), datagram.data(), length, 0, p.leg.raw(), p.leg.raw_length());
    }
  }
  void listen() {
    std::array<uint8_t, 1500> datagram;
    for (const bench_phone& p : phones) {
      while (::recv(p.socket.get(), datagram.data(), datagram.size(), MSG_DONTWAIT) > 0) {
      }
    }
  }
  void tick() {
    now += tick_interval;
    mixer->tick(now);
  }

  media::codec_kind codec;
  std::unique_ptr<shard> mixer;
  std::vector<bench_phone> phones;
  std::vector<uint8_t> payload;
  clock_time now{};
};

void tick_of_a_room(benchmark::State& state, media::codec_kind codec) {
  crowd c(codec);
  const auto talkers = static_cast<size_t>(state.range(0));
  for (auto _ : state) {
    state.PauseTiming();
    c.speak(talkers);
    state.ResumeTiming();
    c.tick();
    state.PauseTiming();
    c.listen();
    benchmark::DoNotOptimize(c.mixer->take_events());
    state.ResumeTiming();
  }
  // A tick in µs is also half a leg's µs of CPU a second: 50 ticks a second, 100 legs.
  static_assert(room_size == 100);
}

BENCHMARK_CAPTURE(tick_of_a_room, pcmu, media::codec_kind::pcmu)
    ->Arg(room_size)
    ->Arg(3)
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tick_of_a_room, g722, media::codec_kind::g722)
    ->Arg(room_size)
    ->Arg(3)
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace confab::mix
