#include "actors/room_deliveries.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace confab::actors {
namespace {

using legs = std::vector<leg_id>;

legs sorted(legs all) {
  std::sort(all.begin(), all.end(), [](leg_id a, leg_id b) { return a.value < b.value; });
  return all;
}

TEST(room_deliveries, keeps_in_mind_who_cannot_take_a_file) {
  const struct {
    uint16_t status;
    bool takes_files;
  } rows[] = {{100, true}, {180, true},  {200, true},  {403, true},  {404, true}, {408, true},
              {480, true}, {486, true},  {487, true},  {500, true},  {503, true}, {600, true},
              {603, true}, {415, false}, {488, false}, {501, false}, {606, false}};
  for (const auto& row : rows) {
    room_deliveries all;
    all.begin(leg_id{9}, leg_id{1});
    EXPECT_FALSE(all.on({leg_id{9}, row.status, "as it says"}));
    EXPECT_EQ(all.takes_files(leg_id{1}), row.takes_files) << row.status;
    EXPECT_TRUE(all.takes_files(leg_id{2})) << "another";
    all.left(leg_id{1});
    EXPECT_TRUE(all.takes_files(leg_id{1})) << "it may come again";
  }
}

TEST(room_deliveries, believes_no_news_of_calls_that_are_not_its_own) {
  room_deliveries all;
  EXPECT_FALSE(all.on({leg_id{9}, 488, "never begun"}));
  all.begin(leg_id{9}, leg_id{1});
  all.cancel(leg_id{9});
  EXPECT_FALSE(all.on({leg_id{9}, 488, "not made"}));
  all.begin(leg_id{10}, leg_id{1});
  EXPECT_FALSE(all.on({leg_id{10}, 603, "over"}));
  EXPECT_FALSE(all.on({leg_id{10}, 488, "after its end"}));
  EXPECT_TRUE(all.takes_files(leg_id{1}));
}

TEST(room_deliveries, keeps_nothing_of_who_has_left) {
  room_deliveries all;
  all.begin(leg_id{9}, leg_id{1});
  all.left(leg_id{1});
  EXPECT_EQ(all.put_out(leg_id{1}), legs{}) << "what is brought to it goes on";
  EXPECT_FALSE(all.on({leg_id{9}, 488, "late"}));
  EXPECT_TRUE(all.takes_files(leg_id{1}));
}

TEST(room_deliveries, ends_what_is_brought_to_who_is_put_out) {
  room_deliveries all;
  for (const uint64_t call : {11, 12, 13}) all.begin(leg_id{call}, leg_id{call == 13 ? 3U : 2U});
  EXPECT_EQ(all.put_out(leg_id{1}), legs{});
  EXPECT_EQ(sorted(all.put_out(leg_id{2})), (legs{leg_id{11}, leg_id{12}}));
  EXPECT_TRUE(all.on({leg_id{11}, 180, "Ringing"})) << "it may not have been there to be ended";
  EXPECT_TRUE(all.on({leg_id{11}, 200, "OK"}));
  EXPECT_FALSE(all.on({leg_id{11}, 487, "Request Terminated"}));
  EXPECT_FALSE(all.on({leg_id{13}, 180, "Ringing"})) << "another's";
  EXPECT_EQ(sorted(all.end()), (legs{leg_id{12}, leg_id{13}}));
  EXPECT_TRUE(all.on({leg_id{13}, 180, "Ringing"}));
}

}  // namespace
}  // namespace confab::actors
