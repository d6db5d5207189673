#include "media/io/port_pool.hpp"

#include <set>

namespace confab::io {
namespace {

struct range_case {
  const char* name;
  uint16_t first, last;
  size_t pairs;
  uint16_t first_taken;
};

class port_ranges : public testing::TestWithParam<range_case> {};

TEST_P(port_ranges, hold_the_even_pairs_that_lie_wholly_within) {
  port_pool pool(GetParam().first, GetParam().last);
  EXPECT_EQ(pool.size(), GetParam().pairs);
  std::set<uint16_t> seen;
  while (const auto port = pool.take()) {
    EXPECT_EQ(*port % 2, 0);
    EXPECT_GE(*port, GetParam().first);
    EXPECT_LE(*port + 1, GetParam().last);
    EXPECT_TRUE(seen.insert(*port).second);
  }
  EXPECT_EQ(seen.size(), GetParam().pairs);
  if (!seen.empty()) {
    EXPECT_EQ(*seen.begin(), GetParam().first_taken);
  }
}

INSTANTIATE_TEST_SUITE_P(table, port_ranges,
                         testing::Values(range_case{"even_to_odd", 50000, 50003, 2, 50000},
                                         range_case{"odd_first", 50001, 50005, 2, 50002},
                                         range_case{"even_last", 50000, 50002, 1, 50000},
                                         range_case{"one_port", 50000, 50000, 0, 0},
                                         range_case{"backwards", 50010, 50000, 0, 0},
                                         range_case{"from_zero", 0, 5, 2, 2},
                                         range_case{"to_the_last_port", 65533, 65535, 1, 65534},
                                         range_case{"only_the_last_port", 65535, 65535, 0, 0}),
                         [](const auto& row) { return row.param.name; });

TEST(port_pool, reuses_the_port_that_has_rested_longest) {
  port_pool pool(100, 105);
  EXPECT_EQ(pool.take(), 100);
  EXPECT_EQ(pool.take(), 102);
  EXPECT_TRUE(pool.give_back(100));
  EXPECT_EQ(pool.take(), 104);
  EXPECT_TRUE(pool.give_back(102));
  EXPECT_EQ(pool.take(), 100);
  EXPECT_EQ(pool.take(), 102);
  EXPECT_EQ(pool.take(), std::nullopt);
  EXPECT_EQ(pool.available(), 0U);
}

TEST(port_pool, refuses_what_it_has_not_given) {
  port_pool pool(100, 103);
  ASSERT_EQ(pool.take(), 100);
  EXPECT_FALSE(pool.give_back(101));
  EXPECT_FALSE(pool.give_back(102));
  EXPECT_FALSE(pool.give_back(98));
  EXPECT_FALSE(pool.give_back(104));
  EXPECT_TRUE(pool.give_back(100));
  EXPECT_FALSE(pool.give_back(100));
  EXPECT_EQ(pool.available(), 2U);
}

}  // namespace
}  // namespace confab::io
