#include "media/msrp/reader_pace.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

using namespace std::chrono_literals;

const clock_time t0{};
constexpr uint64_t ten_mebibytes = 10'485'760;
constexpr auto grace = limits::msrp_reader_grace;
constexpr auto takes = std::chrono::seconds(ten_mebibytes / limits::msrp_reader_pace);

TEST(msrp_reader_pace, asks_nothing_of_whom_nothing_waits_for) {
  reader_pace p;
  EXPECT_FALSE(p.due());
  p.on_queued(ten_mebibytes, t0);
  p.on_through();
  EXPECT_FALSE(p.due());
}

TEST(msrp_reader_pace, gives_each_large_message_the_time_it_takes) {
  reader_pace p;
  p.on_queued(ten_mebibytes, t0);
  EXPECT_EQ(p.due(), t0 + grace + takes);
  p.on_queued(ten_mebibytes, t0 + 1s);
  EXPECT_EQ(p.due(), t0 + grace + 2 * takes) << "and the second begins when the first is through";
}

TEST(msrp_reader_pace, gives_the_grace_once) {
  reader_pace p;
  for (int i = 0; i < 100; ++i) p.on_queued(0, t0 + 1s * i);
  EXPECT_EQ(p.due(), t0 + grace);
  p.on_through();
  p.on_queued(0, t0 + 100s);
  EXPECT_EQ(p.due(), t0 + 100s + grace);
}

}  // namespace
}  // namespace confab::msrp
