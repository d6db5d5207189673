#include <string>

#include <gtest/gtest.h>

#include "media/codec/codec.hpp"
#include "media/mix/leg_media_playout.hpp"
#include "media/mix/leg_voice.hpp"
#include "tests/unit/media/mix/shard_phone.hpp"
#include "tests/unit/media/mix/speech.hpp"

// RFC 6464: what a peer marks as silent is not decoded, and nobody hears a difference.

namespace confab::mix::testing_support {
namespace {

constexpr uint8_t voice = 0x80;

/// What a room hears of a peer that marks its packets, or does not.
struct line {
  line(media::codec_kind kind, bool marked)
      : traits(codec::traits_of(kind)), marks(marked), encoder(codec::make_encoder(kind)) {
    playout.configure(kind, 200ms);
    activity.configure({});
  }

  void tick(const frame& said) {
    std::vector<int16_t> samples(said.begin(), said.end());
    if (traits.sample_rate == 8000) {  // good enough for speech that is compared with itself
      for (size_t i = 0; i < samples.size() / 2; ++i) {
        samples[i] = static_cast<int16_t>((samples[2 * i] + samples[2 * i + 1]) / 2);
      }
      samples.resize(samples.size() / 2);
    }
    std::array<uint8_t, codec::longest_payload> payload;
    const size_t length = encoder->encode(samples, payload);
    const int level = level_of(said);
    const auto octet = static_cast<uint8_t>(level < 50 ? voice | level : level);
    playout.buffer()->push(sequence++, timestamp, 9, false, std::span(payload).first(length), now,
                           marks ? octet : rtp::no_audio_level);
    timestamp += traits.rtp_clock_rate / 50;

    std::vector<codec::decode_job> jobs;
    playout.begin_frame(jobs, now, {activity.spare_from(), activity.always_spare_from()});
    codec::decode_all(jobs);
    frame out;
    const bool something = playout.finish_frame(jobs, out, now);
    (void)activity.measure(something ? level_of(out) : playout.spared_level().value_or(silence_level), 1);
    if (!something) {
      activity.shape_nothing();
      out.fill(0);
    } else if (!activity.shape(out, true)) {
      out.fill(0);
    }
    heard.insert(heard.end(), out.begin(), out.end());
    now += 20ms;
  }

  const codec::traits& traits;
  bool marks;
  std::unique_ptr<codec::encoder> encoder;
  leg_media_playout playout;
  leg_voice activity;
  rtp::clock_time now{1h};
  uint16_t sequence = 65'500;
  uint32_t timestamp = 0;
  sound_samples heard;
};

TEST(spared_decoding, loses_no_word_and_does_not_click) {
  const sound_samples clean = speech();
  if (clean.empty()) GTEST_SKIP() << vectors::missing(speech_file);
  const sound_samples lead(2 * mix_rate, 0);
  const sound_samples words = joined(lead, joined(clean, joined(lead, clean)));
  const sound_samples said = sum_of(words, noise(words.size(), -70));
  for (const auto kind : {media::codec_kind::pcmu, media::codec_kind::pcma, media::codec_kind::g722,
                          media::codec_kind::opus, media::codec_kind::speex_wide}) {
    SCOPED_TRACE(std::string(media::to_string(kind)));
    line marked(kind, true), plain(kind, false);
    for (size_t at = 0; at < said.size(); at += samples_per_frame) {
      marked.tick(frame_at(said, at));
      plain.tick(frame_at(said, at));
    }
    EXPECT_EQ(plain.playout.spared(), 0u);
    EXPECT_GT(marked.playout.spared(), 150u);
    ASSERT_EQ(marked.heard.size(), plain.heard.size());
    for (const size_t start : word_starts(words)) {
      // The decoders' own delay moves a start; a window of 100 ms holds it all the same.
      const size_t length = std::min<size_t>(mix_rate / 10, plain.heard.size() - start);
      EXPECT_NEAR(decibels_of(std::span(marked.heard).subspan(start, length)),
                  decibels_of(std::span(plain.heard).subspan(start, length)), 1.0)
          << start * 1000 / mix_rate << " ms";
    }
    int steepest_marked = 0, steepest_plain = 0;
    for (size_t i = 1; i < plain.heard.size(); ++i) {
      steepest_marked = std::max(steepest_marked, std::abs(marked.heard[i] - marked.heard[i - 1]));
      steepest_plain = std::max(steepest_plain, std::abs(plain.heard[i] - plain.heard[i - 1]));
    }
    EXPECT_LE(steepest_marked, steepest_plain * 1.1);
  }
}

TEST(spared_decoding, keeps_the_time_of_packets_of_any_length) {
  leg_media_playout playout;
  playout.configure(media::codec_kind::pcmu, 200ms);
  const std::vector<uint8_t> payload(240, 0xff);  // 30 ms
  rtp::clock_time now{1h};
  size_t frames = 0;
  for (int i = 0; i < 100; ++i) {
    playout.buffer()->push(static_cast<uint16_t>(i), static_cast<uint32_t>(i * 240), 0, false, payload,
                           now + i * 30ms, 90);
    for (; frames * 20 < static_cast<size_t>(i + 1) * 30; ++frames) {
      std::vector<codec::decode_job> jobs;
      playout.begin_frame(jobs, now + frames * 20ms, {60, 62});
      EXPECT_TRUE(jobs.empty());
      frame out;
      EXPECT_FALSE(playout.finish_frame(jobs, out, now + frames * 20ms));
    }
  }
  EXPECT_GE(playout.spared(), 97u);
  EXPECT_LE(playout.buffer()->size(), 2u);
}

/// A packet of `p`'s tone with an audio level, one-byte form.
void speak_marked(phone& p, uint8_t id, uint8_t octet) {
  std::vector<int16_t> samples(p.traits->sample_rate / 50);
  for (int16_t& s : samples) {
    s = static_cast<int16_t>(phone::amplitude * std::sin(p.phase));
    p.phase += 2 * M_PI * p.tone_hz / p.traits->sample_rate;
  }
  std::array<uint8_t, codec::longest_payload> payload;
  const size_t length = p.encoder->encode(samples, payload);
  std::array<uint8_t, 1536> datagram;
  size_t bytes = rtp::write_packet(
      p.sender.make(p.settings.payload_type, std::span(payload).first(length), {}), datagram);
  std::copy_backward(datagram.begin() + rtp::header_bytes,
                     datagram.begin() + static_cast<std::ptrdiff_t>(bytes),
                     datagram.begin() + static_cast<std::ptrdiff_t>(bytes + 8));
  const std::array<uint8_t, 8> extension{0xbe, 0xde, 0, 1, static_cast<uint8_t>(id << 4), octet, 0, 0};
  std::copy(extension.begin(), extension.end(), datagram.begin() + rtp::header_bytes);
  datagram[0] |= 0x10;
  bytes += extension.size();
  if (p.srtp) bytes = p.srtp->protect_rtp(datagram, bytes).value();
  phone::send_raw(std::span(datagram).first(bytes), p.rtp_socket, p.leg_rtp);
  p.sender.advance(20ms);
}

TEST(spared_decoding, is_what_the_room_hears_of_a_leg_that_says_it_is_silent) {
  for (const bool negotiated : {true, false}) {
    for (const bool secured : {true, false}) {
      SCOPED_TRACE(std::string(negotiated ? "negotiated" : "not negotiated") + (secured ? ", SRTP" : ""));
      studio s;
      phone talker(media::codec_kind::g722, 700), listener(media::codec_kind::pcmu);
      if (secured) talker.use_srtp(media::srtp_suite::aes_cm_128_hmac_sha1_80);
      if (negotiated) talker.settings.audio_level_id = 5;
      s.join(talker);
      s.join(listener);
      const auto run = [&](uint8_t octet) {
        for (int i = 0; i < 60; ++i) {
          speak_marked(talker, 5, octet);
          s.run(20ms, {}, {&talker, &listener});
        }
      };
      run(127);  // the sound says otherwise: that shows who is believed
      if (negotiated) {
        EXPECT_LT(listener.loudest(), 50);
      } else {
        EXPECT_GT(listener.loudest(), 4000);
      }
      run(voice | 18);
      EXPECT_GT(listener.hears(700), 4000);
    }
  }
}

}  // namespace
}  // namespace confab::mix::testing_support
