#include "signaling/sip/reliable_provisional.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

TEST(rack, round_trips) {
  const auto parsed = parse_rack(" 776656  1 INVITE ");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(*parsed, (rack{776656, 1, "INVITE"}));
  EXPECT_EQ(write_rack(*parsed), "776656 1 INVITE");
}

TEST(rack, refuses_other_shapes) {
  for (const char* bad :
       {"", "1", "1 2", "1 2 INVITE x", "0 2 INVITE", "-1 2 INVITE", "1 4294967296 INVITE", "a b c"})
    EXPECT_FALSE(parse_rack(bad).ok()) << bad;
}

TEST(resend_schedule, doubles_until_64_times_t1) {
  using std::chrono::milliseconds;
  auto plain = provisional_schedule();
  std::vector<int64_t> waits;
  while (const auto wait = plain.next()) waits.push_back(wait->count());
  EXPECT_EQ(waits, (std::vector<int64_t>{500, 1000, 2000, 4000, 8000, 16000, 500}));
  auto capped = answer_schedule();
  milliseconds total{0};
  milliseconds longest{0};
  while (const auto wait = capped.next()) {
    total += *wait;
    longest = std::max(longest, *wait);
  }
  EXPECT_EQ(total, milliseconds(32000));
  EXPECT_EQ(longest, milliseconds(4000));
}

}  // namespace
}  // namespace confab::sip
