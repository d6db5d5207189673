#include "bench/load/statistics.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace confab::load {
namespace {

using std::chrono::milliseconds;

/// Packets 20 ms apart with these sequence numbers.
stream_counts counts_of(const std::vector<uint16_t>& sequences) {
  stream_checker checker;
  wall_time at = std::chrono::seconds(100);
  for (const auto sequence : sequences) {
    checker.on_packet(1, sequence, at);
    at += milliseconds(20);
  }
  return checker.finish(at - milliseconds(20));
}

TEST(load_statistics, counts_loss_reordering_and_duplicates) {
  const struct {
    const char* what;
    std::vector<uint16_t> sequences;
    uint64_t lost, reordered, duplicates;
  } cases[] = {
      {"in order", {1, 2, 3, 4}, 0, 0, 0},
      {"one missing", {1, 2, 4, 5}, 1, 0, 0},
      {"swapped", {1, 3, 2, 4}, 0, 1, 0},
      {"twice", {1, 2, 2, 3}, 0, 0, 1},
      {"across the wrap", {65'534, 65'535, 0, 1}, 0, 0, 0},
      {"lost at the wrap", {65'534, 1, 2}, 2, 0, 0},
      {"swapped at the wrap", {65'534, 0, 65'535, 1}, 0, 1, 0},
      {"before the first", {10, 9, 11}, 0, 1, 0},
      {"a late one fills its gap", {1, 4, 3, 5}, 1, 1, 0},
      {"nothing", {}, 0, 0, 0},
  };
  for (const auto& c : cases) {
    const auto counts = counts_of(c.sequences);
    EXPECT_EQ(counts.packets, c.sequences.size()) << c.what;
    EXPECT_EQ(counts.lost, c.lost) << c.what;
    EXPECT_EQ(counts.reordered, c.reordered) << c.what;
    EXPECT_EQ(counts.duplicates, c.duplicates) << c.what;
    EXPECT_EQ(counts.gaps, 0U) << c.what;
  }
}

TEST(load_statistics, sees_gaps_within_and_at_the_end) {
  stream_checker checker;
  const wall_time t0 = std::chrono::seconds(5);
  checker.on_packet(1, 1, t0);
  checker.on_packet(1, 2, t0 + milliseconds(40));
  checker.on_packet(1, 3, t0 + milliseconds(81));
  const auto counts = checker.finish(t0 + milliseconds(200));
  EXPECT_EQ(counts.gaps, 2U);
  EXPECT_EQ(counts.longest_gap, milliseconds(119));
}

TEST(load_statistics, keeps_loss_apart_from_a_change_of_source) {
  stream_checker checker;
  const wall_time t0 = std::chrono::seconds(5);
  checker.on_packet(1, 1, t0);
  checker.on_packet(1, 3, t0);
  checker.on_packet(2, 9'000, t0);
  checker.on_packet(2, 9'001, t0);
  const auto counts = checker.finish(t0);
  EXPECT_EQ(counts.lost, 1U);
  EXPECT_EQ(counts.restarts, 1U);
}

TEST(load_statistics, takes_percentiles_by_nearest_rank) {
  std::vector<double> samples;
  EXPECT_EQ(percentile(samples, 0.5), 0);
  for (int i = 100; i >= 1; --i) samples.push_back(i);
  EXPECT_EQ(percentile(samples, 0.5), 50);
  EXPECT_EQ(percentile(samples, 0.99), 99);
  EXPECT_EQ(percentile(samples, 1), 100);
  EXPECT_EQ(percentile(samples, 0), 1);
}

}  // namespace
}  // namespace confab::load
