#include "signaling/sip/deadlines.hpp"

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "signaling/sip/signaling_thread.hpp"

namespace confab::sip::test {
namespace {

using std::chrono::milliseconds;

/// Timers on a loop of their own, and what they wrote; the loop ends when a timer calls `finish`.
class deadlines_in_a_loop : public testing::Test {
 protected:
  /// Runs `plan` on the loop's thread and waits for `finish`.
  template <class Plan>
  std::string run(Plan plan) {
    signaling_thread loop;
    const auto opened = loop.start(
        [&] {
          timers = std::make_unique<deadlines>();
          plan();
          return result<void>{};
        },
        [&] { timers.reset(); });
    EXPECT_TRUE(opened.ok());
    const bool in_time = done.get_future().wait_for(std::chrono::seconds{20}) == std::future_status::ready;
    EXPECT_TRUE(in_time);
    loop.stop();
    return written;
  }
  auto writes(const char* what) {
    return [this, what] { written += what; };
  }
  void finish() { done.set_value(); }

  std::unique_ptr<deadlines> timers;
  std::string written;
  std::promise<void> done;
};

TEST_F(deadlines_in_a_loop, fire_in_the_order_of_their_times_whatever_the_order_they_were_started_in) {
  EXPECT_EQ(run([this] {
              timers->start(milliseconds{30}, [this] { finish(); });
              timers->start(milliseconds{20}, writes("c"));
              timers->start(milliseconds{10}, writes("b"));
              timers->start({}, writes("a"));
            }),
            "abc");
}

TEST_F(deadlines_in_a_loop, fire_in_the_order_they_were_started_in_where_their_times_are_equal) {
  EXPECT_EQ(run([this] {
              for (const char* one : {"a", "b", "c", "d"}) timers->start({}, writes(one));
              timers->start(milliseconds{5}, [this] { finish(); });
            }),
            "abcd");
}

TEST_F(deadlines_in_a_loop, stay_silent_once_cancelled_also_from_inside_another) {
  EXPECT_EQ(run([this] {
              auto first = timers->start(milliseconds{1}, writes("x"));
              timers->cancel(first);
              EXPECT_EQ(first, 0U);
              const auto victim = timers->start({}, writes("y"));
              (void)victim;
              auto later = std::make_shared<deadlines::id>(timers->start(milliseconds{2}, writes("z")));
              timers->start({}, [this, later] {
                timers->cancel(*later);
                written += "a";
              });
              timers->start(milliseconds{20}, [this] { finish(); });
            }),
            "ya");
}

TEST_F(deadlines_in_a_loop, may_cancel_what_fires_in_the_same_round) {
  EXPECT_EQ(run([this] {
              auto second = std::make_shared<deadlines::id>(0);
              timers->start({}, [this, second] {
                written += "a";
                timers->cancel(*second);
              });
              *second = timers->start({}, writes("never"));
              timers->start(milliseconds{5}, [this] { finish(); });
            }),
            "a");
}

TEST_F(deadlines_in_a_loop, leave_room_for_others_where_one_restarts_itself_at_once) {
  std::function<void()> again = [&] {
    if (written.size() < 50) {
      written += ".";
      timers->start({}, again);
    }
  };
  EXPECT_EQ(run([&] {
              timers->start({}, again);
              timers->start(milliseconds{40}, [this] { finish(); });
            }),
            std::string(50, '.'));
}

TEST_F(deadlines_in_a_loop, wake_for_an_earlier_one_after_a_later_one_and_again_for_the_later) {
  EXPECT_EQ(run([this] {
              timers->start(milliseconds{25}, [this] {
                written += "b";
                finish();
              });
              auto gone = timers->start(milliseconds{3}, writes("x"));
              timers->start(milliseconds{6}, writes("a"));
              timers->cancel(gone);
            }),
            "ab");
}

}  // namespace
}  // namespace confab::sip::test
