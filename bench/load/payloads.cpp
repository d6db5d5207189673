#include "bench/load/payloads.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "bench/load/speech.hpp"
#include "media/codec/codec.hpp"

namespace confab::load {
namespace {

constexpr uint32_t packets_per_second = 50;

/// Encodes whole packets; the first `lead_in` of them only settle the encoder's state.
std::vector<payload> encode(media::codec_kind kind, std::span<const int16_t> samples_16k, size_t lead_in) {
  const auto rate = codec::traits_of(kind).sample_rate;
  const auto samples = rate == speech_rate ? std::vector<int16_t>(samples_16k.begin(), samples_16k.end())
                                           : halved_rate(samples_16k);
  const size_t step = rate / packets_per_second;
  auto encoder = codec::make_encoder(kind);
  std::vector<payload> packets;
  std::array<uint8_t, 1'280> buffer{};
  for (size_t at = 0; at + step <= samples.size(); at += step) {
    const auto bytes = encoder->encode(std::span(samples).subspan(at, step), buffer);
    if (lead_in > 0) {
      --lead_in;
    } else {
      packets.emplace_back(buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(bytes));
    }
  }
  return packets;
}

}  // namespace

payload_library make_payloads(media::codec_kind codec, std::span<const int16_t> speech,
                              uint32_t burst_packets) {
  constexpr size_t step = speech_rate / packets_per_second;
  constexpr size_t lead_in = 10;
  payload_library library;
  library.talk = encode(codec, speech, 0);
  library.quiet = encode(codec, quiet_line(100 * step), 0);
  auto burst = quiet_line(lead_in * step);
  const auto tone = loud_tone(burst_packets * step);
  burst.insert(burst.end(), tone.begin(), tone.end());
  library.burst = encode(codec, burst, lead_in);
  return library;
}

double loudness(std::span<const int16_t> samples, uint32_t sample_rate) noexcept {
  const size_t part = std::max<size_t>(sample_rate / 200, 1);
  double loudest = 0;
  for (size_t at = 0; at < samples.size(); at += part) {
    const auto piece = samples.subspan(at, std::min(part, samples.size() - at));
    double sum = 0;
    for (const auto s : piece) sum += static_cast<double>(s) * s;
    loudest = std::max(loudest, sum / static_cast<double>(piece.size()));
  }
  return std::sqrt(loudest);
}

}  // namespace confab::load
