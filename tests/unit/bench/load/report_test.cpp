#include "bench/load/report.hpp"

#include <gtest/gtest.h>

namespace confab::load {
namespace {

run_report good_run() {
  run_report r;
  r.asked.legs = 10;
  r.legs = r.established = 10;
  r.seconds = 10;
  r.received.packets = 5'000;
  r.pump.sent = 5'000;
  r.rooms_listened = r.rooms_heard = 1;
  server_usage usage;
  usage.before.pss_kb = 1'000;
  usage.window_start.cpu = std::chrono::seconds(1);
  usage.window_end.cpu = std::chrono::seconds(2);
  usage.window_end.pss_kb = 1'500;
  r.server = usage;
  return r;
}

TEST(load_report, divides_by_legs_and_seconds) {
  auto r = good_run();
  EXPECT_TRUE(doubts(r).empty());
  const auto text = to_json(r);
  EXPECT_NE(text.find("\"cpu_ms_per_leg_second\": 10.0,"), std::string::npos) << text;
  EXPECT_NE(text.find("\"memory_per_leg_kb\": 50.0,"), std::string::npos) << text;
  EXPECT_NE(text.find("\"share_of_50_a_second\": 1.0,"), std::string::npos) << text;
  EXPECT_NE(text.find("\"valid\": true,"), std::string::npos) << text;
}

TEST(load_report, doubts_each_kind_of_run_that_proves_nothing) {
  const struct {
    const char* what;
    void (*spoil)(run_report& r);
  } cases[] = {
      {"a leg missing", [](run_report& r) { --r.established; }},
      {"a leg thrown out", [](run_report& r) { r.dropped = 1; }},
      {"late generator", [](run_report& r) { r.pump.late = 6; }},
      {"failed sends", [](run_report& r) { r.pump.send_errors = 6; }},
      {"deaf leg", [](run_report& r) { r.legs_without_packets = 1; }},
      {"bad SRTP", [](run_report& r) { r.unauthentic = 1; }},
      {"no sound", [](run_report& r) { r.rooms_heard = 0; }},
      {"no impulse", [](run_report& r) { r.asked.mode = run_mode::impulse; }},
  };
  for (const auto& c : cases) {
    auto r = good_run();
    c.spoil(r);
    EXPECT_EQ(doubts(r).size(), 1U) << c.what;
  }
}

TEST(load_report, says_nothing_of_a_server_it_did_not_watch_or_legs_it_did_not_have) {
  auto r = good_run();
  r.server.reset();
  EXPECT_EQ(to_json(r).find("cpu_ms_per_leg_second\": 10"), std::string::npos);
  run_report none;
  EXPECT_FALSE(to_json(none).empty());
  none.asked.mode = run_mode::setup;
  none.server = server_usage();
  EXPECT_NE(to_json(none).find("\"cpu_ms_per_call\": null"), std::string::npos);
}

}  // namespace
}  // namespace confab::load
