#include "media/rtp/reception_statistics.hpp"

#include <gtest/gtest.h>

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;
using clock_time = reception_statistics::clock_time;
constexpr clock_time t0{5000s};

TEST(reception_statistics, has_nothing_to_say_before_a_packet) {
  reception_statistics s(8000);
  EXPECT_FALSE(s.make_block(t0));
  EXPECT_EQ(s.packets_lost(), 0U);
}

TEST(reception_statistics, extends_the_sequence_over_wraps) {
  reception_statistics s(8000);
  uint32_t ts = 0;
  for (uint32_t n = 65'000; n < 65'536 * 3; ++n, ts += 160) s.on_packet(1, uint16_t(n), ts, t0 + n * 20ms);
  EXPECT_EQ(s.extended_highest_sequence(), 65'536U * 3 - 1);
  EXPECT_EQ(s.packets_lost(), 0U);
  EXPECT_EQ(s.jitter(), 0us);
}

TEST(reception_statistics, counts_loss_since_the_last_report_and_in_all) {
  reception_statistics s(8000);
  for (uint16_t n = 0; n < 100; ++n) {
    if (n % 4 != 3) s.on_packet(1, n, n * 160U, t0 + n * 20ms);
  }
  s.on_packet(1, 100, 16'000, t0 + 2s);
  auto b = s.make_block(t0);
  ASSERT_TRUE(b);
  EXPECT_EQ(b->cumulative_lost, 25);
  EXPECT_EQ(b->fraction_lost, 25 * 256 / 101);
  for (uint16_t n = 101; n < 201; ++n) s.on_packet(1, n, n * 160U, t0 + n * 20ms);
  b = s.make_block(t0);
  EXPECT_EQ(b->fraction_lost, 0);
  EXPECT_EQ(b->cumulative_lost, 25);
  s.on_packet(1, 200, 200 * 160, t0 + 4s);  // duplicates count as received
  EXPECT_EQ(s.make_block(t0)->cumulative_lost, 24);
}

TEST(reception_statistics, measures_interarrival_jitter) {
  reception_statistics s(8000);
  for (uint16_t n = 0; n < 2000; ++n) s.on_packet(1, n, n * 160U, t0 + n * 20ms + (n % 2) * 10ms);
  EXPECT_NEAR(double(s.jitter().count()), 10'000, 500);  // |D| is always 10 ms
}

TEST(reception_statistics, confirms_a_jump_by_two_packets_in_a_row) {
  reception_statistics s(8000);
  for (uint16_t n = 0; n < 10; ++n) s.on_packet(1, n, n * 160U, t0);
  s.on_packet(1, 30'000, 0, t0);
  EXPECT_EQ(s.extended_highest_sequence(), 9U);
  s.on_packet(1, 30'001, 160, t0);
  EXPECT_EQ(s.extended_highest_sequence(), 30'001U);
  EXPECT_EQ(s.packets_received(), 11U);
}

TEST(reception_statistics, starts_anew_with_another_source) {
  reception_statistics s(8000);
  s.on_packet(1, 10, 0, t0);
  s.on_packet(1, 12, 320, t0);
  s.on_packet(2, 50'000, 0, t0);
  EXPECT_EQ(s.make_block(t0)->ssrc, 2U);
  EXPECT_EQ(s.make_block(t0)->cumulative_lost, 0);
  EXPECT_EQ(s.packets_lost(), 1U);
  EXPECT_EQ(s.packets_received(), 3U);
}

TEST(reception_statistics, says_when_the_last_sender_report_came) {
  reception_statistics s(8000);
  s.on_packet(1, 10, 0, t0);
  s.on_sender_report(1, 0x1111'2222'3333'4444, t0);
  s.on_sender_report(99, 0, t0 + 1s);  // not our source
  const auto b = s.make_block(t0 + 1500ms);
  EXPECT_EQ(b->last_sr, 0x2222'3333U);
  EXPECT_EQ(b->delay_since_last_sr, 65'536U * 3 / 2);
}

TEST(reception_statistics, refuses_a_round_trip_that_makes_no_sense) {
  report_block b;
  EXPECT_FALSE(round_trip(b, 1)) << "no report heard";
  b.last_sr = 1000;
  b.delay_since_last_sr = 2000;
  EXPECT_FALSE(round_trip(b, uint64_t{2999} << 16)) << "negative";
  EXPECT_EQ(round_trip(b, uint64_t{3000 + 65'536} << 16), 1s);
}

TEST(reception_statistics, turns_the_wall_clock_into_ntp) {
  EXPECT_EQ(ntp_of(std::chrono::system_clock::time_point{}), uint64_t{2'208'988'800} << 32);
  EXPECT_EQ(ntp_of(std::chrono::system_clock::time_point{500ms}) & 0xffff'ffff, 0x8000'0000U);
}

}  // namespace
}  // namespace confab::rtp
