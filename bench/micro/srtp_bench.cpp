#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/secure/srtp.hpp"

namespace confab::secure {
namespace {

constexpr size_t packet_bytes = 172;  // 20 ms of G.711 with its header

struct leg {
  std::unique_ptr<srtp_session> sender, receiver;
  uint16_t sequence = 0;
};

/// Kept for every run of one benchmark: a thousand libsrtp2 sessions take seconds to make.
std::vector<leg>& legs_of(const benchmark::State& state) {
  using arguments = std::array<int64_t, 3>;
  static std::map<arguments, std::vector<leg>> kept;
  const arguments wanted{state.range(0), state.range(1), state.range(2)};
  const auto engine = static_cast<srtp_engine>(wanted[0]);
  const auto suite = static_cast<media::srtp_suite>(wanted[1]);
  // Live sessions slow each other down (NSS underneath), so those of the benchmark before must go.
  if (!kept.contains(wanted)) kept.clear();
  auto& legs = kept[wanted];
  while (legs.size() < static_cast<size_t>(wanted[2])) {
    auto& l = legs.emplace_back();
    const auto a = random_key(suite), b = random_key(suite);
    l.sender = make_srtp_session({.suite = suite, .local_key = a, .remote_key = b}, engine).value();
    l.receiver = make_srtp_session({.suite = suite, .local_key = b, .remote_key = a}, engine).value();
  }
  return legs;
}

std::array<uint8_t, packet_bytes + max_trailer_bytes> next_packet(leg& l) {
  std::array<uint8_t, packet_bytes + max_trailer_bytes> p{};
  p[0] = 0x80;
  p[2] = static_cast<uint8_t>(l.sequence >> 8);
  p[3] = static_cast<uint8_t>(l.sequence++);
  return p;
}

std::string label_of(const benchmark::State& state) {
  const bool openssl = static_cast<srtp_engine>(state.range(0)) == srtp_engine::openssl;
  return std::string{openssl ? "OpenSSL " : "libsrtp2 "} +
         std::string{to_string(static_cast<media::srtp_suite>(state.range(1)))};
}

/// Arguments: engine, suite, contexts walked through in turn (a cold cache is what a busy shard has).
void protect(benchmark::State& state) {
  auto& legs = legs_of(state);
  size_t at = 0;
  for (auto _ : state) {
    auto& l = legs[at++ % legs.size()];
    auto p = next_packet(l);
    benchmark::DoNotOptimize(l.sender->protect_rtp(p, packet_bytes));
  }
  state.SetLabel(label_of(state));
}

void unprotect(benchmark::State& state) {
  auto& legs = legs_of(state);
  using sealed = std::pair<std::array<uint8_t, packet_bytes + max_trailer_bytes>, size_t>;
  std::vector<sealed> packets(std::max<size_t>(legs.size(), 1024));
  size_t at = packets.size();
  for (auto _ : state) {
    if (at == packets.size()) {
      state.PauseTiming();
      for (size_t i = 0; i < packets.size(); ++i) {
        auto& l = legs[i % legs.size()];
        packets[i].first = next_packet(l);
        packets[i].second = *l.sender->protect_rtp(packets[i].first, packet_bytes);
      }
      at = 0;
      state.ResumeTiming();
    }
    auto& [bytes, length] = packets[at];
    const auto opened = legs[at++ % legs.size()].receiver->unprotect_rtp(std::span{bytes}.first(length));
    if (!opened) state.SkipWithError(opened.error().text.c_str());
  }
  state.SetLabel(label_of(state));
}

constexpr auto openssl = static_cast<int64_t>(srtp_engine::openssl);
constexpr auto libsrtp2 = static_cast<int64_t>(srtp_engine::libsrtp2);
BENCHMARK(protect)->ArgsProduct({{openssl, libsrtp2}, {0, 1, 2, 3}, {1, 1000, 4000}});
BENCHMARK(unprotect)->ArgsProduct({{openssl, libsrtp2}, {0, 1, 2, 3}, {1, 1000, 4000}});

}  // namespace
}  // namespace confab::secure
