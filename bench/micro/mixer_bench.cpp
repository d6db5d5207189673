#include <vector>

#include <benchmark/benchmark.h>

#include "media/mix/half_band.hpp"
#include "media/mix/level.hpp"
#include "media/mix/section.hpp"

// Time for one 20 ms frame of a room, and of what happens to each leg around the mix.

namespace confab::mix {
namespace {

frame noise(uint32_t seed, int peak) {
  frame f;
  for (auto& s : f) {
    seed = seed * 1'664'525u + 1'013'904'223u;
    s = static_cast<int16_t>(static_cast<int>((seed >> 8) % static_cast<uint32_t>(2 * peak)) - peak);
  }
  return f;
}

/// `legs` legs of which `talkers` talk, at `peak`.
void mix_room(benchmark::State& state, size_t legs, size_t talkers, int peak) {
  std::vector<frame> in(legs);
  std::vector<frame> out(legs);
  std::vector<mix_leg> room(legs);
  for (size_t i = 0; i < legs; ++i) {
    in[i] = noise(static_cast<uint32_t>(i), peak);
    room[i] = {i < talkers ? &in[i] : nullptr, &out[i], nullptr};
  }
  section s;
  for (auto _ : state) {
    s.sum(room);
    s.mix(room, nullptr, nullptr);
    benchmark::ClobberMemory();
  }
}

void hundred_talk(benchmark::State& state) {
  mix_room(state, 100, 100, 300);
}
void hundred_shout(benchmark::State& state) {
  mix_room(state, 100, 100, 30'000);
}
void three_of_hundred_talk(benchmark::State& state) {
  mix_room(state, 100, 3, 3'000);
}
BENCHMARK(hundred_talk);
BENCHMARK(hundred_shout);
BENCHMARK(three_of_hundred_talk);

void level(benchmark::State& state) {
  const frame f = noise(1, 8'000);
  for (auto _ : state) benchmark::DoNotOptimize(level_of(f));
}
BENCHMARK(level);

void narrow_to_wide(benchmark::State& state) {
  const frame f = noise(1, 8'000);
  frame out;
  half_band_up up;
  for (auto _ : state) {
    up.process(std::span(f).first(160), out);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(narrow_to_wide);

void wide_to_narrow(benchmark::State& state) {
  const frame f = noise(1, 8'000);
  std::array<int16_t, 160> out;
  half_band_down down;
  for (auto _ : state) {
    down.process(f, out);
    benchmark::ClobberMemory();
  }
}
BENCHMARK(wide_to_narrow);

}  // namespace
}  // namespace confab::mix
