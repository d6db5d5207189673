#include "media/msrp/date_time.hpp"

#include <gtest/gtest.h>

namespace confab::msrp {
namespace {

TEST(date_time, keeps_the_offset_it_was_written_with) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"2011-12-22T09:12:04+01:00", "2011-12-22T09:12:04+01:00"},
      {"2026-11-27T03:43:16Z", "2026-11-27T03:43:16Z"},
      {"2000-12-13T13:40:00-08:00", "2000-12-13T13:40:00-08:00"},
      {"2026-11-27T03:43:16.250000+05:30", "2026-11-27T03:43:16.25+05:30"},
      {"2026-11-27T03:43:16.123456789Z", "2026-11-27T03:43:16.123456Z"},
      {"2026-11-27t03:43:16z", "2026-11-27T03:43:16Z"},
      {"2026-11-27 03:43:16+00:00", "2026-11-27T03:43:16+00:00"},
      {"2026-11-27T03:43:16", "2026-11-27T03:43:16Z"},
      {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
      {"2024-02-29T00:00:00-00:30", "2024-02-29T00:00:00-00:30"},
      {"1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5Z"},
  };
  for (const auto& [in, out] : rows) {
    const auto t = parse_date_time(in);
    ASSERT_TRUE(t.ok()) << in;
    EXPECT_EQ(write(*t), out) << in;
    EXPECT_EQ(*parse_date_time(out), *t) << in;
  }
}

TEST(date_time, is_a_moment) {
  using namespace std::chrono;
  EXPECT_EQ(parse_date_time("1970-01-01T01:00:00+01:00")->time, sys_seconds{seconds{0}});
  EXPECT_EQ(parse_date_time("2001-09-09T01:46:40.5Z")->time,
            sys_seconds{seconds{1'000'000'000}} + milliseconds{500});
}

TEST(date_time, is_refused_where_it_is_none) {
  for (const char* bad :
       {"", "2011", "2011-12-22", "2011-13-22T09:12:04Z", "2011-02-29T09:12:04Z", "2011-12-22T24:12:04Z",
        "2011-12-22T09:60:04Z", "2011-12-22T09:12:61Z", "2011-12-22T09:12:04.Z", "2011-12-22T09:12:04+1",
        "2011-12-22T09:12:04+24:00", "2011-12-22T09:12:04+01:00x", "2011-12-22T9:12:04Z", "2011-12-22T09:12Z",
        "11-12-22T09:12:04Z", "2011-12-22T-9:12:04Z", "yesterday"}) {
    EXPECT_FALSE(parse_date_time(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace confab::msrp
