// From packets to frames over a path that stalls, drifts and loses, in virtual time.
#include "media/mix/leg_media_playout.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <optional>

#include <gtest/gtest.h>

#include "media/mix/level.hpp"
#include "tests/support/lossy_network.hpp"

namespace confab::mix {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr rtp::clock_time t0{1'000'000s};

/// Like speech: voiced syllables of gliding pitch with pauses between; `steady`: without pauses. All of it
/// comes around after ten seconds without a seam, so an hour of it is worked out and encoded once.
class voice {
 public:
  static constexpr size_t packets = 500;

  explicit voice(bool steady) {
    const auto encoder = codec::make_encoder(media::codec_kind::pcmu);
    double phase = 0;
    for (size_t at = 0; at < packets * 160; ++at) {
      const double t = static_cast<double>(at) / 8'000;
      phase += 2 * std::numbers::pi * (130 + 30 * std::sin(2 * std::numbers::pi * 0.7 * t)) / 8'000;
      const double syllable = steady ? 1 : std::max(0.0, std::sin(2 * std::numbers::pi * 1.5 * t));
      double value = 0;
      for (int h = 1; h <= 8; ++h) value += std::sin(h * phase) / h;
      samples_[at % 160] = static_cast<int16_t>(std::lround(5'000 * syllable * value));
      if (at % 160 == 159) encoder->encode(samples_, payloads_[at / 160]);
    }
  }
  const std::array<uint8_t, 160>& next() { return payloads_[at_++ % packets]; }

 private:
  std::array<int16_t, 160> samples_{};
  std::vector<std::array<uint8_t, 160>> payloads_{packets};
  size_t at_ = 0;
};

struct wire_packet {
  uint16_t sequence;
  uint32_t timestamp;
  std::array<uint8_t, 160> payload;
};

struct call {
  explicit call(test::network_weather weather, bool steady = false) : source(steady), network(11, weather) {
    playout.configure(media::codec_kind::pcmu, 200ms);
  }

  void send() {
    network.send({sequence++, timestamp, source.next()}, next_send);
    timestamp += 160;
  }
  void tick(bool stalled = false) {
    for (; next_send <= now; next_send += period) send();
    if (!stalled) {
      for (const auto& [at, p] : network.arrived(now)) {
        newest_sent = p.timestamp;
        playout.buffer()->push(p.sequence, p.timestamp, 0, false, p.payload, now);
      }
    }
    std::vector<codec::decode_job> jobs;
    playout.begin_frame(jobs, now);
    codec::decode_all(jobs);
    frame out{};
    if (playout.finish_frame(jobs, out, now)) {
      for (const int16_t s : out) {
        step = std::max(step, std::abs(s - last));
        last = s;
      }
      ++frames;
    } else {
      ++silent;
    }
    deepest = std::max(deepest, playout.buffer()->size());
    now += 20ms;
  }
  void run(microseconds time, bool stalled = false) {
    for (const auto end = now + time; now < end;) tick(stalled);
  }

  leg_media_playout playout;
  voice source;
  test::lossy_network<wire_packet> network;
  rtp::clock_time now = t0, next_send = t0 + 7ms;
  microseconds period = 20ms;
  uint16_t sequence = 60'000;
  uint32_t timestamp = 0xfff0'0000, newest_sent = 0;
  int step = 0, last = 0;
  size_t frames = 0, silent = 0, deepest = 0;
};

TEST(leg_media_playout, gives_back_the_delay_of_a_stall_within_three_seconds_and_drops_no_packet) {
  for (const bool steady : {false, true}) {
    call clean({}, steady);
    clean.run(20s);
    call c({}, steady);
    c.run(10s);
    EXPECT_EQ(c.playout.buffer()->size(), 0U);
    c.run(200ms, true);
    c.run(200ms);
    EXPECT_GE(c.playout.buffer()->size(), 3U) << "the burst was kept";
    c.run(2'800ms);
    c.deepest = 0;
    c.run(1s);
    EXPECT_LE(c.deepest, 2U) << steady;  // 40 ms
    EXPECT_EQ(c.playout.buffer()->counters().dropped_to_shrink, 0U);
    EXPECT_GT(c.playout.shortened(), 400U);
    EXPECT_LE(c.step, clean.step * 3 / 2 + 600) << "no click";
  }
}

TEST(leg_media_playout, follows_a_drifting_clock_for_an_hour) {
  for (const int ppm : {-200, 200}) {
    call c({.jitter = 1ms});
    c.period = microseconds{20'000 + ppm / 50};
    c.run(1h);  // 720 ms: 36 ticks one way or the other
    EXPECT_EQ(c.silent, 2U) << "before the first packet only";
    EXPECT_LE(c.deepest, 4U) << ppm;
    EXPECT_EQ(c.playout.buffer()->counters().lost, 0U) << ppm;
    EXPECT_EQ(c.playout.buffer()->counters().overflow, 0U) << ppm;
    EXPECT_EQ(c.playout.buffer()->counters().dropped_to_shrink, 0U) << ppm;
  }
}

TEST(leg_media_playout, loses_a_fifth_of_the_packets_without_a_click_or_a_silent_frame) {
  call clean({}, true);
  clean.run(60s);
  call c({.loss = 0.2}, true);
  c.run(60s);
  EXPECT_LE(c.step, clean.step * 3 / 2 + 600);
  EXPECT_LE(c.silent, 5U);
}

TEST(leg_media_playout, sounds_comfort_noise_at_its_level_between_two_words) {
  call c({}, true);
  c.run(1s);
  rtp::comfort_noise noise;
  noise.level = 50;
  c.playout.buffer()->skip(c.sequence, c.now);
  c.playout.on_comfort_noise(noise, c.sequence++);
  int level_sum = 0;
  for (int i = 0; i < 100; ++i) {
    std::vector<codec::decode_job> jobs;
    c.now += 20ms;
    c.playout.begin_frame(jobs, c.now);
    codec::decode_all(jobs);
    frame out{};
    ASSERT_TRUE(c.playout.finish_frame(jobs, out, c.now)) << i;
    if (i < 50) continue;
    EXPECT_TRUE(c.playout.only_noise());
    level_sum += level_of(out);
  }
  EXPECT_NEAR(level_sum / 50.0, 50, 2);
}

TEST(leg_media_playout, refuses_no_opus_silence) {
  const auto decoder = codec::make_decoder(media::codec_kind::opus);
  const std::array<uint8_t, 1> toc{0x08};
  EXPECT_TRUE(decoder->begins_silence(toc));
  EXPECT_FALSE(decoder->begins_silence(std::vector<uint8_t>(40)));
}

TEST(leg_media_playout, keeps_its_memory_small) {
  RecordProperty("playout", static_cast<int>(sizeof(leg_media_playout)));
  EXPECT_LE(sizeof(leg_media_playout), 3'000U);
}

}  // namespace
}  // namespace confab::mix
