#include "bench/load/payloads.hpp"

#include <array>

#include <gtest/gtest.h>

#include "bench/load/speech.hpp"
#include "media/codec/codec.hpp"

namespace confab::load {
namespace {

using media::codec_kind;

TEST(load_payloads, cuts_speech_into_packets_of_20_ms) {
  for (const auto kind : {codec_kind::pcmu, codec_kind::pcma, codec_kind::g722, codec_kind::speex_narrow,
                          codec_kind::speex_wide, codec_kind::opus}) {
    const auto library = make_payloads(kind, loud_tone(speech_rate), 3);
    EXPECT_EQ(library.talk.size(), 50U);
    EXPECT_EQ(library.burst.size(), 3U);
    EXPECT_FALSE(library.quiet.empty());
    const auto decoder = codec::make_decoder(kind);
    for (const auto& packet : library.talk) {
      EXPECT_EQ(decoder->samples_in(packet), codec::traits_of(kind).sample_rate / 50);
    }
  }
}

TEST(load_payloads, makes_bursts_that_stand_out_from_a_quiet_line) {
  for (const auto kind : {codec_kind::pcmu, codec_kind::pcma, codec_kind::g722}) {
    const auto library = make_payloads(kind, loud_tone(speech_rate), 1);
    const auto decoder = codec::make_decoder(kind);
    std::array<int16_t, 960> sound{};
    for (const auto& packet : library.quiet) {
      const auto made = decoder->decode(packet, sound);
      ASSERT_TRUE(made.ok());
      EXPECT_LT(loudness(std::span(sound).first(*made), speech_rate), 200);
    }
    const auto made = decoder->decode(library.burst[0], sound);
    ASSERT_TRUE(made.ok());
    EXPECT_GT(loudness(std::span(sound).first(*made), speech_rate), 12'000);
  }
}

}  // namespace
}  // namespace confab::load
