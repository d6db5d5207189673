#include "signaling/web/visitors.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::web {
namespace {

const visitors::clock_time t0{};

TEST(visitors, are_told_off_and_then_turned_away_when_too_many_come_from_one_place) {
  visitors guests(10);
  for (size_t i = 0; i < limits::web_connections_per_source; ++i)
    ASSERT_EQ(guests.come("192.0.2.1"), visitors::welcome::in);
  for (size_t i = 0; i < limits::web_connections_per_source; ++i)
    ASSERT_EQ(guests.come("192.0.2.1"), visitors::welcome::told_off);
  EXPECT_EQ(guests.come("192.0.2.1"), visitors::welcome::turned_away);
  EXPECT_EQ(guests.come("192.0.2.2"), visitors::welcome::in) << "others do not suffer";
  guests.leave("192.0.2.1");
  EXPECT_EQ(guests.come("192.0.2.1"), visitors::welcome::told_off);
}

TEST(visitors, are_turned_away_when_the_house_is_full) {
  visitors guests(10);
  for (size_t i = 0; i < limits::web_connections; ++i)
    ASSERT_EQ(guests.come(std::to_string(i)), visitors::welcome::in);
  EXPECT_EQ(guests.come("one more"), visitors::welcome::turned_away);
  EXPECT_EQ(guests.come(""), visitors::welcome::turned_away) << "a proxy neither";
  guests.leave("0");
  EXPECT_EQ(guests.come("one more"), visitors::welcome::in);
}

TEST(visitors, may_ask_so_often_and_again_after_a_while) {
  visitors guests(10);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(guests.ask("192.0.2.1", t0)) << i;
  EXPECT_FALSE(guests.ask("192.0.2.1", t0));
  EXPECT_TRUE(guests.ask("192.0.2.2", t0));
  EXPECT_TRUE(guests.ask("192.0.2.1", t0 + std::chrono::milliseconds(100)));
  EXPECT_FALSE(guests.ask("192.0.2.1", t0 + std::chrono::milliseconds(100)));
}

TEST(visitors, behind_a_proxy_are_the_proxys_to_count) {
  visitors guests(10);
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(guests.ask("", t0));
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(guests.come(""), visitors::welcome::in);
}

TEST(visitors, are_not_limited_where_nobody_wants_it) {
  visitors guests(0);
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(guests.ask("192.0.2.1", t0));
}

}  // namespace
}  // namespace confab::web
