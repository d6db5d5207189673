#include "bench/load/process_meter.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace confab::load {
namespace {

TEST(load_process_meter, reads_cpu_and_threads_behind_any_command_name) {
  const auto usage = parse_stat(
      "42 (a ) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 7 8 20 0 5 0 12345 1000 200 "
      "18446744073709551615",
      100);
  ASSERT_TRUE(usage.ok()) << usage.error().text;
  EXPECT_EQ(usage->cpu, std::chrono::seconds(3));
  EXPECT_EQ(usage->threads, 5U);
  EXPECT_FALSE(parse_stat("", 100).ok());
  EXPECT_FALSE(parse_stat("42 (x) S 1 2 3", 100).ok());
}

TEST(load_process_meter, finds_a_line_by_its_whole_name) {
  const char* text = "5500-7ff [rollup]\nSwapPss:   9 kB\nRss:    1234 kB\nPss:  88 kB\nPss_Dirty: 7 kB\n";
  EXPECT_EQ(parse_kb(text, "Rss"), 1'234U);
  EXPECT_EQ(parse_kb(text, "Pss"), 88U);
  EXPECT_EQ(parse_kb(text, "Uss"), 0U);
}

TEST(load_process_meter, reads_this_very_process) {
  const auto usage = read_process(getpid());
  ASSERT_TRUE(usage.ok());
  EXPECT_GT(usage->rss_kb, 0U);
  EXPECT_GE(usage->threads, 1U);
}

}  // namespace
}  // namespace confab::load
