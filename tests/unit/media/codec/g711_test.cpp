#include "media/codec/g711.hpp"

#include <gtest/gtest.h>

#include "vectors.hpp"

namespace confab::codec {
namespace {

using encode_function = void (*)(std::span<const int16_t>, std::span<uint8_t>) noexcept;
using decode_function = void (*)(std::span<const uint8_t>, std::span<int16_t>) noexcept;

struct law {
  const char* name;
  encode_function encode;
  decode_function decode;
  const char* encoded_vector;
  const char* decoded_vector;
  uint64_t encoded_checksum;  // over all 65,536 samples from -32,768 upwards; equal to the vectors' own
  uint64_t decoded_checksum;  // over all 256 codes
};

const law laws[] = {
    {"mu-law", encode_mu_law, decode_mu_law, "g711/sweep-r.u", "g711/sweep-r.reu", 6495988945233030277u,
     13339211118338482600u},
    {"A-law", encode_a_law, decode_a_law, "g711/sweep-r.a", "g711/sweep-r.rea", 2357572666979122981u,
     7582444160614126245u},
};

std::vector<uint16_t> encode_words(const law& l, const std::vector<int16_t>& samples) {
  std::vector<uint8_t> codes(samples.size());
  l.encode(samples, codes);
  return {codes.begin(), codes.end()};
}

std::vector<int16_t> decode_words(const law& l, const std::vector<uint16_t>& words) {
  const std::vector<uint8_t> codes(words.begin(), words.end());
  std::vector<int16_t> samples(codes.size());
  l.decode(codes, samples);
  return samples;
}

TEST(g711, encodes_every_sample_and_decodes_every_code_as_proven_against_the_itu_vectors) {
  std::vector<int16_t> samples;
  for (int value = -32'768; value <= 32'767; ++value) samples.push_back(static_cast<int16_t>(value));
  std::vector<uint16_t> codes;
  for (uint16_t code = 0; code < 256; ++code) codes.push_back(code);
  for (const law& l : laws) {
    EXPECT_EQ(vectors::checksum(encode_words(l, samples)), l.encoded_checksum) << l.name;
    EXPECT_EQ(vectors::checksum(decode_words(l, codes)), l.decoded_checksum) << l.name;
  }
}

TEST(g711, equals_the_itu_vectors_to_the_bit_for_all_65536_samples) {
  const auto sweep = vectors::read_words("g711/sweep.src");
  if (sweep.empty()) GTEST_SKIP() << vectors::missing("g711/sweep.src");
  const std::vector<int16_t> samples(sweep.begin(), sweep.end());
  ASSERT_EQ(samples.size(), 65'536u);
  for (const law& l : laws) {
    const auto encoded = vectors::read_words(l.encoded_vector);
    const auto decoded = vectors::read_words(l.decoded_vector);
    ASSERT_EQ(encoded.size(), samples.size()) << l.name;
    EXPECT_EQ(encode_words(l, samples), encoded) << l.name;
    EXPECT_EQ(decode_words(l, encoded), std::vector<int16_t>(decoded.begin(), decoded.end())) << l.name;
  }
}

TEST(g711, decodes_what_it_encoded_to_within_half_a_step) {
  for (const law& l : laws) {
    for (int value = -32'000; value <= 32'000; value += 7) {
      const std::vector<int16_t> in{static_cast<int16_t>(value)};
      const int back = decode_words(l, encode_words(l, in))[0];
      EXPECT_LE(std::abs(back - value), 16 + std::abs(value) / 32) << l.name << " " << value;
    }
  }
}

}  // namespace
}  // namespace confab::codec
