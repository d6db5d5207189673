#include <gtest/gtest.h>

#include "actors/history_words.hpp"

namespace confab::actors {
namespace {

using entry = write_gate::entry;

TEST(write_gate, lets_in_no_more_messages_than_may_wait) {
  write_gate gate(2, 1'000);
  EXPECT_EQ(gate.enter(10), entry::open);
  EXPECT_EQ(gate.enter(10), entry::open);
  EXPECT_EQ(gate.enter(10), entry::shut_now);
  EXPECT_EQ(gate.enter(10), entry::shut) << "said once";
  EXPECT_FALSE(gate.leave(10));
  EXPECT_EQ(gate.enter(10), entry::open);
  EXPECT_FALSE(gate.leave(10));
  EXPECT_TRUE(gate.leave(10)) << "nothing waits any more, and some were refused";
  EXPECT_EQ(gate.refused(), 2U);
  EXPECT_EQ(gate.enter(10), entry::open);
  EXPECT_FALSE(gate.leave(10));
}

TEST(write_gate, lets_in_no_more_bytes_than_may_wait) {
  write_gate gate(100, 1'000);
  EXPECT_EQ(gate.enter(1'001), entry::shut_now);
  EXPECT_EQ(gate.enter(600), entry::open);
  EXPECT_EQ(gate.enter(600), entry::shut);
  EXPECT_EQ(gate.enter(400), entry::open);
  EXPECT_FALSE(gate.leave(600));
  EXPECT_TRUE(gate.leave(400));
  EXPECT_EQ(gate.refused(), 2U);
}

}  // namespace
}  // namespace confab::actors
