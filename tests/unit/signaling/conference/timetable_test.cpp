#include "signaling/conference/timetable.hpp"

#include <string>

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

using namespace std::chrono_literals;

const timetable::clock_time made{1h};
constexpr leg_id alice{1}, bob{2};

struct teller {
  std::string operator()(const timetable::room_ends_soon&) const { return "soon "; }
  std::string operator()(const timetable::room_ends&) const { return "end "; }
  std::string operator()(const timetable::leg_ends& e) const { return to_string(e.leg) + " "; }
};

std::string told(const std::vector<timetable::event>& events) {
  std::string out;
  for (const auto& e : events) out += std::visit(teller{}, e);
  return out;
}

TEST(timetable, of_a_room_without_an_end_is_empty) {
  timetable t(0ms, made);
  EXPECT_FALSE(t.deadline());
  EXPECT_EQ(told(t.poll(made + 1000h)), "");
}

TEST(timetable, warns_a_minute_before_the_end_and_tells_each_once) {
  timetable t(10min, made);
  EXPECT_EQ(t.deadline(), made + 9min);
  EXPECT_EQ(told(t.poll(made + 9min - 1ms)), "");
  EXPECT_EQ(told(t.poll(made + 9min)), "soon ");
  EXPECT_EQ(told(t.poll(made + 9min)), "");
  EXPECT_EQ(t.deadline(), made + 10min);
  EXPECT_EQ(told(t.poll(made + 10min)), "end ");
  EXPECT_FALSE(t.deadline());
}

TEST(timetable, warns_nobody_of_what_is_less_than_a_minute_away_from_the_beginning) {
  timetable t(60s, made);
  EXPECT_EQ(told(t.poll(made + 60s)), "end ");
}

TEST(timetable, ends_legs_in_the_order_of_time) {
  timetable t(10min, made);
  t.end_leg(alice, made + 5min);
  t.end_leg(bob, made + 3min);
  t.end_leg(bob, made + 9h);
  EXPECT_EQ(t.deadline(), made + 3min);
  EXPECT_EQ(told(t.poll(made + 5min)), "2 1 ");
  EXPECT_EQ(told(t.poll(made + 1000h)), "soon end ");
}

TEST(timetable, forgets_legs_that_are_gone) {
  timetable t(0ms, made);
  t.end_leg(alice, made + 5min);
  t.forget(alice);
  t.forget(bob);
  EXPECT_FALSE(t.deadline());
  t.end_leg(alice, made + 7min);
  EXPECT_EQ(t.deadline(), made + 7min);
}

}  // namespace
}  // namespace confab::conference
