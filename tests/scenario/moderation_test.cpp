#include "tests/scenario/moderated.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;
using namespace conference;

TEST_F(a_room_that_is_run, obeys_whoever_asks_the_directory_and_says_why_not) {
  open({bob});
  EXPECT_EQ(order(mute_command{bob, true}), "ok");
  EXPECT_TRUE(muted(bob));
  EXPECT_EQ(order(mute_command{bob, true}), "ok") << "as it is already";
  EXPECT_EQ(order(mute_command{"phone2@example.com", false}), "ok");
  EXPECT_FALSE(muted(bob));
  EXPECT_EQ(order(mute_command{carol, true}), "nobody of that name is in the room");
  EXPECT_EQ(order(kick_command{"sip:carol@example.com"}), "nobody of that name is in the room");
  const auto elsewhere = ask<outcome>(to_room{room_id{"dinner@host"}, {lock_command{}, "operator"}});
  EXPECT_FALSE(elsewhere.ok);
  EXPECT_EQ(elsewhere.text, "there is no such room");
}

TEST_F(a_room_that_is_run, shows_whoever_is_deaf_or_muted_or_both_by_its_media) {
  open({bob});
  EXPECT_EQ(order(deafen_command{bob, true}), "ok");
  EXPECT_TRUE(deaf(bob));
  EXPECT_EQ(last_heard(bob), "deaf");
  EXPECT_TRUE(shows("<status>sendonly</status>")) << document();
  EXPECT_FALSE(shows("muted-via-focus"));
  order(mute_command{bob, true});
  EXPECT_TRUE(shows("<status>inactive</status>")) << document();
  order(deafen_command{bob, false});
  EXPECT_TRUE(shows("<status>recvonly</status>")) << document();
  EXPECT_FALSE(deaf(bob));
}

TEST_F(a_room_that_is_run, opens_nobody_who_muted_itself) {
  open({bob, carol});
  press(bob, "*6");
  press(alice, "*2");
  EXPECT_TRUE(muted(bob));
  EXPECT_TRUE(muted(carol));
  EXPECT_FALSE(muted(alice));
  EXPECT_EQ(last_heard(alice), "all-muted");
  join(dave, "lunch@host");
  EXPECT_FALSE(muted(dave)) << "whoever comes later may speak";
  press(alice, "*4");
  EXPECT_TRUE(muted(bob));
  EXPECT_FALSE(muted(carol));
  EXPECT_EQ(last_heard(alice), "all-unmuted");
  EXPECT_EQ(order(mute_command{bob, false}), "it muted itself, and only it may open itself");
  press(bob, "*6");
  EXPECT_FALSE(muted(bob));
}

TEST_F(a_room_that_is_run, puts_out_the_last_who_came_and_says_by_whom) {
  open({bob, carol});
  press(alice, "*5");
  EXPECT_EQ(last_heard(alice), "last-put-out");
  EXPECT_EQ(control_.text_of("hang_up", carol), "you were put out of the conference");
  EXPECT_EQ(control_.count("hang_up", bob), 0U);
  press(alice, "*5");
  EXPECT_EQ(control_.count("hang_up", bob), 1U) << "carol is on her way out already";
  press(alice, "*5");
  EXPECT_EQ(last_heard(alice), "not-possible") << "there is nobody but a moderator";
  obey();
  (void)document();
  (void)document();
  std::string gone;  // what watchers were told: they are leaving, they have left
  for (const auto& one : watchers_.said_to(wanda)) gone += one;
  EXPECT_NE(gone.find("<status>disconnecting</status>"), std::string::npos) << gone;
  EXPECT_NE(gone.find("<disconnection-method>booted</disconnection-method>"), std::string::npos) << gone;
  EXPECT_NE(gone.find("<by>sip:phone1@example.com</by>"), std::string::npos) << gone;
  EXPECT_NE(gone.find("<reason>you were put out of the conference</reason>"), std::string::npos) << gone;
  EXPECT_EQ(count().legs, 1U);
}

TEST_F(a_room_that_is_run, lets_nobody_but_moderators_use_their_keys) {
  open({bob, carol});
  for (const char* keys : {"*5", "*8", "*8", "*4", "*2"}) press(bob, keys);
  EXPECT_EQ(control_.count("hang_up", carol), 0U);
  EXPECT_FALSE(muted(carol));
  EXPECT_EQ(count().legs, 3U);
}

TEST_F(a_room_that_is_run, keeps_out_whom_it_put_out_for_a_while) {
  open({bob});
  order(kick_command{bob, "noise"});
  EXPECT_EQ(control_.text_of("hang_up", bob), "noise");
  obey();
  call(bob, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
  control_.log.clear();
  join(carol, "lunch@host");
  EXPECT_EQ(control_.count("refuse", carol), 0U);
  pass(301s);
  join(bob, "lunch@host");
  EXPECT_EQ(control_.count("refuse", bob), 0U);
  EXPECT_EQ(count().legs, 3U);
}

TEST_F(a_room_that_is_run, forgets_whom_it_put_out_when_it_ends) {
  open({bob});
  order(kick_command{bob});
  obey();
  hang_up(alice);
  EXPECT_EQ(count().rooms, 0U);
  join(bob, "lunch@host");
  EXPECT_EQ(control_.count("refuse", bob), 0U);
}

TEST_F(a_room_that_is_run, puts_out_those_who_still_ring) {
  open({});
  sip::incoming_refer wish;
  wish.id = subscription_id{7};
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:erin@example.org";
  wish.in_dialog_of = alice;
  caf::anon_send(directory_, refer_news{wish});
  settle();
  ASSERT_EQ(control_.dialed.size(), 1U);
  const leg_id erin = control_.dialed.front().leg;
  EXPECT_EQ(order(kick_command{"sip:erin@EXAMPLE.org"}), "ok");
  EXPECT_EQ(control_.count("hang_up", erin), 1U);
  tell(sip::ended{erin, sip::end_cause::local, 487, "put out"});
  EXPECT_EQ(order(kick_command{"sip:erin@example.org"}), "nobody of that name is in the room");
}

TEST_F(a_room_that_is_run, ends_when_its_moderator_asks_twice_within_five_seconds) {
  open({bob});
  press(alice, "*8");
  EXPECT_EQ(last_heard(alice), "end-again");
  pass(6s);
  press(alice, "*8");
  EXPECT_EQ(control_.count("hang_up", bob), 0U) << "too late to count as the second time";
  pass(4s);
  press(alice, "*8");
  EXPECT_EQ(control_.text_of("hang_up", bob), "the conference was ended");
  EXPECT_EQ(control_.count("hang_up", alice), 1U);
  call(carol, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", carol), "480") << "nobody enters a room that is being ended";
  obey();
  EXPECT_EQ(count().rooms, 0U);
  EXPECT_EQ(watchers_.said_to(wanda).back(), "endnoresource");
}

TEST_F(a_room_that_is_run, ends_with_those_who_are_on_their_way_into_it) {
  open({});
  call(bob, "lunch@host");
  sip::incoming_refer wish;
  wish.id = subscription_id{7};
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:erin@example.org";
  wish.in_dialog_of = alice;
  caf::anon_send(directory_, refer_news{wish});
  settle();
  const leg_id erin = control_.dialed.front().leg;
  EXPECT_EQ(order(end_command{"over"}), "ok");
  for (const leg_id leg : {alice, bob, erin}) EXPECT_EQ(control_.text_of("hang_up", leg), "over");
  EXPECT_EQ(order(end_command{"again"}), "ok");
  caf::anon_send(directory_, refer_news{wish});
  settle();
  EXPECT_EQ(refers_.log.back(), "refuse503");
  acknowledge(bob);  // the ACK crossed our wish to end
  EXPECT_EQ(control_.text_of("hang_up", bob), "over");
  obey();
  EXPECT_EQ(count().legs, 0U);
}

TEST_F(a_room_that_is_run, ends_by_itself_and_says_so_a_minute_before) {
  own_["lunch@host"] = rules_;
  own_["lunch@host"].max_duration = 10min;
  open({bob});
  join(carol, "dinner@host");
  records_.front()->room_heard.clear();
  pass(9min - 5s);
  EXPECT_TRUE(records_.front()->room_heard.empty());
  pass(10s);
  ASSERT_EQ(records_.front()->room_heard.size(), 1U);
  EXPECT_EQ(records_.front()->room_heard.front().first, "ends-soon");
  EXPECT_EQ(records_.front()->room_heard.front().second, leg_id{}) << "nobody is left out";
  pass(1min);
  for (const leg_id leg : {alice, bob})
    EXPECT_EQ(control_.text_of("hang_up", leg), "the longest duration of a conference is over");
  EXPECT_EQ(control_.count("hang_up", carol), 0U) << "another room has no end";
  obey();
  EXPECT_EQ(count().rooms, 1U);
  EXPECT_EQ(watchers_.said_to(wanda).back(), "endnoresource");
}

TEST_F(a_room_that_is_run, ends_calls_it_made_after_their_time_and_no_others) {
  dialed_duration_ = 30s;
  open({bob});
  sip::incoming_refer wish;
  wish.id = subscription_id{7};
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:erin@example.org";
  wish.in_dialog_of = alice;
  caf::anon_send(directory_, refer_news{wish});
  settle();
  const leg_id erin = control_.dialed.front().leg;
  sip::peer who;
  who.uri = "sip:erin@example.org";
  tell(sip::remote_answer{erin, plain_offer, {}});
  tell(sip::established{erin, who});
  ASSERT_EQ(ask<room_snapshot>(look_into_room{room_id{"lunch@host"}}).members.size(), 3U);
  pass(29s);
  EXPECT_EQ(control_.count("hang_up", erin), 0U);
  pass(1s);
  EXPECT_EQ(control_.text_of("hang_up", erin), "the longest duration of a call is over");
  EXPECT_EQ(control_.count("hang_up", bob), 0U);
}

TEST_F(a_room_that_is_run, tells_who_is_there_and_which_rooms_there_are) {
  open({bob});
  order(mute_command{bob, true});
  order(deafen_command{bob, true});
  order(lock_command{true});
  const auto seen = ask<room_snapshot>(look_into_room{room_id{"lunch@host"}});
  EXPECT_TRUE(seen.found);
  EXPECT_TRUE(seen.locked);
  ASSERT_EQ(seen.members.size(), 2U);
  EXPECT_TRUE(seen.members[0].moderator);
  EXPECT_FALSE(seen.members[0].since.empty());
  EXPECT_EQ(seen.members[1].uri, "sip:phone2@example.com");
  EXPECT_TRUE(seen.members[1].muted && seen.members[1].deaf && !seen.members[1].on_hold);
  EXPECT_FALSE(ask<room_snapshot>(look_into_room{room_id{"dinner@host"}}).found);
  const auto rooms = ask<room_list>(rooms_request{});
  ASSERT_EQ(rooms.rooms.size(), 1U);
  EXPECT_EQ(rooms.rooms.front().room.value, "lunch@host");
  EXPECT_EQ(rooms.rooms.front().legs, 2U);
  EXPECT_TRUE(rooms.rooms.front().locked);
}

TEST_F(a_room_that_is_run, is_locked_and_opened_from_outside) {
  open({});
  EXPECT_EQ(order(lock_command{true}), "ok");
  EXPECT_EQ(order(lock_command{true}), "ok");
  call(bob, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
  EXPECT_EQ(order(lock_command{false}), "ok");
  join(carol, "lunch@host");
  EXPECT_EQ(control_.count("refuse", carol), 0U);
}

}  // namespace
}  // namespace confab::actors::scenario
