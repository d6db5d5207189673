#include "signaling/sip/request_rate.hpp"

#include <gtest/gtest.h>

namespace confab::sip::test {
namespace {

using namespace std::chrono_literals;

TEST(request_rate_, lets_a_burst_through_and_then_a_few) {
  request_rate rate(2, 3, 10);
  const request_rate::time start{};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.take("a", start));
  EXPECT_FALSE(rate.take("a", start));
  EXPECT_TRUE(rate.take("b", start)) << "nobody pays for others";
  EXPECT_FALSE(rate.take("a", start + 400ms));
  EXPECT_TRUE(rate.take("a", start + 600ms));
  EXPECT_FALSE(rate.take("a", start + 700ms));
}

TEST(request_rate_, saves_up_no_more_than_a_burst) {
  request_rate rate(2, 3, 10);
  const request_rate::time start{};
  EXPECT_TRUE(rate.take("a", start));
  int taken = 0;
  while (rate.take("a", start + 1h)) ++taken;
  EXPECT_EQ(taken, 3);
}

TEST(request_rate_, takes_many_together_or_none) {
  request_rate rate(1, 3, 10);
  const request_rate::time start{};
  EXPECT_FALSE(rate.take("a", start, 4));
  EXPECT_TRUE(rate.take("a", start, 2));
  EXPECT_FALSE(rate.take("a", start, 2));
  EXPECT_TRUE(rate.take("a", start)) << "what was refused costs nothing";
}

TEST(request_rate_, remembers_only_so_many_sources) {
  request_rate rate(1, 2, 2);
  const request_rate::time start{};
  EXPECT_TRUE(rate.take("a", start));
  EXPECT_TRUE(rate.take("b", start));
  EXPECT_FALSE(rate.take("c", start));
  EXPECT_TRUE(rate.take("c", start + 1s)) << "the others are forgotten once they are quiet";
}

}  // namespace
}  // namespace confab::sip::test
