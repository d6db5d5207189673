#include "media/codec/speex_frames.hpp"

#include <gtest/gtest.h>

#include "media/codec/codec.hpp"

namespace confab::codec {
namespace {

/// "0 1111 1…" to bytes, filled up with zeros.
std::vector<uint8_t> bits(const std::string& text) {
  std::vector<uint8_t> bytes;
  size_t count = 0;
  for (const char c : text) {
    if (c != '0' && c != '1') continue;
    if (count % 8 == 0) bytes.push_back(0);
    if (c == '1') bytes.back() = static_cast<uint8_t>(bytes.back() | (0x80 >> count % 8));
    ++count;
  }
  return bytes;
}

std::string zeros(size_t count) {
  return std::string(count, '0');
}

struct payload_case {
  const char* what;
  std::vector<uint8_t> payload;
  bool wide;
  std::optional<size_t> frames;
};

TEST(speex_frames, are_counted_in_good_payloads_and_refused_in_bad_ones) {
  const std::string silence = "0 0000";             // sub-mode 0: nothing but its header
  const std::string third = "0 0011" + zeros(155);  // 160 bits
  const std::string fifth = "0 0110" + zeros(359);  // 364 bits
  const std::string layer = "1 001" + zeros(32);    // 36 bits
  const payload_case cases[] = {
      {"empty", {}, false, std::nullopt},
      {"one frame, terminator", bits(third + "01111"), false, 1},
      {"one frame, padded with 0 and 1s", bits(fifth + "0111"), false, 1},
      {"an empty layer for the wide decoder", bits(third + "1 000" + "01111"), true, 1},
      {"two silent frames", bits(silence + silence + "011111"), false, 2},
      {"only a terminator", bits("01111 111"), false, std::nullopt},
      {"a frame cut off", bits("0 0011" + zeros(100)), false, std::nullopt},
      {"a reserved sub-mode", bits("0 1001" + zeros(200)), false, std::nullopt},
      {"a second frame cut off", bits(third + "0 0011" + zeros(20)), false, std::nullopt},
      {"a wide frame for the narrow decoder", bits(third + layer + "01111"), false, 1},
      {"a wide frame", bits(third + layer + "01111"), true, 1},
      {"two wide frames", bits(third + layer + third + layer + "01111"), true, 2},
      {"a wide layer cut off", bits(third + "1 001" + zeros(4)), true, std::nullopt},
      {"a reserved wide sub-mode", bits(third + "1 111" + zeros(400)), true, std::nullopt},
      {"an ultra-wide layer above", bits(third + layer + layer + "01111"), true, 1},
      {"layers without end", bits(layer + layer + layer + third + "01111"), false, std::nullopt},
      {"a message in front of a frame", bits("0 1110 0000 1" + third + "01111"), false, 1},
      {"a user message cut off", bits("0 1101 1111" + zeros(10)), false, std::nullopt},
      {"all ones", std::vector<uint8_t>(40, 0xff), true, std::nullopt},
  };
  for (const payload_case& c : cases) EXPECT_EQ(count_speex_frames(c.payload, c.wide), c.frames) << c.what;
}

TEST(speex_frames, every_payload_of_the_encoder_is_counted_right) {
  for (const auto kind : {media::codec_kind::speex_narrow, media::codec_kind::speex_wide}) {
    const bool wide = kind == media::codec_kind::speex_wide;
    auto e = make_encoder(kind);
    for (size_t frames = 1; frames <= 3; ++frames) {
      std::vector<int16_t> in(frames * (wide ? 320 : 160));
      for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<int16_t>((i * 2'654'435'761u) >> 18);
      std::vector<uint8_t> out(1'280);
      out.resize(e->encode(in, out));
      EXPECT_EQ(count_speex_frames(out, wide), frames);
    }
  }
}

}  // namespace
}  // namespace confab::codec
