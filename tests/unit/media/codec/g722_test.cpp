#include <gtest/gtest.h>

#include "media/codec/codec.hpp"
#include "vectors.hpp"

namespace confab::codec {
namespace {

using media::codec_kind;
constexpr size_t frame = 320;  // 20 ms

std::vector<uint16_t> encode_all(encoder& e, const std::vector<int16_t>& samples) {
  std::vector<uint16_t> words;
  for (size_t at = 0; at < samples.size(); at += frame) {
    const size_t count = std::min(frame, samples.size() - at);
    std::vector<uint8_t> out(count / 2);
    EXPECT_EQ(e.encode(std::span(samples).subspan(at, count), out), out.size());
    words.insert(words.end(), out.begin(), out.end());
  }
  return words;
}

std::vector<int16_t> decode_all(decoder& d, const std::vector<uint16_t>& words) {
  std::vector<int16_t> samples;
  for (size_t at = 0; at < words.size(); at += frame / 2) {
    const size_t count = std::min(frame / 2, words.size() - at);
    const auto first = words.begin() + static_cast<std::ptrdiff_t>(at);
    const std::vector<uint8_t> payload(first, first + static_cast<std::ptrdiff_t>(count));
    std::vector<int16_t> out(count * 2);
    const auto decoded = d.decode(payload, out);
    EXPECT_TRUE(decoded.ok());
    samples.insert(samples.end(), out.begin(), out.end());
  }
  return samples;
}

/// Two seconds that go through all of the codec's adaptation: sweeps, noise, steps, silence. Integers only,
/// so that every machine makes the same.
std::vector<int16_t> generated_signal() {
  std::vector<int16_t> samples;
  uint32_t noise = 12'345;
  int phase = 0;
  for (int i = 0; i < 32'000; ++i) {
    noise = noise * 1'664'525u + 1'013'904'223u;
    phase = (phase + 20 + i / 16) % 4'096;
    const int triangle = (phase < 2'048 ? phase : 4'095 - phase) * 16 - 16'384;
    const int loudness = (i / 1'600) % 5;  // steps every 100 ms, the first silent
    const int value = (triangle * loudness) / 4 + (static_cast<int>(noise >> 20) - 2'048) * ((i / 8'000) % 2);
    samples.push_back(static_cast<int16_t>(std::clamp(value, -32'768, 32'767)));
  }
  return samples;
}

TEST(g722, encodes_and_decodes_a_generated_signal_as_the_proven_build_did) {
  auto e = make_encoder(codec_kind::g722);
  auto d = make_decoder(codec_kind::g722);
  const auto codes = encode_all(*e, generated_signal());
  EXPECT_EQ(vectors::checksum(codes), 1106131742364591662u);
  EXPECT_EQ(vectors::checksum(decode_all(*d, codes)), 10167071161064615719u);
}

TEST(g722, encodes_the_itu_speech_to_the_bit) {
  const auto speech = vectors::read_words("g722/inpsp.bin");
  if (speech.empty()) GTEST_SKIP() << vectors::missing("g722/inpsp.bin");
  auto expected = vectors::read_words("g722/codspw.cod");
  for (uint16_t& word : expected) word &= 0xff;
  auto e = make_encoder(codec_kind::g722);
  EXPECT_EQ(encode_all(*e, {speech.begin(), speech.end()}), expected);
}

TEST(g722, decodes_the_itu_speech_to_the_bit) {
  auto codes = vectors::read_words("g722/codspw.cod");
  if (codes.empty()) GTEST_SKIP() << vectors::missing("g722/codspw.cod");
  for (uint16_t& word : codes) word &= 0xff;
  const auto expected = vectors::read_words("g722/outsp1.bin");
  auto d = make_decoder(codec_kind::g722);
  EXPECT_EQ(decode_all(*d, codes), std::vector<int16_t>(expected.begin(), expected.end()));
}

TEST(g722, counts_time_at_8000_while_its_samples_come_at_16000) {
  const traits& t = traits_of(codec_kind::g722);
  EXPECT_EQ(t.sample_rate, 16'000u);
  EXPECT_EQ(t.rtp_clock_rate, 8'000u);
  EXPECT_EQ(make_decoder(codec_kind::g722)->samples_in(std::vector<uint8_t>(160)), 320u);
}

}  // namespace
}  // namespace confab::codec
