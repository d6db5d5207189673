#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

constexpr leg_id alice{1}, bob{2}, carol{3};

class a_room : public scenario_test {};

TEST_F(a_room, is_made_by_the_first_invite_and_ends_with_the_last_leg) {
  start();
  EXPECT_EQ(count().rooms, 0U);
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  EXPECT_EQ(count().rooms, 1U);
  EXPECT_EQ(count().legs, 2U);
  hang_up(alice);
  EXPECT_EQ(count().rooms, 1U);
  hang_up(bob);
  EXPECT_EQ(count().rooms, 0U);
  EXPECT_EQ(count().legs, 0U);
  EXPECT_EQ(records_[0]->closed, 2U);
}

TEST_F(a_room, tells_the_first_that_it_is_alone_and_plays_music_until_somebody_comes) {
  start();
  join(alice, "lunch@host");
  EXPECT_EQ(records_[0]->heard[alice], std::vector<std::string>{"only-participant"});
  EXPECT_TRUE(records_[0]->music[alice]);
  join(bob, "lunch@host");
  EXPECT_FALSE(records_[0]->music[alice]);
  EXPECT_EQ(records_[0]->heard[bob], std::vector<std::string>{"others-1"});
  ASSERT_FALSE(records_[0]->room_heard.empty());
  EXPECT_EQ(records_[0]->room_heard.back().first, "tone-join");
  EXPECT_EQ(records_[0]->room_heard.back().second, bob) << "the newcomer itself does not hear its tone";
}

TEST_F(a_room, plays_music_again_to_the_one_who_is_left_alone) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  hang_up(bob);
  EXPECT_TRUE(records_[0]->music[alice]);
  EXPECT_EQ(records_[0]->room_heard.back().first, "tone-leave");
}

TEST_F(a_room, mutes_and_unmutes_by_star_six_and_says_so) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  press(alice, "*6");
  EXPECT_TRUE(records_[0]->muted[alice]);
  EXPECT_EQ(records_[0]->heard[alice].back(), "muted");
  press(alice, "*6");
  EXPECT_FALSE(records_[0]->muted[alice]);
  EXPECT_EQ(records_[0]->heard[alice].back(), "unmuted");
  EXPECT_EQ(records_[0]->muted.count(bob), 0U);
}

TEST_F(a_room, hands_a_seat_over_without_a_tone) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  const size_t tones = records_[0]->room_heard.size();
  call(carol, "elsewhere@host", bob);
  acknowledge(carol);
  hang_up(bob, sip::end_cause::replaced);
  EXPECT_EQ(records_[0]->room_heard.size(), tones);
  EXPECT_EQ(count().rooms, 1U) << "carol sits in bob's room, not in the one she dialled";
  EXPECT_EQ(count().legs, 2U);
}

TEST_F(a_room, spreads_over_shards_by_load) {
  start(2);
  join(alice, "one@host");
  join(bob, "two@host");
  join(carol, "two@host");
  EXPECT_EQ(records_[0]->owners.size(), 1U);
  EXPECT_EQ(records_[1]->owners.size(), 2U);
}

TEST_F(a_room, refuses_a_leg_when_the_ports_are_used_up_and_takes_one_when_one_is_free_again) {
  start(1, 50'000, 50'001);
  join(alice, "lunch@host");
  call(bob, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", bob), "503");
  hang_up(bob, sip::end_cause::local);
  hang_up(alice);
  call(carol, "lunch@host");
  EXPECT_EQ(control_.count("accept", carol), 1U);
}

TEST_F(a_room, tries_another_port_when_something_else_holds_the_first) {
  start();
  records_[0]->taken = {50'000};
  call(alice, "lunch@host");
  EXPECT_EQ(control_.count("accept", alice), 1U);
  EXPECT_NE(control_.text_of("accept", alice).find("m=audio 50002"), std::string::npos);
}

TEST_F(a_room, hangs_up_on_a_phone_that_sends_no_audio) {
  start();
  join(alice, "lunch@host");
  caf::anon_send(records_[0]->owners[alice], media_news{mix::media_lost{alice}});
  settle();
  EXPECT_EQ(control_.count("hang_up", alice), 1U);
}

TEST_F(a_room, survives_a_caller_that_cancels_before_it_is_answered) {
  start();
  call(alice, "lunch@host");
  hang_up(alice, sip::end_cause::remote_cancel);
  EXPECT_EQ(count().rooms, 0U);
  EXPECT_EQ(count().legs, 0U);
}

TEST_F(a_room, takes_back_what_a_leg_held_that_ended_by_a_fault) {
  start(1, 50'000, 50'001);
  join(alice, "lunch@host");
  caf::anon_send_exit(records_[0]->owners[alice], caf::exit_reason::out_of_workers);
  settle();
  EXPECT_EQ(control_.count("hang_up", alice), 1U);
  EXPECT_EQ(records_[0]->closed, 1U);
  EXPECT_EQ(count().legs, 0U);
  EXPECT_EQ(count().rooms, 0U);
  join(bob, "lunch@host");
  EXPECT_EQ(control_.count("accept", bob), 1U) << "the port is free again";
}

TEST_F(a_room, reports_to_whoever_asked_what_becomes_of_a_call_out) {
  start();
  caf::scoped_actor me(*system_);
  dial_out wish;
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:dave@example.com";
  wish.observer = caf::actor_cast<caf::strong_actor_ptr>(me);
  me->send(directory_, wish);
  settle();
  leg_id dave;
  me->receive([&](const dial_started& s) { dave = s.leg.value(); });
  EXPECT_EQ(control_.text_of("dial", dave), "sip:dave@example.com");
  tell(sip::progress{dave, 180, "Ringing"});
  tell(sip::ended{dave, sip::end_cause::refused, 486, "Busy Here"});
  std::vector<uint16_t> statuses;
  for (int i = 0; i < 2; ++i) me->receive([&](const dial_report& r) { statuses.push_back(r.status); });
  EXPECT_EQ(statuses, (std::vector<uint16_t>{180, 486}));
  EXPECT_EQ(count().rooms, 0U);
}

}  // namespace
}  // namespace confab::actors::scenario
