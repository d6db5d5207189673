#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

constexpr leg_id alice{1}, bob{2}, carol{3};
constexpr subscription_id wanda{1};

class a_room_with_rules : public scenario_test {
 protected:
  [[nodiscard]] std::string said(subscription_id id) const {
    const auto all = watchers_.said_to(id);
    return all.empty() ? std::string() : all.front();
  }
  [[nodiscard]] std::string last(subscription_id id) const {
    const auto all = watchers_.said_to(id);
    return all.empty() ? std::string() : all.back();
  }
  void join_as(leg_id leg, const std::string& room, const std::string& identity) {
    call(leg, room);
    sip::peer who;
    who.uri = "sip:phone" + to_string(leg) + "@example.com";
    who.identity = identity;
    who.source = socket_address::parse("192.0.2.9", 5060).value();
    tell(sip::established{leg, who});
  }
  [[nodiscard]] bool muted(leg_id leg) const {
    const auto found = records_.front()->muted.find(leg);
    return found != records_.front()->muted.end() && found->second;
  }
};

TEST_F(a_room_with_rules, refuses_whom_its_lists_do_not_admit) {
  own_["board@host"] = {"allow,deny", {"phone1@example.com"}, {}, {}, 0, false};
  start();
  join(alice, "board@host");
  call(bob, "board@host");
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
  join(carol, "lunch@host");
  EXPECT_EQ(control_.count("refuse", carol), 0U) << "other rooms have their own rules";
  EXPECT_EQ(count().legs, 2U);
  hang_up(bob, sip::end_cause::local);
  EXPECT_EQ(count().legs, 2U);
}

TEST_F(a_room_with_rules, goes_by_the_verified_name_where_there_is_one) {
  rules_ = {"allow,deny", {"phone1@example.com"}, {}, {}, 0, false};
  start();
  sip::incoming_call c;
  c.leg = bob;
  c.room = room_id{"lunch@host"};
  c.peer.uri = "sip:phone1@example.com";
  c.peer.identity = "sip:mallory@example.com";
  c.peer.source = socket_address::parse("192.0.2.9", 5060).value();
  c.local = socket_address::parse("127.0.0.1", 5060).value();
  c.sdp = plain_offer;
  tell(c);
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
}

TEST_F(a_room_with_rules, shows_itself_to_whom_it_admits_and_to_participants) {
  rules_ = {"deny,allow", {}, {"example.com"}, {}, 0, false};
  own_["lunch@host"] = {"allow,deny", {"phone1@example.com"}, {}, {}, 0, false};
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  EXPECT_EQ(said(wanda), "refuse403");
  subscribe(subscription_id{2}, "lunch@host", false, "sip:phone1@example.com");
  EXPECT_EQ(said(subscription_id{2}), "accept");
}

TEST_F(a_room_with_rules, is_busy_when_it_is_full_but_lets_a_seat_be_taken_over) {
  own_["small@host"] = {"allow,deny", {"all"}, {}, {}, 1, false};
  start();
  join(alice, "small@host");
  call(bob, "small@host");
  EXPECT_EQ(control_.text_of("refuse", bob), "486");
  call(carol, "small@host", alice);
  EXPECT_EQ(control_.count("refuse", carol), 0U);
  acknowledge(carol);
  hang_up(alice, sip::end_cause::replaced);
  hang_up(carol);
  EXPECT_EQ(count().rooms, 0U);
  join(bob, "small@host");
  EXPECT_EQ(count().legs, 1U);
}

TEST_F(a_room_with_rules, calls_nobody_in_when_it_is_full) {
  rules_.max_participants = 1;
  start();
  join(alice, "lunch@host");
  sip::incoming_refer wish;
  wish.id = wanda;
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:carol@example.org";
  wish.in_dialog_of = alice;
  caf::anon_send(directory_, refer_news{wish});
  settle();
  EXPECT_EQ(refers_.log, std::vector<std::string>{"refuse503"});
}

TEST_F(a_room_with_rules, is_locked_and_opened_by_its_moderator) {
  rules_.moderators = {"phone1@example.com"};
  start();
  join_as(alice, "lunch@host", "sip:phone1@example.com");
  subscribe(wanda, "lunch@host", false, "sip:watcher@example.com");
  EXPECT_NE(last(wanda).find("<entry>moderator</entry>"), std::string::npos) << last(wanda);
  press(alice, "*1");
  pass(2s);
  EXPECT_NE(last(wanda).find("<locked>true</locked>"), std::string::npos) << last(wanda);
  call(bob, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
  press(alice, "*1");
  pass(2s);
  join(carol, "lunch@host");
  EXPECT_EQ(control_.count("refuse", carol), 0U);
}

TEST_F(a_room_with_rules, obeys_no_moderator_who_only_says_so) {
  rules_.moderators = {"phone1@example.com", "all"};
  start();
  join(alice, "lunch@host");
  press(alice, "*1");
  pass(2s);
  join(bob, "lunch@host");
  EXPECT_EQ(control_.count("refuse", bob), 0U);
}

TEST_F(a_room_with_rules, mutes_all_but_moderators) {
  rules_.moderators = {"phone1@example.com"};
  start();
  join_as(alice, "lunch@host", "sip:phone1@example.com");
  join(bob, "lunch@host");
  press(alice, "*2");
  pass(2s);
  EXPECT_TRUE(muted(bob));
  EXPECT_FALSE(muted(alice));
  press(bob, "*6");
  pass(2s);
  EXPECT_FALSE(muted(bob)) << "whoever is muted may unmute itself";
}

TEST_F(a_room_with_rules, mutes_on_entry) {
  rules_.moderators = {"phone1@example.com"};
  rules_.mute_on_entry = true;
  start();
  join_as(alice, "lunch@host", "sip:phone1@example.com");
  join(bob, "lunch@host");
  EXPECT_TRUE(muted(bob));
  EXPECT_FALSE(muted(alice));
  call(carol, "lunch@host");
  EXPECT_TRUE(muted(carol)) << "before the ACK already: it may never come";
}

TEST_F(a_room_with_rules, tells_how_many_others_there_are) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  records_.front()->heard.clear();
  press(alice, "*3");
  pass(2s);
  EXPECT_EQ(records_.front()->heard[alice], std::vector<std::string>{"others-1"});
}

TEST_F(a_room_with_rules, is_referred_by_moderators_only_when_told_so) {
  rules_.moderators = {"phone1@example.com"};
  refer_by_ = "moderators";
  start();
  join_as(alice, "lunch@host", "sip:phone1@example.com");
  join(bob, "lunch@host");
  sip::incoming_refer wish;
  wish.id = wanda;
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:carol@example.org";
  for (const auto& [who, said_so] : {std::pair{bob, "refuse403"}, std::pair{alice, "accept"}}) {
    wish.in_dialog_of = who;
    caf::anon_send(directory_, refer_news{wish});
    settle();
    EXPECT_EQ(refers_.log.back(), said_so);
  }
}

}  // namespace
}  // namespace confab::actors::scenario
