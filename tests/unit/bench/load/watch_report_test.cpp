#include "bench/load/watch_report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace confab::load {
namespace {

watch_report good_run() {
  watch_report w;
  w.asked = w.subscribed = 200;
  w.changes = 10;
  w.told.notifies = 2'000;
  w.told.bytes = 1'000'000;
  w.idle_seconds = 10;
  w.idle_cpu_ms = 50;
  w.change_seconds = 20;
  w.change_cpu_ms = 400;
  return w;
}

TEST(load_watch_report, takes_what_the_room_costs_without_changes_off) {
  const auto out = to_json(good_run(), 200, true);
  EXPECT_EQ(out["notifies_per_change_and_watcher"], 1.0);
  EXPECT_EQ(out["bytes_per_change_and_watcher"], 500.0);
  EXPECT_EQ(out["bytes_per_notify"], 500.0);
  EXPECT_EQ(out["cpu_ms_per_change"], 30.0) << "400 ms less 5 ms/s for 20 s, by 10";
  EXPECT_EQ(out["cpu_us_per_notify"], 150.0);
  EXPECT_EQ(out["idle_cpu_percent"], 0.5);
  EXPECT_FALSE(to_json(good_run(), 200, false).contains("cpu_ms_per_change"));
  EXPECT_TRUE(to_json(good_run(), 0, true)["bytes_per_change_and_watcher"].is_null());
}

TEST(load_watch_report, doubts_each_kind_of_run_that_proves_nothing) {
  const struct {
    const char* what;
    void (*spoil)(watch_report& w);
  } cases[] = {
      {"a watcher refused", [](watch_report& w) { --w.subscribed; }},
      {"a watcher thrown out", [](watch_report& w) { w.ended = 1; }},
      {"a change refused", [](watch_report& w) { --w.changes; }},
      {"a watcher that missed the end", [](watch_report& w) { w.behind = 1; }},
      {"a gap", [](watch_report& w) { w.told.gaps = 1; }},
      {"no idle window", [](watch_report& w) { w.idle.notifies = 1; }},
  };
  std::vector<std::string> doubts;
  add_doubts(good_run(), 10, doubts);
  EXPECT_TRUE(doubts.empty());
  for (const auto& c : cases) {
    auto w = good_run();
    c.spoil(w);
    doubts.clear();
    add_doubts(w, 10, doubts);
    EXPECT_EQ(doubts.size(), 1U) << c.what;
  }
}

}  // namespace
}  // namespace confab::load
