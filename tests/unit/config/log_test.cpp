#include "config/log.hpp"

#include <algorithm>
#include <sstream>
#include <thread>

#include <gtest/gtest.h>

namespace confab::log {
namespace {

/// The log of what `events` does, under these options; later tests get the default ones back.
template <class F>
std::string captured(const options& o, F events) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(start(o).ok());
  events();
  stop();
  EXPECT_TRUE(start({}).ok());
  return testing::internal::GetCapturedStderr();
}

TEST(log, writes_lines_from_the_set_level_on) {
  const std::string out = captured({.level = "warning"}, [] {
    debug("one");
    info("two");
    warning("three", {{"leg", "4"}});
    error("four");
  });
  EXPECT_EQ(out.find("one"), std::string::npos);
  EXPECT_EQ(out.find("two"), std::string::npos);
  EXPECT_NE(out.find(" warning three leg=4\n"), std::string::npos);
  EXPECT_NE(out.find(" error four\n"), std::string::npos);
}

TEST(log, writes_json_when_asked) {
  const std::string out = captured({.format = "json"}, [] { info("hello", {{"k", "v"}}); });
  EXPECT_EQ(out.front(), '{');
  EXPECT_NE(out.find(R"("level":"info","message":"hello","k":"v"})"), std::string::npos);
}

TEST(log, takes_braces_and_percent_signs_as_they_are) {
  EXPECT_NE(captured({}, [] { info("{} %s {0}"); }).find("{} %s {0}\n"), std::string::npos);
}

TEST(log, traces_only_the_protocols_asked_for_and_at_any_level) {
  const std::string out = captured({.level = "error", .trace = {"sip"}}, [] {
    EXPECT_TRUE(traces(wire::sip));
    EXPECT_FALSE(traces(wire::rtp));
    trace(wire::sip, false, "l", "r", "OPTIONS sip:a SIP/2.0");
    trace(wire::rtp, true, "l", "r", "secret");
  });
  EXPECT_NE(out.find("trace sip received local=l remote=r size=21\n | OPTIONS sip:a SIP/2.0\n"),
            std::string::npos);
  EXPECT_EQ(out.find("secret"), std::string::npos);
}

TEST(log, refuses_unknown_options) {
  EXPECT_FALSE(start({.level = "loud"}).ok());
  EXPECT_FALSE(start({.format = "xml"}).ok());
  EXPECT_FALSE(start({.trace = {"smtp"}}).ok());
}

TEST(log, keeps_lines_of_several_threads_whole) {
  const std::string out = captured({}, [] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 100; ++i) info("a line of some length", {{"name", "value"}});
      });
    }
    for (std::thread& t : threads) t.join();
  });
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 400);
  std::istringstream lines(out);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_TRUE(line.ends_with("Z info  a line of some length name=value")) << line;
  }
}

}  // namespace
}  // namespace confab::log
