#include "media/codec/codec.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace confab::codec {
namespace {

using media::codec_kind;

constexpr codec_kind kinds[] = {codec_kind::pcmu,         codec_kind::pcma,       codec_kind::g722,
                                codec_kind::speex_narrow, codec_kind::speex_wide, codec_kind::opus};

std::string name(codec_kind kind) {
  return std::string(media::to_string(kind));
}

size_t samples_in_ms(codec_kind kind, size_t ms) {
  return traits_of(kind).sample_rate * ms / 1'000;
}

std::vector<int16_t> tone(codec_kind kind, size_t ms, size_t from_ms = 0, double hertz = 440) {
  const double rate = traits_of(kind).sample_rate;
  std::vector<int16_t> out(samples_in_ms(kind, ms));
  const size_t offset = samples_in_ms(kind, from_ms);
  for (size_t i = 0; i < out.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i + offset) / rate;
    out[i] = static_cast<int16_t>(8'000 * std::sin(phase));
  }
  return out;
}

std::vector<uint8_t> encode(encoder& e, const std::vector<int16_t>& in) {
  std::vector<uint8_t> out(1'280);
  out.resize(e.encode(in, out));
  return out;
}

/// RMS of the part of `samples` at `hertz`.
double level_at(double hertz, double rate, std::span<const int16_t> samples) {
  double real = 0;
  double imaginary = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate;
    real += samples[i] * std::cos(phase);
    imaginary += samples[i] * std::sin(phase);
  }
  return std::hypot(real, imaginary) * std::numbers::sqrt2 / static_cast<double>(samples.size());
}

TEST(codec, every_kind_has_traits_that_name_it_and_both_directions) {
  for (const codec_kind kind : kinds) {
    EXPECT_EQ(traits_of(kind).kind, kind);
    EXPECT_NE(make_decoder(kind), nullptr) << name(kind);
    EXPECT_NE(make_encoder(kind), nullptr) << name(kind);
  }
}

TEST(codec, a_tone_survives_encoding_and_decoding_at_its_level) {
  for (const codec_kind kind : kinds) {
    auto e = make_encoder(kind);
    auto d = make_decoder(kind);
    std::vector<int16_t> heard;
    for (size_t ms = 0; ms < 1'000; ms += 20) {
      const auto payload = encode(*e, tone(kind, 20, ms));
      std::vector<int16_t> out(samples_in_ms(kind, 20));
      const auto decoded = d->decode(payload, out);
      ASSERT_TRUE(decoded.ok()) << name(kind);
      ASSERT_EQ(*decoded, out.size()) << name(kind);
      heard.insert(heard.end(), out.begin(), out.end());
    }
    const auto settled = std::span(heard).last(samples_in_ms(kind, 500));
    const double level = level_at(440, traits_of(kind).sample_rate, settled);
    EXPECT_NEAR(20 * std::log10(level / (8'000 / std::numbers::sqrt2)), 0, 2) << name(kind);
  }
}

TEST(codec, every_packet_length_from_one_frame_to_60_ms_goes_through) {
  for (const codec_kind kind : kinds) {
    const auto step = static_cast<size_t>(traits_of(kind).frame.count());
    auto e = make_encoder(kind);
    auto d = make_decoder(kind);
    for (size_t round = 0; round < 20; ++round) {
      for (size_t ms = step; ms <= 60; ms += step) {
        const auto payload = encode(*e, tone(kind, ms, round * 100, 300 + 50 * static_cast<double>(round)));
        ASSERT_GT(payload.size(), 0u) << name(kind) << " " << ms;
        EXPECT_EQ(d->samples_in(payload), samples_in_ms(kind, ms)) << name(kind) << " " << ms;
        std::vector<int16_t> out(samples_in_ms(kind, 60));
        const auto decoded = d->decode(payload, out);
        ASSERT_TRUE(decoded.ok()) << name(kind) << " " << ms;
        EXPECT_EQ(*decoded, samples_in_ms(kind, ms)) << name(kind) << " " << ms;
      }
    }
  }
}

TEST(codec, an_empty_payload_is_malformed) {
  for (const codec_kind kind : kinds) {
    auto d = make_decoder(kind);
    std::vector<int16_t> out(960);
    const auto decoded = d->decode({}, out);
    ASSERT_FALSE(decoded.ok()) << name(kind);
    EXPECT_EQ(decoded.error().code, errc::malformed) << name(kind);
    EXPECT_EQ(d->samples_in({}), 0u) << name(kind);
  }
}

TEST(codec, what_does_not_fit_is_too_large_and_the_next_packet_decodes) {
  for (const codec_kind kind : kinds) {
    auto e = make_encoder(kind);
    auto d = make_decoder(kind);
    const auto payload = encode(*e, tone(kind, 40));
    std::vector<int16_t> small(samples_in_ms(kind, 40) - 1);
    const auto refused = d->decode(payload, small);
    ASSERT_FALSE(refused.ok()) << name(kind);
    EXPECT_EQ(refused.error().code, errc::too_large) << name(kind);
    std::vector<int16_t> right(samples_in_ms(kind, 40));
    EXPECT_TRUE(d->decode(payload, right).ok()) << name(kind);
  }
}

TEST(codec, a_giant_payload_is_refused) {
  for (const codec_kind kind : kinds) {
    for (const uint8_t fill : {uint8_t{0x00}, uint8_t{0x55}, uint8_t{0xff}}) {
      auto d = make_decoder(kind);
      const std::vector<uint8_t> payload(65'536, fill);
      std::vector<int16_t> out(1'920);
      EXPECT_FALSE(d->decode(payload, out).ok()) << name(kind);
    }
  }
}

TEST(codec, garbage_is_an_error_or_sound_but_the_decoder_goes_on) {
  uint32_t random = 7;
  for (const codec_kind kind : kinds) {
    auto e = make_encoder(kind);
    auto d = make_decoder(kind);
    std::vector<int16_t> out(1'920);
    for (size_t round = 0; round < 500; ++round) {
      std::vector<uint8_t> payload(1 + round % 300);
      for (auto& byte : payload) {
        random = random * 1'664'525u + 1'013'904'223u;
        byte = static_cast<uint8_t>(random >> 24);
      }
      const size_t announced = d->samples_in(payload);
      const auto decoded = d->decode(payload, out);
      if (decoded.ok()) {
        EXPECT_EQ(*decoded, announced) << name(kind);
      }
    }
    double level = 0;
    for (size_t ms = 0; ms < 2'000; ms += 20) {
      ASSERT_TRUE(d->decode(encode(*e, tone(kind, 20, ms)), out).ok()) << name(kind);
      const auto samples = std::span(out).first(samples_in_ms(kind, 20));
      level = level_at(440, traits_of(kind).sample_rate, samples);
    }
    EXPECT_NEAR(20 * std::log10(level / (8'000 / std::numbers::sqrt2)), 0, 3) << name(kind);
  }
}

TEST(codec, concealment_fills_any_length_and_fades) {
  for (const codec_kind kind : kinds) {
    auto e = make_encoder(kind);
    auto d = make_decoder(kind);
    std::vector<int16_t> out(960);
    for (size_t ms = 0; ms < 200; ms += 20) ASSERT_TRUE(d->decode(encode(*e, tone(kind, 20, ms)), out).ok());
    double first = 0;
    double last = 0;
    for (size_t round = 0; round < 50; ++round) {
      std::vector<int16_t> lost(samples_in_ms(kind, 20));
      d->conceal(lost);
      last = 0;
      for (const int16_t s : lost) last += static_cast<double>(s) * s;
      if (round == 0) first = last;
    }
    EXPECT_GT(first, 1e8) << name(kind);
    EXPECT_LT(last, first / 100) << name(kind);
    for (const size_t odd : {1u, 7u, 41u, 333u}) {
      std::vector<int16_t> lost(odd);
      d->conceal(lost);
    }
  }
}

TEST(codec, an_encoder_that_takes_over_a_state_sends_what_the_other_would_have_sent) {
  for (const codec_kind kind : kinds) {
    auto first = make_encoder(kind);
    auto second = make_encoder(kind);
    for (size_t ms = 0; ms < 100; ms += 20) encode(*first, tone(kind, 20, ms));
    ASSERT_EQ(second->assume_state_of(*first), traits_of(kind).copyable_encoder) << name(kind);
    if (!traits_of(kind).copyable_encoder) continue;
    for (size_t ms = 100; ms < 200; ms += 20) {
      EXPECT_EQ(encode(*second, tone(kind, 20, ms)), encode(*first, tone(kind, 20, ms))) << name(kind);
    }
  }
  EXPECT_FALSE(make_encoder(codec_kind::pcmu)->assume_state_of(*make_encoder(codec_kind::pcma)));
  EXPECT_FALSE(make_encoder(codec_kind::g722)->assume_state_of(*make_encoder(codec_kind::opus)));
}

TEST(codec, opus_takes_stereo_and_refuses_what_lasts_longer_than_120_ms) {
  auto d = make_decoder(codec_kind::opus);
  std::vector<int16_t> out(1'920);
  // RFC 6716 §3.1: configuration 9 (SILK wide-band, 20 ms), stereo bit, code 0, and some bytes of frame.
  const std::vector<uint8_t> stereo{9 << 3 | 4, 0x10, 0x20, 0x30, 0x40, 0x50};
  EXPECT_EQ(d->samples_in(stereo), 320u);
  EXPECT_TRUE(d->decode(stereo, out).ok());
  // Code 3, seven frames of 20 ms.
  const std::vector<uint8_t> long_one{9 << 3 | 3, 7, 1, 2, 3, 4, 5, 6, 7};
  EXPECT_EQ(d->samples_in(long_one), 0u);
  const auto refused = d->decode(long_one, out);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::malformed);
}

}  // namespace
}  // namespace confab::codec
