#include "config/log.hpp"
#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

constexpr leg_id alice{1}, bob{2};
constexpr subscription_id wanda{1}, walter{2};

class a_watched_room : public scenario_test {
 protected:
  [[nodiscard]] std::string last(subscription_id id) const {
    const auto all = watchers_.said_to(id);
    return all.empty() ? std::string() : all.back();
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
};

TEST_F(a_watched_room, is_shown_at_once_to_who_subscribes) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  const auto said = watchers_.said_to(wanda);
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[0], "accept");
  EXPECT_TRUE(has(said[1], "entity=\"sip:lunch@host\" state=\"full\"")) << said[1];
  EXPECT_TRUE(has(said[1], "<user entity=\"sip:phone1@example.com\"")) << said[1];
  EXPECT_TRUE(has(said[1], "<joining-method>dialed-in</joining-method>")) << said[1];
}

TEST_F(a_watched_room, says_once_in_the_log_that_its_document_is_too_long_for_a_watcher) {
  start();
  for (uint64_t leg = 1; leg <= 10; ++leg) join(leg_id{leg}, "lunch@host");
  testing::internal::CaptureStderr();
  ASSERT_TRUE(log::start({.level = "warning"}).ok());
  for (const auto id : {wanda, walter}) {
    sip::incoming_subscription wish;
    wish.id = id;
    wish.room = room_id{"lunch@host"};
    wish.event = "conference";
    wish.expires = std::chrono::seconds(3'600);
    wish.peer.uri = "sip:watcher@example.com";
    wish.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    wish.max_body_bytes = 1'500;
    tell(wish);
  }
  hang_up(bob);
  pass(1s);
  log::stop();
  ASSERT_TRUE(log::start({}).ok());
  const auto out = testing::internal::GetCapturedStderr();
  const auto at = out.find("warning a document about the room is too long for who watches it");
  ASSERT_NE(at, std::string::npos) << out;
  EXPECT_EQ(out.find("too long", at + 60), std::string::npos) << "once: " << out;
  for (const char* part : {"room=lunch@host", "most=1500", "people=10", "files=0", "files.keep"})
    EXPECT_TRUE(has(out, part)) << part << " in " << out;
  EXPECT_TRUE(has(last(wanda), "<user-count>9</user-count>")) << "the counts come on";
  EXPECT_FALSE(has(last(wanda), "<user entity"));
}

TEST_F(a_watched_room, exists_from_its_first_invite_on) {
  start();
  subscribe(wanda, "lunch@host");
  EXPECT_EQ(last(wanda), "refuse480");
  call(alice, "lunch@host");
  subscribe(walter, "lunch@host");
  EXPECT_TRUE(has(last(walter), "<user-count>0</user-count>"));
  acknowledge(alice);
  pass(200ms);
  EXPECT_TRUE(has(last(walter), "<user-count>1</user-count>"));
}

TEST_F(a_watched_room, tells_of_comings_hold_mute_and_goings) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  join(bob, "lunch@host");
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "phone2@example.com"));
  press(bob, "*6");
  pass(2s);
  EXPECT_TRUE(has(last(wanda), "<status>muted-via-focus</status>")) << last(wanda);
  tell(sip::remote_offer{bob,
                         "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio "
                         "40000 RTP/AVP 0\r\na=sendonly\r\n",
                         {}});
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<status>on-hold</status>")) << last(wanda);
  hang_up(bob);
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<disconnection-method>departed</disconnection-method>")) << last(wanda);
  pass(200ms);
  EXPECT_FALSE(has(last(wanda), "phone2@example.com")) << last(wanda);
  const auto quiet = watchers_.log.size();
  pass(1h);
  EXPECT_EQ(watchers_.log.size(), quiet);
}

TEST_F(a_watched_room, says_farewell_with_a_count_of_zero_and_then_that_it_is_over) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  hang_up(alice);
  const auto said = watchers_.said_to(wanda);
  ASSERT_EQ(said.size(), 4U);
  EXPECT_TRUE(has(said[2], "<user-count>0</user-count>")) << said[2];
  EXPECT_FALSE(has(said[2], "<user "));
  EXPECT_EQ(said[3], "endnoresource");
  tell(sip::subscription_ended{wanda, sip::watch_end::local, {}});
  subscribe(walter, "lunch@host");
  EXPECT_EQ(last(walter), "refuse480");
}

TEST_F(a_watched_room, answers_a_fetch_and_remembers_nobody) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host", true);
  EXPECT_EQ(watchers_.said_to(wanda).size(), 2U);
  tell(sip::subscription_ended{wanda, sip::watch_end::fetched, {}});
  join(bob, "lunch@host");
  pass(1s);
  EXPECT_EQ(watchers_.said_to(wanda).size(), 2U);
}

TEST_F(a_watched_room, repeats_itself_at_a_refresh_and_is_silent_after_the_end) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  tell(sip::subscription_refreshed{wanda, 60s, 60'000});
  EXPECT_EQ(watchers_.said_to(wanda).size(), 3U);
  tell(sip::subscription_ended{wanda, sip::watch_end::unsubscribed, {}});
  join(bob, "lunch@host");
  pass(1s);
  EXPECT_EQ(watchers_.said_to(wanda).size(), 3U);
}

TEST_F(a_watched_room, is_shown_to_a_participant_in_the_dialog_of_its_call_whatever_the_rules_say) {
  rules_.allow = {"phone1@example.com", "phone2@example.com"};
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host", false, "sip:stranger@example.com");
  EXPECT_EQ(last(wanda), "refuse403");
  call(bob, "elsewhere@host", alice);
  acknowledge(bob);
  // Bob's call was to another room, and took a seat in this one.
  subscribe(walter, "elsewhere@host", false, "sip:phone2@example.com", std::nullopt, bob);
  ASSERT_EQ(watchers_.said_to(walter).size(), 2U);
  EXPECT_TRUE(has(last(walter), "entity=\"sip:lunch@host\" state=\"full\"")) << last(walter);
  EXPECT_TRUE(has(last(walter), "phone2@example.com")) << last(walter);
}

TEST_F(a_watched_room, sends_what_fits_now_when_it_turns_out_that_less_does) {
  start(1, 50'000, 59'999);
  for (uint64_t i = 10; i < 70; ++i) join(leg_id{i}, "lunch@host");
  subscribe(wanda, "lunch@host");
  EXPECT_TRUE(has(last(wanda), "phone69@example.com"));
  tell(sip::subscription_refreshed{wanda, 60s, 2'000});
  EXPECT_TRUE(has(last(wanda), "<user-count>60</user-count>")) << last(wanda);
  EXPECT_FALSE(has(last(wanda), "phone69@example.com"));
  tell(sip::subscription_refreshed{wanda, 60s, 1'000'000});
  EXPECT_TRUE(has(last(wanda), "phone69@example.com"));
}

TEST_F(a_watched_room, shows_whom_it_calls_and_how_that_goes) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  dial_out wish;
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:carol@example.com";
  wish.referrer = "sip:phone1@example.com";
  caf::anon_send(directory_, wish);
  settle();
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<status>dialing-out</status>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<referred><by>sip:phone1@example.com</by></referred>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<user-count>1</user-count>"));
  const leg_id carol{1'000};
  tell(sip::progress{carol, 180, "Ringing"});
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<status>alerting</status>")) << last(wanda);
  tell(sip::ended{carol, sip::end_cause::refused, 486, "Busy Here"});
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<disconnection-method>busy</disconnection-method>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "cause=486")) << last(wanda);
  pass(200ms);
  EXPECT_FALSE(has(last(wanda), "carol")) << last(wanda);
}

TEST_F(a_watched_room, shows_a_phone_it_called_as_connected_whatever_that_offers_later) {
  start();
  join(alice, "lunch@host");
  subscribe(wanda, "lunch@host");
  dial_out wish;
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:carol@example.com";
  caf::anon_send(directory_, wish);
  settle();
  const leg_id carol{1'000};
  sip::peer who;
  who.uri = "sip:carol@example.com";
  tell(sip::remote_answer{carol, plain_offer, {}});
  tell(sip::established{carol, who});
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<joining-method>dialed-out</joining-method>")) << last(wanda);
  tell(sip::remote_offer{carol, plain_offer, {}});
  pass(200ms);
  EXPECT_FALSE(has(last(wanda), "dialing-in")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<user-count>2</user-count>")) << last(wanda);
}

TEST_F(a_watched_room, shows_whom_it_hangs_up_on_until_the_session_is_over) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  subscribe(wanda, "lunch@host");
  caf::anon_send(records_.front()->owners.at(bob), remove_leg{"enough"});
  settle();
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<status>disconnecting</status>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<user-count>2</user-count>")) << "until then it is there";
  press(bob, "*6");
  pass(2s);
  EXPECT_TRUE(has(last(wanda), "<status>disconnecting</status>")) << last(wanda);
  tell(sip::ended{bob, sip::end_cause::local, 0, "enough"});
  pass(200ms);
  EXPECT_FALSE(has(last(wanda), "disconnecting")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<status>disconnected</status>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<disconnection-method>booted</disconnection-method>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<disconnection-info><when>")) << last(wanda);
  EXPECT_TRUE(has(last(wanda), "<reason>enough</reason>")) << last(wanda);
}

TEST_F(a_watched_room, shows_what_audio_is_called_and_sent_with) {
  const std::string labelled = std::string(plain_offer) + "a=label:desk\r\n";
  start();
  call(alice, "lunch@host", std::nullopt, labelled);
  caf::anon_send(records_.front()->owners.at(alice), media_news{mix::source_known{alice, 4'711}});
  settle();
  acknowledge(alice);
  subscribe(wanda, "lunch@host");
  EXPECT_TRUE(has(last(wanda), "<label>desk</label><src-id>4711</src-id>"))
      << "before its ACK: " << last(wanda);
  caf::anon_send(records_.front()->owners.at(alice), media_news{mix::source_known{alice, 4'712}});
  settle();
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<src-id>4712</src-id>")) << last(wanda);
  const auto said = watchers_.log.size();
  caf::anon_send(records_.front()->owners.at(alice), media_news{mix::source_known{alice, 4'712}});
  settle();
  pass(1s);
  EXPECT_EQ(watchers_.log.size(), said) << "no news";
  tell(sip::remote_offer{alice, std::string(plain_offer) + "a=label:mobile\r\n", {}});
  pass(200ms);
  EXPECT_TRUE(has(last(wanda), "<label>mobile</label>")) << last(wanda);
}

TEST_F(a_watched_room, keeps_one_endpoint_when_a_seat_changes_hands) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  subscribe(wanda, "lunch@host");
  constexpr leg_id carol{3};
  call(carol, "elsewhere@host", bob);
  acknowledge(carol);
  hang_up(bob, sip::end_cause::replaced);
  pass(1s);
  EXPECT_TRUE(has(last(wanda), "phone3@example.com")) << last(wanda);
  EXPECT_FALSE(has(last(wanda), "phone2@example.com")) << last(wanda);
}

}  // namespace
}  // namespace confab::actors::scenario
