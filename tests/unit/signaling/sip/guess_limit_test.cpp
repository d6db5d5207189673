#include "signaling/sip/guess_limit.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

using namespace std::chrono_literals;

const guess_limit::clock_time t0{1h};
constexpr guess_policy three{.per_user = 3, .window = 10min};

TEST(guess_limit, looks_at_no_more_of_a_user_after_so_many_wrong_ones_until_the_window_is_over) {
  guess_limit limit(three);
  EXPECT_EQ(limit.wait({1, 7}, t0), 0ms);
  EXPECT_FALSE(limit.wrong({1, 7}, t0));
  EXPECT_FALSE(limit.wrong({1, 7}, t0 + 1min));
  EXPECT_EQ(limit.wait({1, 7}, t0 + 1min), 0ms);
  EXPECT_TRUE(limit.wrong({1, 7}, t0 + 2min)) << "the last one borne";
  EXPECT_EQ(limit.wait({1, 7}, t0 + 2min), 8min);
  EXPECT_EQ(limit.wait({1, 7}, t0 + 10min - 1ms), 1ms);
  EXPECT_EQ(limit.wait({1, 7}, t0 + 10min), 0ms);
  EXPECT_FALSE(limit.wrong({1, 7}, t0 + 10min)) << "counted anew";
}

TEST(guess_limit, locks_nobody_out_who_is_somewhere_else_or_someone_else) {
  guess_limit limit(three);
  for (int i = 0; i < 3; ++i) (void)limit.wrong({1, 7}, t0);
  EXPECT_GT(limit.wait({1, 7}, t0), 0ms);
  EXPECT_EQ(limit.wait({2, 7}, t0), 0ms) << "the same user from another network";
  EXPECT_EQ(limit.wait({1, 8}, t0), 0ms) << "another user from the same network";
}

TEST(guess_limit, looks_at_no_more_of_a_source_that_guesses_for_many_users) {
  guess_limit limit(three);
  for (uint64_t user = 1; user < 30; ++user) EXPECT_FALSE(limit.wrong({1, user}, t0)) << user;
  EXPECT_EQ(limit.wait({1, 99}, t0), 0ms);
  EXPECT_TRUE(limit.wrong({1, 30}, t0));
  EXPECT_EQ(limit.wait({1, 99}, t0), 10min);
  EXPECT_EQ(limit.wait({2, 99}, t0), 0ms);
}

TEST(guess_limit, forgives_a_user_by_the_right_password_but_not_the_source) {
  guess_limit limit(three);
  for (int i = 0; i < 14; ++i) {
    EXPECT_FALSE(limit.wrong({1, 7}, t0));
    EXPECT_FALSE(limit.wrong({1, 7}, t0));
    limit.right({1, 7});
  }
  EXPECT_FALSE(limit.wrong({1, 8}, t0));
  EXPECT_TRUE(limit.wrong({1, 8}, t0)) << "the thirtieth";
  EXPECT_GT(limit.wait({1, 7}, t0), 0ms);
  EXPECT_EQ(limit.counted(), 3U);
}

TEST(guess_limit, has_none_when_it_is_switched_off) {
  guess_limit limit({.per_user = 0, .window = 10min});
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limit.wrong({1, 7}, t0));
  EXPECT_EQ(limit.wait({1, 7}, t0), 0ms);
  EXPECT_EQ(limit.counted(), 0U);
}

TEST(guess_limit, remembers_a_bounded_number_and_forgets_the_oldest) {
  guess_limit limit({.per_user = 1, .window = 10min}, 10);
  for (uint64_t source = 1; source <= 100; ++source)
    EXPECT_TRUE(limit.wrong({source, 7}, t0 + std::chrono::seconds(source)));
  EXPECT_EQ(limit.counted(), 10U);
  EXPECT_EQ(limit.wait({1, 7}, t0 + 101s), 0ms);
  EXPECT_GT(limit.wait({100, 7}, t0 + 101s), 0ms);
  EXPECT_TRUE(limit.wrong({200, 7}, t0 + 1h));
  EXPECT_EQ(limit.counted(), 2U) << "what is over is not remembered";
}

TEST(guess_source, is_an_ipv4_address_or_the_network_of_an_ipv6_one) {
  struct row {
    const char* address;
    const char* source;
  };
  const std::vector<row> rows{
      {"192.0.2.1", "192.0.2.1"},
      {"192.0.2.2", "192.0.2.2"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
      {"2001:db8:1:2::1", "2001:db8:1:2::/64"},
      {"2001:db8:1:3::1", "2001:db8:1:3::/64"},
  };
  for (const row& r : rows)
    for (const uint16_t port : {5060, 5070})
      EXPECT_EQ(guess_source(*socket_address::parse(r.address, port)), r.source);
}

}  // namespace
}  // namespace confab::sip
