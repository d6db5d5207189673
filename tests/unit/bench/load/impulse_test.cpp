#include "bench/load/impulse.hpp"

#include <gtest/gtest.h>

namespace confab::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(load_impulse, measures_from_the_burst_to_the_first_loud_packet_of_each_leg) {
  impulse_room room(3);
  room.on_burst(seconds(10));
  room.on_loud(1, seconds(10) + milliseconds(25));
  room.on_loud(1, seconds(10) + milliseconds(45));
  room.on_loud(2, seconds(10) + milliseconds(31));
  room.finish();
  EXPECT_EQ(room.latencies_ms(), (std::vector<double>{25, 31}));
  EXPECT_EQ(room.missed(), 0U);
}

TEST(load_impulse, counts_a_burst_that_never_comes_or_comes_too_late_as_missed) {
  impulse_room room(3);
  room.on_burst(seconds(10));
  room.on_loud(1, seconds(10) + milliseconds(451));
  room.on_burst(seconds(11));
  EXPECT_EQ(room.missed(), 2U);
  EXPECT_TRUE(room.latencies_ms().empty());
}

TEST(load_impulse, does_not_count_where_something_else_was_loud_just_before) {
  impulse_room room(2);
  room.on_loud(1, seconds(10) - milliseconds(100));
  room.on_burst(seconds(10));
  room.on_loud(1, seconds(10) + milliseconds(5));
  room.finish();
  EXPECT_EQ(room.disturbed(), 1U);
  EXPECT_EQ(room.missed(), 0U);
  EXPECT_TRUE(room.latencies_ms().empty());
}

}  // namespace
}  // namespace confab::load
