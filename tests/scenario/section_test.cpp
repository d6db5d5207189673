#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

/// A room on more than one shard.
class a_large_room : public scenario_test {
 protected:
  void fill(uint64_t legs) {
    for (uint64_t i = 1; i <= legs; ++i) join(leg_id{i}, "large@host");
  }
  [[nodiscard]] std::vector<size_t> legs_of_shards() const {
    std::vector<size_t> legs;
    for (const auto& record : records_) legs.push_back(record->owners.size());
    return legs;
  }
};

TEST_F(a_large_room, opens_a_section_on_another_shard_for_each_so_many_legs) {
  section_legs_ = 2;
  start(3);
  fill(5);
  EXPECT_EQ(legs_of_shards(), (std::vector<size_t>{2, 2, 1}));
  EXPECT_EQ(count().legs, 5U);
}

TEST_F(a_large_room, grows_where_it_is_smallest_when_no_shard_is_left) {
  section_legs_ = 2;
  start(2);
  fill(7);
  EXPECT_EQ(legs_of_shards(), (std::vector<size_t>{4, 3}));
}

TEST_F(a_large_room, stays_on_its_shard_while_it_is_small) {
  section_legs_ = 5;
  start(3);
  fill(5);
  EXPECT_EQ(legs_of_shards(), (std::vector<size_t>{5, 0, 0}));
  EXPECT_EQ(records_[0]->sections[leg_id{5}].exchange, nullptr);
  EXPECT_TRUE(records_[0]->attached.empty());
}

TEST_F(a_large_room, gives_all_its_sections_one_exchange) {
  section_legs_ = 2;
  start(3);
  fill(5);
  ASSERT_EQ(records_[0]->attached.size(), 1U) << "the first section is told once";
  const auto exchange = records_[0]->attached[0].exchange;
  ASSERT_NE(exchange, nullptr);
  EXPECT_EQ(exchange->most_sections(), 3U);
  EXPECT_EQ(records_[0]->attached[0].index, 0U);
  const std::vector<std::pair<uint64_t, unsigned>> rows{{3, 1}, {4, 1}, {5, 2}};
  for (const auto& [leg, index] : rows) {
    const auto& section = records_[index]->sections.at(leg_id{leg});
    EXPECT_EQ(section.exchange, exchange);
    EXPECT_EQ(section.index, index);
  }
  hang_up(leg_id{1});
  join(leg_id{6}, "large@host");
  EXPECT_EQ(records_[0]->sections.at(leg_id{6}).exchange, exchange) << "the free seat of the first section";
}

TEST_F(a_large_room, opens_its_section_on_the_least_loaded_of_the_others) {
  section_legs_ = 2;
  start(3);
  fill(2);
  join(leg_id{10}, "other@host");
  join(leg_id{3}, "large@host");
  EXPECT_EQ(legs_of_shards(), (std::vector<size_t>{2, 1, 1}));
  EXPECT_EQ(records_[2]->owners.count(leg_id{3}), 1U);
}

TEST_F(a_large_room, reaches_each_leg_on_its_own_shard_and_all_of_them_with_a_tone) {
  section_legs_ = 2;
  start(2);
  fill(3);
  EXPECT_EQ(records_[1]->streams.count(leg_id{3}), 1U);
  EXPECT_EQ(records_[1]->heard[leg_id{3}].size(), 1U);
  EXPECT_EQ(records_[0]->heard.count(leg_id{3}), 0U);
  for (const auto& record : records_) {
    ASSERT_FALSE(record->room_heard.empty());
    EXPECT_EQ(record->room_heard.back().second, leg_id{3});
  }
  press(leg_id{3}, "*6");
  EXPECT_TRUE(records_[1]->muted[leg_id{3}]);
  EXPECT_TRUE(records_[0]->muted.empty());
  hang_up(leg_id{1});
  hang_up(leg_id{2});
  EXPECT_TRUE(records_[1]->music[leg_id{3}]) << "it is alone, on the second shard";
  hang_up(leg_id{3});
  EXPECT_EQ(records_[0]->closed, 2U);
  EXPECT_EQ(records_[1]->closed, 1U);
  EXPECT_EQ(count().rooms, 0U);
  for (const auto& record : records_) record->sections.clear();
  join(leg_id{20}, "next@host");
  EXPECT_EQ(legs_of_shards(), (std::vector<size_t>{1, 0})) << "no shard is counted as busy";
}

TEST_F(a_large_room, opens_the_leg_of_a_new_section_also_when_a_port_is_taken) {
  section_legs_ = 1;
  start(2);
  records_[1]->taken = {50'002};
  fill(2);
  EXPECT_EQ(control_.count("accept", leg_id{2}), 1U);
  EXPECT_EQ(legs_of_shards(), (std::vector<size_t>{1, 1}));
}

}  // namespace
}  // namespace confab::actors::scenario
