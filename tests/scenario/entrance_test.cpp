#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

constexpr leg_id alice{1}, bob{2}, carol{3};
constexpr subscription_id wanda{1}, willy{2};

class an_entrance : public scenario_test {
 protected:
  an_entrance() { rules_.pin = "1234"; }

  [[nodiscard]] bool apart(leg_id leg, size_t shard = 0) {
    return records_[shard]->muted[leg] && records_[shard]->deaf[leg];
  }
  [[nodiscard]] bool together(leg_id leg, size_t shard = 0) {
    return !records_[shard]->muted[leg] && !records_[shard]->deaf[leg];
  }
  [[nodiscard]] std::vector<std::string>& heard(leg_id leg) { return records_.front()->heard[leg]; }
  [[nodiscard]] std::string last(subscription_id id) const {
    const auto all = watchers_.said_to(id);
    return all.empty() ? std::string() : all.back();
  }
  void join_with(leg_id leg, const std::string& room, const std::string& pin) {
    call(leg, room, std::nullopt, plain_offer, pin);
    acknowledge(leg);
  }
  void refer(const std::optional<leg_id>& by, const std::string& room = "lunch@host",
             const std::string& target = "sip:carol@example.org") {
    sip::incoming_refer wish;
    wish.id = wanda;
    wish.room = room_id{room};
    wish.target = target;
    wish.in_dialog_of = by;
    wish.peer.uri = "sip:phone1@example.com";
    wish.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    caf::anon_send(directory_, refer_news{wish});
    settle();
  }
};

TEST_F(an_entrance, keeps_callers_apart_until_their_pin_is_right) {
  start();
  call(alice, "lunch@host");
  EXPECT_TRUE(apart(alice)) << "before the ACK already: it may never come";
  acknowledge(alice);
  EXPECT_EQ(heard(alice), std::vector<std::string>{"enter-pin"});
  press(alice, "123");
  EXPECT_TRUE(apart(alice));
  press(alice, "4");
  EXPECT_TRUE(together(alice));
  EXPECT_EQ(heard(alice).back(), "only-participant");
}

TEST_F(an_entrance, sends_away_after_three_wrong_pins) {
  start();
  join(alice, "lunch@host");
  press(alice, "0000");
  press(alice, "1111");
  pass(1s);
  EXPECT_EQ(control_.count("hang_up", alice), 0U);
  press(alice, "2222");
  EXPECT_EQ(heard(alice), (std::vector<std::string>{"enter-pin", "wrong-pin", "enter-pin", "wrong-pin",
                                                    "enter-pin", "wrong-pin", "goodbye"}));
  pass(conference::entrance::farewell);
  EXPECT_EQ(control_.count("hang_up", alice), 1U);
  EXPECT_TRUE(apart(alice));
}

TEST_F(an_entrance, sends_away_who_dials_nothing) {
  start();
  join(alice, "lunch@host");
  for (int i = 0; i < 3; ++i) pass(conference::entrance::first_digit);
  pass(conference::entrance::farewell);
  EXPECT_EQ(control_.count("hang_up", alice), 1U);
}

TEST_F(an_entrance, takes_the_pin_from_the_uri_and_refuses_a_wrong_one) {
  start();
  join_with(alice, "lunch@host", "1234");
  EXPECT_TRUE(together(alice));
  EXPECT_EQ(heard(alice).front(), "only-participant");
  call(bob, "lunch@host", std::nullopt, plain_offer, "1235");
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
}

TEST_F(an_entrance, counts_wrong_pins_of_both_ways_as_one) {
  start();
  join(alice, "lunch@host");
  for (int i = 0; i < 3; ++i) press(alice, "0000");
  for (uint64_t i = 0; i < 3; ++i) {
    call(leg_id{10 + i}, "lunch@host", std::nullopt, plain_offer, "0000");
    EXPECT_EQ(control_.text_of("refuse", leg_id{10 + i}), "403");
  }
  call(bob, "lunch@host", std::nullopt, plain_offer, "1234");
  EXPECT_EQ(control_.text_of("refuse", bob), "403") << "the right one is not looked at any more";
  join(carol, "lunch@host");
  press(carol, "1234");
  EXPECT_EQ(heard(carol).back(), "goodbye");
  pass(limits::pin_window);
  call(leg_id{20}, "lunch@host", std::nullopt, plain_offer, "1234");
  EXPECT_EQ(control_.count("refuse", leg_id{20}), 0U);
}

TEST_F(an_entrance, refuses_who_cannot_be_asked) {
  start();
  const std::string chat =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
      "m=message 2855 TCP/MSRP *\r\na=accept-types:message/cpim\r\n";
  call(alice, "lunch@host", std::nullopt, chat);
  EXPECT_EQ(control_.text_of("refuse", alice), "403");
  call(bob, "other@host", std::nullopt, plain_offer, "1234");
  EXPECT_EQ(control_.count("refuse", bob), 0U);
}

TEST_F(an_entrance, is_shown_as_pending_and_makes_nobody_a_participant) {
  start();
  join_with(bob, "lunch@host", "1234");
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host", false, "sip:phone1@example.com");
  EXPECT_EQ(watchers_.said_to(wanda).front(), "refuse403") << "alice is at the entrance";
  subscribe(willy, "lunch@host", false, "sip:watcher@example.com", "1234");
  EXPECT_NE(last(willy).find("<status>pending</status>"), std::string::npos) << last(willy);
  EXPECT_NE(last(willy).find("<user-count>1</user-count>"), std::string::npos) << last(willy);
  refer(alice);
  refer(std::nullopt);
  EXPECT_EQ(refers_.log, (std::vector<std::string>{"refuse403", "refuse403"}));
  press(alice, "1234");
  pass(1s);
  EXPECT_NE(last(willy).find("<user-count>2</user-count>"), std::string::npos) << last(willy);
  EXPECT_EQ(last(willy).find("pending"), std::string::npos) << last(willy);
  refer(alice);
  EXPECT_EQ(refers_.log.back(), "accept");
}

TEST_F(an_entrance, shows_the_room_to_participants_and_to_who_knows_the_pin) {
  start();
  join_with(alice, "lunch@host", "1234");
  subscribe(wanda, "lunch@host", false, "sip:stranger@example.com");
  EXPECT_EQ(watchers_.said_to(wanda).front(), "refuse403");
  subscribe(willy, "lunch@host", false, "sip:stranger@example.com", "4321");
  EXPECT_EQ(watchers_.said_to(willy).front(), "refuse403");
  subscribe(subscription_id{3}, "lunch@host", false, "sip:phone1@example.com");
  EXPECT_EQ(watchers_.said_to(subscription_id{3}).front(), "accept");
  subscribe(subscription_id{4}, "lunch@host", false, "sip:stranger@example.com", "1234");
  EXPECT_EQ(watchers_.said_to(subscription_id{4}).front(), "accept");
}

TEST_F(an_entrance, is_passed_by_whom_the_room_called_and_by_who_replaces_a_participant) {
  start();
  join_with(alice, "lunch@host", "1234");
  refer(alice, "lunch@host", "sip:carol@example.org;pin=99");
  ASSERT_EQ(control_.dialed.size(), 1U);
  EXPECT_EQ(control_.dialed.front().target, "sip:carol@example.org;pin=99") << "that is carol's business";
  const leg_id called = control_.dialed.front().leg;
  const std::string answer =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";
  tell(sip::remote_answer{called, answer, {}});
  acknowledge(called);
  EXPECT_TRUE(together(called));
  call(bob, "lunch@host", alice);
  acknowledge(bob);
  EXPECT_TRUE(together(bob));
}

TEST_F(an_entrance, is_not_passed_by_who_replaces_somebody_at_it) {
  start();
  join(alice, "lunch@host");
  call(bob, "lunch@host", alice);
  acknowledge(bob);
  EXPECT_TRUE(apart(bob));
  EXPECT_EQ(heard(bob), std::vector<std::string>{"enter-pin"});
}

TEST_F(an_entrance, shows_nobody_the_pin_of_another_conference) {
  start();
  join_with(alice, "lunch@host", "1234");
  subscribe(willy, "lunch@host", false, "sip:watcher@example.com", "1234");
  refer(alice, "lunch@host", "sip:board@example.org;pin=777");
  tell(sip::progress{control_.dialed.front().leg, 180, "Ringing"});
  pass(1s);
  EXPECT_NE(last(willy).find("board@example.org"), std::string::npos) << last(willy);
  EXPECT_EQ(last(willy).find("777"), std::string::npos) << last(willy);
}

TEST_F(an_entrance, holds_no_seat_of_a_room_that_is_full) {
  rules_.max_participants = 1;
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  press(bob, "1234");
  EXPECT_TRUE(together(bob)) << "alice has not passed";
  press(alice, "1234");
  EXPECT_TRUE(apart(alice));
  EXPECT_EQ(heard(alice)[1], "conference-full");
  call(carol, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", carol), "486");
  hang_up(bob);
  call(leg_id{4}, "lunch@host");
  EXPECT_EQ(control_.count("refuse", leg_id{4}), 0U);
}

TEST_F(an_entrance, opens_for_those_who_wait_when_the_moderator_comes) {
  rules_.moderator_pin = "999999";
  rules_.wait_for_moderator = true;
  start();
  join_with(alice, "lunch@host", "1234");
  EXPECT_EQ(heard(alice), std::vector<std::string>{"wait-for-moderator"});
  EXPECT_TRUE(records_.front()->music[alice]);
  EXPECT_TRUE(apart(alice));
  join_with(bob, "lunch@host", "1234");
  subscribe(willy, "lunch@host", false, "sip:watcher@example.com", "1234");
  EXPECT_NE(last(willy).find("<user-count>0</user-count>"), std::string::npos) << last(willy);
  join_with(carol, "lunch@host", "999999");
  for (const auto leg : {alice, bob, carol}) EXPECT_TRUE(together(leg)) << leg.value;
  EXPECT_FALSE(records_.front()->music[alice]);
  EXPECT_EQ(heard(alice).back(), "others-1") << "the first of those who waited";
  EXPECT_EQ(heard(bob).back(), "others-2");
  pass(1s);
  EXPECT_NE(last(willy).find("<entry>moderator</entry>"), std::string::npos) << last(willy);
  hang_up(carol);
  join_with(leg_id{4}, "lunch@host", "1234");
  EXPECT_TRUE(together(leg_id{4})) << "the room goes on without its moderator";
}

TEST_F(an_entrance, makes_a_moderator_of_one_who_waits_and_dials_the_moderator_pin) {
  rules_.pin.clear();
  rules_.moderator_pin = "999999";
  rules_.wait_for_moderator = true;
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  EXPECT_TRUE(apart(bob));
  press(bob, "999999");
  EXPECT_TRUE(together(alice));
  EXPECT_TRUE(together(bob));
  press(bob, "*1");
  pass(2s);
  call(carol, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", carol), "403") << "bob has locked the room";
}

TEST_F(an_entrance, leads_from_the_lobby_into_the_room_whose_number_was_dialled) {
  rules_.pin.clear();
  lobby_ = "lobby";
  start(2);
  join(bob, "3000@host");
  join(alice, "lobby@host");
  const size_t at = records_[0]->owners.contains(alice) ? 0 : 1;
  EXPECT_EQ(records_[at]->heard[alice], std::vector<std::string>{"enter-conference"});
  EXPECT_TRUE(apart(alice, at));
  press(alice, "3000#");
  EXPECT_EQ(records_[at]->rooms[alice].value, "3000@host");
  EXPECT_TRUE(together(alice, at));
  EXPECT_EQ(records_[at]->heard[alice].back(), "others-1");
  EXPECT_EQ(count().rooms, 1U) << "the lobby is empty";
  EXPECT_EQ(count().legs, 2U);
  press(alice, "*6");
  pass(2s);
  EXPECT_TRUE(records_[at]->muted[alice]) << "its keys are the room's now";
  hang_up(bob);
  hang_up(alice);
  EXPECT_EQ(count().rooms, 0U);
}

TEST_F(an_entrance, asks_for_the_pin_of_the_room_that_the_lobby_led_to) {
  lobby_ = "lobby@host";
  start();
  join(alice, "lobby@host");
  press(alice, "3000#");
  EXPECT_EQ(heard(alice).back(), "enter-pin");
  EXPECT_TRUE(apart(alice));
  press(alice, "1234");
  EXPECT_TRUE(together(alice));
}

TEST_F(an_entrance, applies_the_rules_of_the_room_to_who_comes_from_the_lobby) {
  rules_.pin.clear();
  lobby_ = "lobby";
  own_["1@host"] = {"allow,deny", {"nobody@example.com"}, {}, {}, 0, false};
  own_["2@host"] = {"allow,deny", {"all"}, {}, {}, 1, false};
  start();
  join(bob, "2@host");
  join(alice, "lobby@host");
  press(alice, "1#");
  EXPECT_EQ(heard(alice)[1], "not-admitted");
  press(alice, "2#");
  EXPECT_EQ(heard(alice)[3], "conference-full");
  pass(conference::entrance::first_digit);
  EXPECT_EQ(heard(alice).back(), "goodbye");
  pass(conference::entrance::farewell);
  EXPECT_EQ(control_.count("hang_up", alice), 1U);
}

TEST_F(an_entrance, leads_nobody_without_a_password_from_the_lobby_into_a_room_that_asks_for_one) {
  rules_.pin.clear();
  lobby_ = "lobby";
  authenticate_ = "rooms";
  own_["1@host"] = {"allow,deny", {"all"}, {}, {}, 0, false, "required"};
  start();
  join(alice, "lobby@host");
  press(alice, "1#");
  EXPECT_EQ(heard(alice)[1], "not-admitted");
  press(alice, "2#");
  EXPECT_TRUE(together(alice)) << "a room that does not ask";
}

TEST_F(an_entrance, is_no_room_where_it_is_the_lobby) {
  rules_.pin.clear();
  lobby_ = "lobby";
  start();
  join(alice, "lobby@host");
  subscribe(wanda, "lobby@host");
  EXPECT_EQ(watchers_.said_to(wanda).front(), "refuse480");
  refer(std::nullopt, "lobby@host");
  EXPECT_EQ(refers_.log.back(), "refuse480");
  refer(alice);
  EXPECT_EQ(refers_.log.back(), "refuse480");
}

}  // namespace
}  // namespace confab::actors::scenario
