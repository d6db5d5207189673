#include "media/rtp/jitter_buffer.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "media/rtp/packet.hpp"
#include "tests/support/lossy_network.hpp"

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

constexpr clock_time t0{1'000'000s};

/// A sender of 20 ms packets whose first payload byte is the sequence number, and a listener that pops once a
/// tick.
struct line {
  jitter_buffer buffer{jitter_settings{}};
  clock_time now = t0;
  uint16_t sequence = 65'530;  // every test crosses the wrap
  uint32_t timestamp = 0xffff'ff00;

  bool push(int ahead = 0, bool marker = false) {
    const auto s = static_cast<uint16_t>(sequence + ahead);
    const auto low = static_cast<uint8_t>(s);
    return buffer.push(s, timestamp + static_cast<uint32_t>(ahead) * 160, 0, marker, {&low, 1}, now);
  }
  void next() {
    ++sequence;
    timestamp += 160;
    now += 20ms;
  }
  playout_result pop() { return buffer.pop(now); }
  /// n packets that come and are played on time.
  void run_clean(int n) {
    for (int i = 0; i < n; ++i, next()) {
      ASSERT_TRUE(push());
      const auto due = pop();
      ASSERT_EQ(due.kind, playout::packet);
      ASSERT_EQ(due.payload[0], static_cast<uint8_t>(due.sequence));
    }
  }
};

TEST(jitter_buffer, plays_the_first_packet_at_once_and_adds_no_delay_on_a_clean_path) {
  line l;
  EXPECT_EQ(l.pop().kind, playout::waiting);
  for (int i = 0; i < 500; ++i, l.next()) {
    ASSERT_TRUE(l.push(0, i == 0));
    const auto due = l.pop();
    ASSERT_EQ(due.kind, playout::packet);
    ASSERT_EQ(due.sequence, l.sequence);
    ASSERT_EQ(due.timestamp, l.timestamp);
    ASSERT_EQ(l.buffer.size(), 0U);
  }
  EXPECT_EQ(l.buffer.delay(), 0ms);
  EXPECT_EQ(l.buffer.counters().lost, 0U);
}

TEST(jitter_buffer, answers_one_lost_for_one_lost_packet_and_keeps_its_delay) {
  line l;
  l.run_clean(20);
  EXPECT_EQ(l.pop().kind, playout::lost);
  l.next();
  l.run_clean(100);
  EXPECT_EQ(l.buffer.counters().lost, 1U);
  EXPECT_EQ(l.buffer.size(), 0U);
}

TEST(jitter_buffer, puts_packets_of_one_tick_in_order) {
  line l;
  l.run_clean(20);
  l.push(1);
  l.push(0);
  EXPECT_EQ(l.pop().sequence, l.sequence);
  l.next();
  EXPECT_EQ(l.pop().sequence, l.sequence);
  EXPECT_EQ(l.buffer.counters().lost, 0U);
}

TEST(jitter_buffer, refuses_and_counts_duplicates_and_late_packets) {
  line l;
  l.run_clean(20);
  EXPECT_FALSE(l.push(-1));
  EXPECT_EQ(l.buffer.counters().duplicate, 1U);
  EXPECT_TRUE(l.push(0));
  EXPECT_FALSE(l.push(0));
  EXPECT_EQ(l.buffer.counters().duplicate, 2U);
  EXPECT_EQ(l.pop().kind, playout::packet);
  l.next();
  EXPECT_EQ(l.pop().kind, playout::lost);
  l.next();
  l.run_clean(3);
  EXPECT_FALSE(l.push(-4));
  EXPECT_EQ(l.buffer.counters().late, 1U);
  EXPECT_FALSE(l.push(-4)) << "now it has been seen";
  EXPECT_EQ(l.buffer.counters().duplicate, 3U);
}

TEST(jitter_buffer, refuses_a_payload_longer_than_a_datagram) {
  line l;
  EXPECT_FALSE(l.buffer.push(1, 0, 0, false, std::vector<uint8_t>(1501), t0));
  EXPECT_TRUE(l.buffer.push(1, 0, 0, false, std::vector<uint8_t>(1500), t0));
  EXPECT_EQ(l.pop().payload.size(), 1500U);
}

TEST(jitter_buffer, lets_the_oldest_leave_when_it_is_full) {
  line l;
  for (int i = 0; i < 200; ++i, l.next()) ASSERT_TRUE(l.push());
  EXPECT_LE(l.buffer.size(), 64U);
  EXPECT_EQ(l.buffer.counters().overflow, 200 - l.buffer.size());
  jitter_buffer fat{jitter_settings{}};
  for (uint16_t i = 0; i < 50; ++i) {
    ASSERT_TRUE(fat.push(i, i * 160U, 0, false, std::vector<uint8_t>(1275, uint8_t(i)), t0 + i * 20ms));
  }
  EXPECT_EQ(fat.size(), 4U) << "what the bytes allow";
}

TEST(jitter_buffer, conceals_a_while_when_everything_stops_then_is_silent) {
  line l;
  l.run_clean(20);
  for (int i = 0; i < 5; ++i, l.now += 20ms) EXPECT_EQ(l.pop().kind, playout::lost);
  for (int i = 0; i < 50; ++i, l.now += 20ms) EXPECT_EQ(l.pop().kind, playout::waiting);
}

TEST(jitter_buffer, takes_a_timestamp_gap_without_a_sequence_gap_for_silence) {
  for (const bool marker : {true, false}) {
    line l;
    l.run_clean(50);
    for (int i = 0; i < 100; ++i) {  // two seconds of nothing
      l.pop();
      l.timestamp += 160;
      l.now += 20ms;
    }
    EXPECT_TRUE(l.push(0, marker));
    EXPECT_EQ(l.pop().kind, playout::packet);
    l.next();
    l.run_clean(50);
    EXPECT_EQ(l.buffer.counters().lost, 0U);
    EXPECT_EQ(l.buffer.counters().resets, 0U);
  }
}

TEST(jitter_buffer, survives_a_sender_whose_timestamps_stand_still_in_silence) {
  line l;
  l.run_clean(50);
  for (int i = 0; i < 40; ++i, l.now += 20ms) l.pop();
  EXPECT_TRUE(l.push(0, true));
  EXPECT_EQ(l.pop().kind, playout::packet);
  l.next();
  l.run_clean(50);
  EXPECT_EQ(l.buffer.delay(), 0ms) << "a pause is not jitter";
}

TEST(jitter_buffer, restarts_on_a_jump_of_sequence_or_timestamp) {
  struct row {
    uint16_t sequence_jump;
    uint32_t timestamp_jump;
  };
  for (const auto& [s, ts] : {row{1000, 0}, row{0, 8000 * 60}, row{0, static_cast<uint32_t>(-8000 * 60)},
                              row{40000, 0x8000'0000}}) {
    line l;
    l.run_clean(50);
    l.sequence += s;
    l.timestamp += ts;
    l.push();  // unconfirmed
    l.pop();
    l.next();
    EXPECT_TRUE(l.push()) << s << ' ' << ts;
    EXPECT_EQ(l.pop().kind, playout::packet);
    l.next();
    l.run_clean(50);
    EXPECT_EQ(l.buffer.counters().resets, 1U);
  }
}

TEST(jitter_buffer, is_not_disturbed_by_one_stray_packet) {
  line l;
  l.run_clean(50);
  EXPECT_FALSE(l.push(5000));
  EXPECT_EQ(l.buffer.counters().suspect, 1U);
  l.run_clean(50);
  EXPECT_EQ(l.buffer.counters().resets, 0U);
}

TEST(jitter_buffer, forgets_the_stream_on_reset_but_not_the_counters) {
  line l;
  l.run_clean(50);
  l.buffer.reset();
  EXPECT_EQ(l.pop().kind, playout::waiting);
  l.sequence = 12;
  l.timestamp = 99;
  l.run_clean(50);
  EXPECT_EQ(l.buffer.counters().received, 100U);
}

TEST(jitter_buffer, does_not_take_telephone_events_for_losses) {
  line l;
  l.run_clean(50);
  for (int i = 0; i < 10; ++i, l.next()) {
    l.buffer.skip(l.sequence, l.now);
    EXPECT_EQ(l.pop().kind, playout::waiting);
  }
  l.run_clean(50);
  EXPECT_EQ(l.buffer.counters().lost, 0U);
}

TEST(jitter_buffer, learns_the_packet_length) {
  line l;
  for (uint16_t i = 0; i < 10; ++i) {
    l.buffer.push(i, i * 480U, 0, false, {}, l.now);
    EXPECT_EQ(l.pop().kind, playout::packet);
    l.now += 60ms;
  }
  // One packet late by its own length: the delay aimed at is counted in packets of 60 ms.
  for (uint16_t i = 10; i < 30; ++i, l.now += 60ms)
    l.buffer.push(i, i * 480U, 0, false, {}, l.now + 60ms * (i % 2));
  EXPECT_EQ(l.buffer.delay(), 60ms);
}

TEST(jitter_buffer, begins_again_with_a_sender_whose_numbers_went_back) {
  for (const int back :
       {5, 40, 63, 70, 200, 1'000, 20'000}) {  // with the timestamps that belong to those numbers
    line l;
    l.run_clean(2'000);
    for (int i = 0; i < 40; ++i, l.now += 20ms) l.pop();  // it was restarting: nothing came
    ASSERT_EQ(l.pop().kind, playout::waiting);
    l.sequence = static_cast<uint16_t>(l.sequence - back);
    l.timestamp -= static_cast<uint32_t>(back) * 160;
    EXPECT_EQ(l.buffer.counters().resets, 0U);
    int heard = 0;
    for (int i = 0; i < 50; ++i, l.next()) {
      l.push();
      if (l.pop().kind == playout::packet) ++heard;
    }
    EXPECT_GE(heard, 48) << back;
    EXPECT_EQ(l.buffer.counters().resets, 1U) << back;
  }
}

TEST(jitter_buffer, does_not_begin_again_for_stragglers) {
  line l;
  l.run_clean(100);
  l.sequence = static_cast<uint16_t>(l.sequence + 3);  // three packets take another path
  l.timestamp += 480;
  l.now += 60ms;
  for (int i = 0; i < 20; ++i, l.next()) {
    l.push();
    l.pop();
  }
  const uint64_t resets = l.buffer.counters().resets;
  EXPECT_FALSE(l.push(-23));  // while something plays, however many
  EXPECT_FALSE(l.push(-22));
  EXPECT_FALSE(l.push(-21));
  for (int i = 0; i < 20; ++i, l.now += 20ms) l.pop();
  EXPECT_FALSE(l.push(-90));  // while nothing does, one alone or out of order
  EXPECT_FALSE(l.push(-70));
  EXPECT_FALSE(l.push(-80));
  EXPECT_EQ(l.buffer.counters().resets, resets);
}

}  // namespace
}  // namespace confab::rtp
