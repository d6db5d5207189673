#include "tests/scenario/moderated.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;
using namespace conference;

class an_echo_room : public a_room_that_is_run {
 protected:
  an_echo_room() { echo_ = "echo"; }
};

TEST_F(an_echo_room, greets_each_caller_and_plays_nothing_else) {
  start();
  join(alice, "echo@host");
  join(bob, "echo@host");
  join(carol, "lunch@host");
  const auto& record = *records_.front();
  EXPECT_TRUE(record.echo.at(alice));
  EXPECT_TRUE(record.echo.at(bob));
  EXPECT_FALSE(record.echo.at(carol));
  EXPECT_EQ(record.heard.at(alice), std::vector<std::string>{"echo-test"});
  EXPECT_EQ(record.heard.at(bob), std::vector<std::string>{"echo-test"});
  EXPECT_TRUE(record.room_heard.empty());
  EXPECT_FALSE(record.music.contains(alice));
  press(alice, "*6");
  EXPECT_FALSE(record.muted.contains(alice));
  hang_up(alice);
  hang_up(bob);
  EXPECT_EQ(count().rooms, 1U);
}

TEST_F(an_echo_room, is_no_conference) {
  start();
  subscribe(wanda, "echo@host");
  EXPECT_EQ(watchers_.said_to(wanda), std::vector<std::string>{"refuse480"}) << "nobody is there";
  join(alice, "echo@host");
  subscribe(subscription_id{2}, "echo@host");
  EXPECT_EQ(watchers_.said_to(subscription_id{2}), std::vector<std::string>{"refuse403"});
  sip::incoming_refer wish;
  wish.id = subscription_id{7};
  wish.room = room_id{"echo@host"};
  wish.target = "sip:erin@example.org";
  wish.in_dialog_of = alice;
  caf::anon_send(directory_, refer_news{wish});
  settle();
  EXPECT_EQ(refers_.log, std::vector<std::string>{"refuse403"});
  const room_id echo{"echo@host"};
  const auto begun = ask<dial_started>(dial_out{echo, "sip:erin@example.org", {}, {}, {}, {}, nullptr});
  EXPECT_FALSE(begun.leg);
  EXPECT_FALSE(ask<outcome>(to_room{echo, {lock_command{}, "operator"}}).ok);
  EXPECT_EQ(ask<room_snapshot>(look_into_room{echo}).members.size(), 1U);
}

TEST_F(an_echo_room, ends_each_call_after_ten_minutes_or_when_told_to) {
  start();
  const room_id echo{"echo@host"};
  join(alice, "echo@host");
  pass(4min);
  join(bob, "echo@host");
  join(carol, "echo@host");
  EXPECT_FALSE(ask<outcome>(to_room{echo, {kick_command{dave}, "operator"}}).ok);
  EXPECT_TRUE(ask<outcome>(to_room{echo, {kick_command{"phone3@EXAMPLE.com"}, "operator"}}).ok);
  EXPECT_EQ(control_.text_of("hang_up", carol), "the echo test was ended");
  pass(6min);
  EXPECT_EQ(control_.text_of("hang_up", alice), "the echo test is over");
  EXPECT_EQ(control_.count("hang_up", bob), 0U);
  obey();
  pass(4min);
  EXPECT_EQ(control_.text_of("hang_up", bob), "the echo test is over");
  obey();
  EXPECT_EQ(count().rooms, 0U);
}

TEST_F(an_echo_room, needs_no_sections_on_several_shards) {
  section_legs_ = 1;
  start(2);
  join(alice, "echo@host");
  join(bob, "echo@host");
  for (const auto& record : records_) {
    ASSERT_EQ(record->sections.size(), 1U);
    EXPECT_EQ(record->sections.begin()->second.exchange, nullptr);
    EXPECT_TRUE(record->attached.empty());
  }
}

}  // namespace
}  // namespace confab::actors::scenario
