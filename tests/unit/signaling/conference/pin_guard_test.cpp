#include "signaling/conference/pin_guard.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

using namespace std::chrono_literals;

constexpr pin_guard::clock_time t0{1'000s};
const room_id lunch{"lunch@host"}, board{"board@host"};
const room_pins pins{"1234", "987654"};

TEST(pin_guard, knows_the_pin_from_the_moderators_and_from_wrong_ones) {
  struct row {
    std::string shown;
    pin_verdict wanted;
  };
  for (const auto& [shown, wanted] : std::initializer_list<row>{
           {"1234", pin_verdict::right},
           {"987654", pin_verdict::moderator},
           {"1235", pin_verdict::wrong},
           {"12345", pin_verdict::wrong},
           {"123", pin_verdict::wrong},
           {"", pin_verdict::wrong},
           {std::string("1234\0", 5), pin_verdict::wrong},
           {std::string(100, '1'), pin_verdict::wrong},
       }) {
    pin_guard guard;
    EXPECT_EQ(guard.judge(lunch, "192.0.2.1", pins, shown, t0), wanted) << shown;
  }
}

TEST(pin_guard, lets_nothing_open_a_pin_that_is_not_set) {
  pin_guard guard;
  EXPECT_EQ(guard.judge(lunch, "a", {"1234", ""}, "", t0), pin_verdict::wrong);
  EXPECT_FALSE(same_pin("", ""));
  EXPECT_TRUE(same_pin("0", "0"));
  EXPECT_FALSE(same_pin("0000000000000000", "00000000000000001")) << "one digit more than a PIN may have";
}

TEST(pin_guard, compares_nothing_any_more_after_too_many_wrong_ones) {
  pin_guard guard;
  for (unsigned i = 0; i < limits::pin_failures; ++i)
    EXPECT_EQ(guard.judge(lunch, "a", pins, "0000", t0 + i * 1s), pin_verdict::wrong);
  EXPECT_EQ(guard.judge(lunch, "a", pins, "1234", t0 + 10s), pin_verdict::exhausted) << "the right one too";
  EXPECT_EQ(guard.judge(lunch, "b", pins, "1234", t0 + 10s), pin_verdict::right) << "somebody else";
  EXPECT_EQ(guard.judge(board, "a", pins, "1234", t0 + 10s), pin_verdict::right) << "another room";
  EXPECT_EQ(guard.retry_after(lunch, "a", t0 + 10s), limits::pin_window - 10s);
  EXPECT_EQ(guard.judge(lunch, "a", pins, "1234", t0 + limits::pin_window), pin_verdict::right);
}

TEST(pin_guard, counts_on_when_a_right_one_came_between) {
  pin_guard guard;
  for (unsigned i = 0; i < limits::pin_failures; ++i) {
    EXPECT_EQ(guard.judge(lunch, "a", pins, "1234", t0), pin_verdict::right);
    EXPECT_EQ(guard.judge(lunch, "a", pins, std::to_string(100'000 + i), t0), pin_verdict::wrong);
  }
  EXPECT_EQ(guard.judge(lunch, "a", pins, "987654", t0), pin_verdict::exhausted);
}

TEST(pin_guard, remembers_so_many_guessers_and_looks_at_no_new_one_past_them) {
  pin_guard guard(2);
  EXPECT_EQ(guard.judge(lunch, "a", pins, "0", t0), pin_verdict::wrong);
  EXPECT_EQ(guard.judge(lunch, "b", pins, "0", t0 + 1min), pin_verdict::wrong);
  EXPECT_EQ(guard.judge(lunch, "c", pins, "1234", t0 + 2min), pin_verdict::exhausted);
  EXPECT_EQ(guard.retry_after(lunch, "c", t0 + 2min), limits::pin_window - 2min);
  EXPECT_EQ(guard.judge(lunch, "b", pins, "1234", t0 + 2min), pin_verdict::right) << "still counted";
  EXPECT_EQ(guard.judge(lunch, "c", pins, "1234", t0 + limits::pin_window), pin_verdict::right);
}

TEST(pin_guard, charges_the_verified_name_or_the_address_of_one_customer) {
  struct row {
    std::string identity, host, wanted;
  };
  for (const auto& [identity, host, wanted] : std::initializer_list<row>{
           {"sip:alice@example.com", "192.0.2.1", "sip:alice@example.com"},
           {"", "192.0.2.1", "192.0.2.1"},
           {"", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
           {"", "2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"},
       })
    EXPECT_EQ(guesser(identity, socket_address::parse(host, 5060).value()), wanted);
}

}  // namespace
}  // namespace confab::conference
