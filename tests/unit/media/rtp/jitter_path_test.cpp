// The jitter buffer behind paths that lose, reorder and delay, over virtual time.
#include <random>

#include <gtest/gtest.h>

#include "media/rtp/jitter_buffer.hpp"
#include "media/rtp/packet.hpp"
#include "tests/support/lossy_network.hpp"

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using test::lossy_network;
using test::network_weather;

constexpr clock_time t0{1'000'000s};

struct wire_packet {
  uint16_t sequence;
  uint32_t timestamp;
};

/// One direction of a call: a sender whose clock may be off, a path, a buffer popped every 20 ms of our
/// clock.
struct call {
  call(uint32_t seed, network_weather weather, microseconds sender_period = 20ms)
      : network(seed, weather), period(sender_period) {}

  /// Runs for a while; checks what must hold at every tick.
  void run(microseconds time) {
    const auto end = now + time;
    for (; now < end; now += 20ms) {
      for (; next_send <= now; next_send += period) {
        network.send({sequence++, timestamp}, next_send);
        timestamp += 160;
        ++sent;
      }
      for (const auto& [at, p] : network.arrived(now)) {
        const auto low = static_cast<uint8_t>(p.sequence);
        buffer.push(p.sequence, p.timestamp, 0, false, {&low, 1}, now);  // read at the tick, as a shard does
      }
      tick();
      ASSERT_LE(buffer.size(), 64U);
    }
  }
  void tick() {
    const auto due = buffer.pop(now);
    switch (due.kind) {
      case playout::packet:
        ASSERT_EQ(due.payload.size(), 1U);
        ASSERT_EQ(due.payload[0], static_cast<uint8_t>(due.sequence));
        if (played > 0) {
          ASSERT_TRUE(newer(due.sequence, last));
        }
        last = due.sequence;
        ++played;
        deepest = std::max(deepest, buffer.size());
        return;
      case playout::lost:
        ++concealed;
        return;
      case playout::waiting:
        ++waited;
        return;
    }
  }
  void forget_counts() { sent = played = concealed = waited = deepest = 0; }

  lossy_network<wire_packet> network;
  microseconds period;
  jitter_buffer buffer{jitter_settings{}};
  clock_time now = t0, next_send = t0 + 7ms;
  uint16_t sequence = 60'000, last = 0;
  uint32_t timestamp = 0xfff0'0000;
  size_t sent = 0, played = 0, concealed = 0, waited = 0, deepest = 0;
};

TEST(jitter_path, plays_in_order_and_stays_bounded_in_any_weather) {
  for (uint32_t seed = 0; seed < 40; ++seed) {
    std::mt19937 random(seed);
    const auto upto = [&random](double most) { return std::uniform_real_distribution<>{0, most}(random); };
    call c(seed, {});
    for (int spell = 0; spell < 20; ++spell) {
      c.network.set_weather({.jitter = microseconds{int64_t(upto(300'000))},
                             .loss = upto(0.4),
                             .duplicate = upto(0.1),
                             .straggler = upto(0.1),
                             .straggler_delay = microseconds{int64_t(upto(3'000'000))}});
      c.run(5s);
      if (HasFatalFailure()) return;
      EXPECT_LE(c.buffer.delay(), 200ms);
    }
    c.network.set_weather({});
    c.run(60s);
    c.forget_counts();
    c.run(60s);  // whatever was before, a clean path is played clean again
    EXPECT_EQ(c.concealed + c.waited, 0U) << seed;
    EXPECT_LE(c.deepest, 1U) << seed;
  }
}

TEST(jitter_path, survives_packets_that_make_no_sense) {
  std::mt19937 random(7);
  jitter_buffer b{jitter_settings{}};
  auto now = t0;
  for (int i = 0; i < 200'000; ++i) {
    const uint32_t r = random();
    const std::vector<uint8_t> payload(random() % 1600);
    if (r % 5 == 0) b.skip(uint16_t(random()), now);
    b.push(r & 1 ? uint16_t(random()) : uint16_t(i), r & 2 ? random() : i * 160U, uint8_t(r), (r & 4) != 0,
           payload, now);
    if (r & 8) b.pop(now);
    if (r & 16) now += microseconds{random() % 1'000'000};
    ASSERT_LE(b.size(), 64U);
  }
}

TEST(jitter_path, takes_the_delay_that_steady_jitter_needs_and_gives_it_back) {
  call c(1, {.jitter = 75ms});
  c.run(20s);
  c.forget_counts();
  c.run(60s);
  EXPECT_GE(c.buffer.delay(), 60ms);
  EXPECT_LE(c.buffer.delay(), 120ms);
  EXPECT_LT(c.concealed + c.waited, c.sent / 33) << "at most 3 %";
  c.network.set_weather({});
  c.run(30s);
  EXPECT_EQ(c.buffer.delay(), 0ms);
  EXPECT_EQ(c.buffer.size(), 0U) << "delay that grew has drained";
}

TEST(jitter_path, does_not_grow_for_a_few_stragglers) {
  call c(2, {.straggler = 0.005});
  c.run(10s);
  c.forget_counts();
  c.run(120s);
  EXPECT_LE(c.buffer.delay(), 40ms);
  EXPECT_LT(c.concealed, c.sent / 50);
}

TEST(jitter_path, conceals_what_the_path_loses_and_no_more) {
  call c(3, {.loss = 0.05});
  c.run(300s);
  EXPECT_NEAR(double(c.concealed + c.waited), double(c.network.lost()), 10);
  EXPECT_NEAR(double(c.buffer.counters().lost), double(c.network.lost()), 10);
  EXPECT_LE(c.buffer.size(), 1U);
}

TEST(jitter_path, follows_a_clock_that_drifts_for_an_hour) {
  for (const int ppm : {-200, 200}) {
    call c(4, {.jitter = 5ms});
    c.period = microseconds{20'000 + ppm * 20'000 / 1'000'000};  // 4 µs a packet
    c.run(1h);
    // 720 ms of drift is 36 packets one way or the other.
    EXPECT_LE(c.deepest, 3U) << ppm;
    EXPECT_LE(c.concealed + c.buffer.counters().dropped_to_shrink + c.waited, 400U) << ppm;
    EXPECT_LE(c.buffer.delay(), 20ms) << ppm;
    EXPECT_EQ(c.buffer.counters().resets, 0U) << ppm;
  }
}

TEST(jitter_path, comes_back_low_after_the_path_stood_still) {
  call c(5, {});
  c.run(10s);
  const auto still = c.now;
  while (c.now < still + 600ms) {  // nothing arrives, everything after comes at once
    c.tick();
    c.now += 20ms;
  }
  c.run(15s);
  c.forget_counts();
  c.run(30s);
  EXPECT_EQ(c.concealed + c.waited, 0U);
  EXPECT_LE(c.deepest, 1U);
}

}  // namespace
}  // namespace confab::rtp
