#include <array>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/rtp/jitter_buffer.hpp"

// One packet into and out of the jitter buffer, estimator included, in turn over a hundred legs.

namespace confab::rtp {
namespace {

void push_and_pop(benchmark::State& state) {
  std::vector<jitter_buffer> legs;
  for (int i = 0; i < 100; ++i) legs.emplace_back(jitter_settings{.caller_drains = true});
  const std::array<uint8_t, 160> payload{};
  clock_time now{std::chrono::seconds{1'000}};
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  for (auto _ : state) {
    for (jitter_buffer& leg : legs) {
      leg.push(sequence, timestamp, 0, false, payload, now);
      benchmark::DoNotOptimize(leg.pop(now));
    }
    ++sequence;
    timestamp += 160;
    now += std::chrono::milliseconds{20};
  }
  state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(push_and_pop);

}  // namespace
}  // namespace confab::rtp
