#include <cmath>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/codec/codec.hpp"

// Time for one 20 ms frame, encoding and decoding, of something that has the shape of a voice.

namespace confab::codec {
namespace {

using media::codec_kind;

constexpr codec_kind kinds[] = {codec_kind::pcmu,         codec_kind::pcma,       codec_kind::g722,
                                codec_kind::speex_narrow, codec_kind::speex_wide, codec_kind::opus};
constexpr size_t frames = 50;

/// One second: a pitch with harmonics that swells and fades four times, some breath under it.
std::vector<int16_t> voice(uint32_t rate) {
  std::vector<int16_t> samples(rate);
  uint32_t noise = 1;
  for (uint32_t i = 0; i < rate; ++i) {
    const double t = static_cast<double>(i) / rate;
    double value = 0;
    for (int harmonic = 1; harmonic < 12; ++harmonic) {
      value += std::sin(2 * M_PI * 140 * harmonic * t) / harmonic;
    }
    noise = noise * 1'664'525u + 1'013'904'223u;
    const double swell = 0.55 - 0.45 * std::cos(2 * M_PI * 4 * t);
    samples[i] = static_cast<int16_t>(6'000 * swell * value + static_cast<double>(noise >> 23) - 256);
  }
  return samples;
}

void encode(benchmark::State& state, codec_kind kind) {
  const uint32_t rate = traits_of(kind).sample_rate;
  const auto samples = voice(rate);
  auto e = make_encoder(kind);
  std::vector<uint8_t> out(1'280);
  size_t frame = 0;
  for (auto _ : state) {
    const auto in = std::span(samples).subspan(frame * rate / 50, rate / 50);
    benchmark::DoNotOptimize(e->encode(in, out));
    benchmark::ClobberMemory();
    frame = (frame + 1) % frames;
  }
}

void decode(benchmark::State& state, codec_kind kind) {
  const uint32_t rate = traits_of(kind).sample_rate;
  const auto samples = voice(rate);
  auto e = make_encoder(kind);
  std::vector<std::vector<uint8_t>> payloads(frames);
  for (size_t i = 0; i < frames; ++i) {
    payloads[i].resize(1'280);
    payloads[i].resize(e->encode(std::span(samples).subspan(i * rate / 50, rate / 50), payloads[i]));
  }
  auto d = make_decoder(kind);
  std::vector<int16_t> out(rate / 50);
  size_t frame = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(d->decode(payloads[frame], out).ok());
    benchmark::ClobberMemory();
    frame = (frame + 1) % frames;
  }
}

void conceal(benchmark::State& state, codec_kind kind) {
  const uint32_t rate = traits_of(kind).sample_rate;
  const auto samples = voice(rate);
  auto e = make_encoder(kind);
  auto d = make_decoder(kind);
  std::vector<uint8_t> payload(1'280);
  payload.resize(e->encode(std::span(samples).first(rate / 50), payload));
  std::vector<int16_t> out(rate / 50);
  for (auto _ : state) {  // every second packet is lost: the costly beginning each time
    benchmark::DoNotOptimize(d->decode(payload, out).ok());
    d->conceal(out);
    benchmark::ClobberMemory();
  }
}

[[maybe_unused]] const bool registered = [] {
  for (const codec_kind kind : kinds) {
    const std::string name(media::to_string(kind));
    benchmark::RegisterBenchmark(("encode/" + name).c_str(), [kind](auto& state) { encode(state, kind); });
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), [kind](auto& state) { decode(state, kind); });
    benchmark::RegisterBenchmark(("decode_and_conceal/" + name).c_str(),
                                 [kind](auto& state) { conceal(state, kind); });
  }
  return true;
}();

}  // namespace
}  // namespace confab::codec
