#include "config/duration.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

using std::chrono::milliseconds;

TEST(duration, reads_numbers_with_a_unit) {
  const std::vector<std::pair<const char*, int64_t>> cases{
      {"0s", 0}, {"200ms", 200}, {"30s", 30'000}, {"5m", 300'000}, {"24h", 86'400'000}, {"007s", 7'000},
  };
  for (const auto& [text, expected] : cases) {
    const auto duration = parse_duration(text);
    ASSERT_TRUE(duration.ok()) << text;
    EXPECT_EQ(duration->count(), expected) << text;
  }
}

TEST(duration, refuses_what_is_not_a_number_with_a_unit) {
  for (const char* text : {"", "s", "30", "-1s", "-0s", "+1s", "1.5s", " 1s", "1s ", "1 s", "1d", "1S",
                           "1s1s", "99999999999999999999s", "9223372036854775807h", "0x10s"}) {
    EXPECT_FALSE(parse_duration(text).ok()) << text;
  }
}

TEST(duration, refuses_a_text_that_holds_a_zero_byte) {
  EXPECT_FALSE(parse_duration(std::string_view("1s\0", 3)).ok());
}

TEST(duration, writes_what_it_reads_back) {
  const std::vector<std::pair<int64_t, const char*>> cases{
      {0, "0s"},      {1, "1ms"},          {1'000, "1s"},     {90'000, "90s"},
      {60'000, "1m"}, {86'400'000, "24h"}, {1'500, "1500ms"},
  };
  for (const auto& [value, expected] : cases) {
    EXPECT_EQ(write_duration(milliseconds(value)), expected);
    EXPECT_EQ(parse_duration(expected)->count(), value);
  }
}

}  // namespace
}  // namespace confab
