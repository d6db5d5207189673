#include "media/msrp/byte_budget.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace confab::msrp {
namespace {

TEST(msrp_byte_budget, gives_no_more_than_it_has) {
  byte_budget b(100);
  EXPECT_TRUE(b.take(60));
  EXPECT_FALSE(b.take(41));
  EXPECT_EQ(b.taken(), 60U) << "what was refused is not taken";
  EXPECT_TRUE(b.take(40));
  EXPECT_FALSE(b.take(1));
  EXPECT_FALSE(b.take(UINT64_MAX)) << "sums do not wrap";
  b.give_back(100);
  EXPECT_TRUE(b.take(100));
}

TEST(msrp_byte_budget, of_a_room_is_within_that_of_the_process) {
  const auto process = std::make_shared<byte_budget>(100);
  byte_budget room(80, process);
  byte_budget other(80, process);
  EXPECT_TRUE(room.take(70));
  EXPECT_FALSE(room.take(20)) << "the room has no more";
  EXPECT_FALSE(other.take(40)) << "the process has no more";
  EXPECT_EQ(other.taken(), 0U);
  EXPECT_TRUE(other.take(30));
  room.give_back(70);
  EXPECT_EQ(process->taken(), 30U);
}

TEST(msrp_byte_budget, has_all_back_when_the_messages_are_gone) {
  const auto b = std::make_shared<byte_budget>(100);
  {
    byte_share one(b);
    EXPECT_TRUE(one.grow(30));
    EXPECT_TRUE(one.grow(30));
    EXPECT_FALSE(one.grow(41));
    byte_share moved(std::move(one));
    EXPECT_EQ(moved.bytes(), 60U);
    byte_share assigned;
    EXPECT_TRUE(assigned.grow(1'000'000)) << "of no budget";
    assigned = std::move(moved);
    EXPECT_EQ(assigned.bytes(), 60U);
    EXPECT_EQ(b->taken(), 60U);
  }
  EXPECT_EQ(b->taken(), 0U);
}

TEST(msrp_byte_budget, is_exact_from_many_threads) {
  const auto b = std::make_shared<byte_budget>(1'000);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&b] {
      for (int i = 0; i < 10'000; ++i) {
        byte_share share(b);
        (void)share.grow(300);
        EXPECT_LE(share.bytes(), 300U);
      }
    });
  }
  for (auto& one : threads) one.join();
  EXPECT_EQ(b->taken(), 0U);
}

}  // namespace
}  // namespace confab::msrp
