#include <vector>

#include <benchmark/benchmark.h>

#include "media/mix/half_band.hpp"
#include "media/mix/leg_voice.hpp"
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

/// One leg's tick of who is heard, its level known: three loud frames and one quiet one in turn.
void voice(benchmark::State& state, const voice_settings& settings) {
  const frame loud = noise(1, 8'000);
  const int levels[] = {20, 24, 20, 60};
  leg_voice leg;
  leg.configure(settings);
  size_t i = 0;
  for (auto _ : state) {
    frame f = loud;
    const speaker_rank rank = leg.measure(levels[i++ % 4], 1);
    benchmark::DoNotOptimize(leg.shape(f, rank != 0));
    benchmark::DoNotOptimize(f);
  }
}
void voice_off(benchmark::State& state) {
  voice(state, {.voice_activity = false});
}
void voice_as_usual(benchmark::State& state) {
  voice(state, {});
}
void voice_all_on(benchmark::State& state) {
  voice(state, {.speakers = 3, .voice_activity = true, .noise_gate = true, .gain_control = true});
}
BENCHMARK(voice_off);
BENCHMARK(voice_as_usual);
BENCHMARK(voice_all_on);

void select_of_thousand(benchmark::State& state) {
  std::vector<speaker_rank> claims(1'000);
  uint32_t seed = 1;
  for (size_t i = 0; i < claims.size(); ++i) {
    seed = seed * 1'664'525u + 1'013'904'223u;
    claims[i] = (uint64_t{seed} << 32) + i + 1;
  }
  speaker_selection selection;
  selection.expect_legs(claims.size());
  for (auto _ : state) benchmark::DoNotOptimize(selection.least_heard(claims, {}, 5));
}
BENCHMARK(select_of_thousand);

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
