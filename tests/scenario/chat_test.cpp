#include "tests/scenario/chatting.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

const std::string joined_bob =
    "[status] Conference Room > sip:lunch@host: phone2@example.com has joined the room with ";

TEST_F(a_chat, welcomes_a_newcomer_and_tells_the_others) {
  start();
  chat(alice);
  EXPECT_TRUE(stream(alice).admitted);
  EXPECT_EQ(read(alice),
            lines{"Conference Room > sip:phone1@example.com: Welcome! You are the first participant in "
                  "the conference. Others can join by using:\nSIP: lunch@host"});
  chat(bob, true);
  EXPECT_EQ(read(alice), lines{joined_bob + "audio and chat"});
  EXPECT_EQ(read(bob),
            lines{"Conference Room > sip:phone2@example.com: Welcome! There is one more participant in "
                  "the conference. Others can join by using:\nSIP: lunch@host"});
  join(carol, "lunch@host");
  EXPECT_EQ(read(bob),
            lines{"[status] Conference Room > sip:lunch@host: phone3@example.com has joined the room "
                  "with audio"});
  pass(5s);
  hang_up(carol);
  EXPECT_EQ(read(bob),
            lines{"[status] Conference Room > sip:lunch@host: phone3@example.com has left the room after "
                  "00:05"});
}

TEST_F(a_chat, gives_a_public_message_to_all_others_once_written_once) {
  start();
  for (const leg_id leg : {alice, bob, carol}) chat(leg);
  for (const leg_id leg : {alice, bob, carol}) (void)read(leg);
  EXPECT_EQ(say(alice, "lunch?"), 200);
  EXPECT_EQ(read(bob), lines{"sip:phone1@example.com > sip:lunch@host: lunch?"});
  EXPECT_EQ(read(carol), lines{"sip:phone1@example.com > sip:lunch@host: lunch?"});
  EXPECT_TRUE(read(alice).empty());
  EXPECT_EQ(stream(bob).parcels.back(), stream(carol).parcels.back()) << "one text for all";
  EXPECT_EQ(stream(bob).parcels.back()->send.on_failure, msrp::failure_report::partial);
}

TEST_F(a_chat, goes_on_when_a_participant_takes_no_private_messages_any_more) {
  start();
  chat(alice);
  chat(bob);
  (void)read(bob);
  EXPECT_EQ(say(alice, "psst", "phone2@example.com"), 200);
  auto offer = chat_offer(false);
  offer.erase(offer.find("private-messages "), 17);
  tell(sip::remote_offer{bob, offer, {}});
  EXPECT_EQ(say(alice, "psst again", "phone2@example.com"), 428);
  EXPECT_EQ(say(alice, "aloud"), 200);
  EXPECT_EQ(read(bob), (lines{"sip:phone1@example.com > sip:phone2@example.com: psst",
                              "sip:phone1@example.com > sip:lunch@host: aloud"}));
  EXPECT_TRUE(stream(bob).closed.empty());
}

TEST_F(a_chat, tells_the_others_of_audio_that_comes_and_goes) {
  start();
  chat(alice);
  chat(bob);
  (void)read(alice);
  (void)read(bob);
  tell(sip::remote_offer{bob, chat_offer(true), {}});
  const std::string who = "[status] Conference Room > sip:lunch@host: phone2@example.com has ";
  EXPECT_EQ(read(alice), lines{who + "added audio"});
  auto without = chat_offer(true);
  without.replace(without.find("40000"), 5, "0");
  tell(sip::remote_offer{bob, without, {}});
  EXPECT_EQ(read(alice), lines{who + "removed audio"});
  EXPECT_TRUE(read(bob).empty());
}

TEST_F(a_chat, passes_on_nothing_that_only_the_room_may_say) {
  start();
  chat(alice);
  chat(bob);
  (void)read(bob);
  const std::string agp = "NS: agp <urn:ag-projects:xml:ns:cpim>\r\n";
  const struct {
    std::string headers;
    uint16_t code;
  } rows[] = {
      {agp + "agp.Message-Type: status\r\n", 200},
      {"agp.Message-Type: status\r\n" + agp + "agp.Other: x\r\n", 200},
      {"NS: agp <urn:example:other>\r\nagp.Message-Type: status\r\n", 200},
      {"NS: x <urn:ag-projects:xml:ns:cpim>\r\nx.History: yes\r\n", 200},
      {"NS: <urn:example:other>\r\nFrom: Bob <sip:phone2@example.com>\r\n", 400},
      {"FROM: Bob <sip:phone2@example.com>\r\n", 400},
  };
  for (const auto& row : rows) {
    const auto body = "From: <sip:phone1@example.com>\r\nTo: <sip:lunch@host>\r\n" + row.headers +
                      "\r\nContent-Type: text/plain\r\n\r\nhi";
    bring(alice, chat_came{alice, ++tickets_, std::make_shared<const std::string>(body)});
    settle();
    EXPECT_EQ(stream(alice).verdicts.back().code, row.code) << row.headers;
    const auto got = read(bob);
    ASSERT_EQ(got.size(), row.code == 200 ? 1U : 0U) << row.headers;
    if (row.code != 200) continue;
    EXPECT_EQ(got[0], "sip:phone1@example.com > sip:lunch@host: hi");
    EXPECT_EQ(stream(bob).parcels.back()->body->find("Message-Type"), std::string::npos) << row.headers;
  }
}

TEST_F(a_chat, hears_nothing_from_a_connection_that_has_a_successor) {
  start();
  chat(alice);
  chat(bob);
  const auto before = streams_.at(bob);
  const auto room = *stream(bob).room;
  auto offer = chat_offer(false);
  offer.replace(offer.find(":9/phone"), 8, ":8/phone");
  tell(sip::remote_offer{bob, offer, {}});
  ASSERT_EQ(connect(bob).code, 200);
  (void)read(alice);
  const auto body = std::make_shared<const std::string>(
      "From: <sip:phone2@example.com>\r\n\r\nContent-Type: text/plain\r\n\r\nlate");
  caf::send_as(before, room, chat_came{bob, 1, body});
  settle();
  EXPECT_TRUE(read(alice).empty());
  EXPECT_TRUE(stream(bob).verdicts.empty());
}

TEST_F(a_chat, gives_a_private_message_to_that_one_alone) {
  start();
  for (const leg_id leg : {alice, bob, carol}) chat(leg);
  for (const leg_id leg : {alice, bob, carol}) (void)read(leg);
  EXPECT_EQ(say(alice, "psst", "phone2@example.com"), 200);
  EXPECT_EQ(read(bob), lines{"sip:phone1@example.com > sip:phone2@example.com: psst"});
  EXPECT_EQ(stream(bob).parcels.back()->send.on_failure, msrp::failure_report::yes);
  EXPECT_TRUE(read(carol).empty());
  EXPECT_EQ(say(alice, "psst", "nobody@example.com"), 404);
  chat(leg_id{4});
  for (const auto& one : read(leg_id{4}))
    EXPECT_EQ(one.find("psst"), std::string::npos) << "no history of it";
}

TEST_F(a_chat, refuses_what_nobody_is_to_hear) {
  start();
  chat(alice);
  chat(bob);
  (void)read(bob);
  EXPECT_EQ(say(alice, "I am Bob", "lunch@host", "text/plain", "sip:phone2@example.com"), 403);
  EXPECT_EQ(say(alice, "MZ", "lunch@host", "application/x-program"), 415);
  const uint64_t ticket = ++tickets_;
  bring(alice, chat_came{alice, ticket, std::make_shared<const std::string>("no CPIM at all")});
  settle();
  EXPECT_EQ(stream(alice).verdicts.back().code, 400);
  EXPECT_TRUE(read(bob).empty());
}

TEST_F(a_chat, tells_a_newcomer_the_latest_public_messages) {
  start();
  chat(alice);
  for (const char* text : {"one", "two", "three", "four"}) EXPECT_EQ(say(alice, text), 200);
  EXPECT_EQ(say(alice, "<isComposing/>", "lunch@host", "application/im-iscomposing+xml"), 200);
  EXPECT_EQ(say(alice, "/help"), 200);
  chat(bob);
  const auto told = read(bob);
  ASSERT_EQ(told.size(), 4U) << "the welcome and three";
  EXPECT_EQ(lines(told.begin() + 1, told.end()),
            (lines{"[history] sip:phone1@example.com > sip:lunch@host: two",
                   "[history] sip:phone1@example.com > sip:lunch@host: three",
                   "[history] sip:phone1@example.com > sip:lunch@host: four"}));
}

/// What a newcomer's queue could not take would end its chat.
TEST_F(a_chat, keeps_no_more_history_than_a_newcomer_can_be_given_at_once) {
  start();
  chat(alice);
  const std::string large(limits::chat_history_bytes / 2 - 1'000, 'x');
  EXPECT_EQ(say(alice, "small"), 200);
  EXPECT_EQ(say(alice, large), 200);
  EXPECT_EQ(say(alice, std::string(limits::chat_history_bytes, 'y')), 200);
  chat(bob);
  EXPECT_EQ(read(bob).size(), 3U) << "the welcome and two: what is too large alone is not kept";
  EXPECT_EQ(say(alice, large), 200);
  chat(carol);
  size_t bytes = 0;
  for (const auto& parcel : stream(carol).parcels) bytes += parcel->body->size();
  EXPECT_LE(bytes, limits::chat_history_bytes + 1'000);
}

TEST_F(a_chat, shows_who_chats_and_by_which_nickname) {
  start();
  chat(alice, true);
  chat(bob);
  subscribe(wanda, "lunch@host");
  const auto before = document();
  EXPECT_NE(before.find("<type>message</type>"), std::string::npos) << before;
  EXPECT_EQ(call_oneself(bob, "Bobby"), 200);
  EXPECT_TRUE(shows("Bobby"));
  (void)read(alice);
  EXPECT_EQ(say(bob, "hi"), 200);
  EXPECT_EQ(read(alice), lines{"Bobby > sip:lunch@host: hi"});
  EXPECT_EQ(call_oneself(alice, "bobby"), 425);
  EXPECT_EQ(call_oneself(alice, "\n"), 424);
  EXPECT_EQ(call_oneself(bob, ""), 200);
  EXPECT_FALSE(shows("Bobby")) << "it has no other name";
  (void)read(alice);
  EXPECT_EQ(say(bob, "hi"), 200);
  EXPECT_EQ(read(alice), lines{"sip:phone2@example.com > sip:lunch@host: hi"});
}

TEST_F(a_chat, obeys_moderators_and_answers_them_alone) {
  start();
  chat(alice, true);
  chat(bob, true);
  subscribe(wanda, "lunch@host");
  (void)read(alice);
  (void)read(bob);
  const std::string done = "[status] Conference Room > sip:phone1@example.com: Done.";
  EXPECT_EQ(say(alice, "/mute phone2@example.com"), 200);
  EXPECT_TRUE(records_.front()->muted[bob]);
  EXPECT_EQ(read(alice), lines{done});
  EXPECT_TRUE(read(bob).empty());
  EXPECT_EQ(say(alice, "/unmute phone2@example.com"), 200);
  EXPECT_FALSE(records_.front()->muted[bob]);
  EXPECT_EQ(say(alice, "/lock"), 200);
  EXPECT_EQ(read(alice), (lines{done, done}));
  call(carol, "lunch@host");
  EXPECT_EQ(control_.text_of("refuse", carol), "403");
  EXPECT_EQ(say(alice, "/unlock"), 200);
  EXPECT_EQ(say(alice, "/subject The budget"), 200);
  EXPECT_TRUE(shows("The budget"));
  EXPECT_EQ(read(bob),
            lines{"[status] Conference Room > sip:lunch@host: phone1@example.com has set the subject: The "
                  "budget"});
  EXPECT_EQ(say(alice, "/subject x\u202Egpj\u2028.exe"), 200);
  EXPECT_EQ(read(bob).back(),
            "[status] Conference Room > sip:lunch@host: phone1@example.com has set the subject: xgpj .exe")
      << "a status line is one line, and reads from the left";
  EXPECT_EQ(say(alice, "/subject The budget"), 200);
  EXPECT_EQ(say(alice, "/subject " + std::string(1'000, 's')), 200);
  EXPECT_TRUE(shows("The budget")) << "no document carries that";
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  EXPECT_EQ(control_.count("hang_up", bob), 1U);
}

TEST_F(a_chat, puts_nobody_out_where_nobody_is_named) {
  start();
  chat(alice);
  chat(bob);
  join(carol, "lunch@host");
  (void)read(alice);
  for (const char* text : {"/kick", "/mute  ", "/kick dave"}) EXPECT_EQ(say(alice, text), 200);
  const std::string none =
      "[status] Conference Room > sip:phone1@example.com: Not done: nobody is called that.";
  EXPECT_EQ(read(alice), (lines{none, none, none}));
  for (const leg_id leg : {alice, bob, carol}) EXPECT_EQ(control_.count("hang_up", leg), 0U);
}

TEST_F(a_chat, obeys_others_only_in_what_is_their_own) {
  start();
  chat(alice);
  chat(bob);
  (void)read(alice);
  (void)read(bob);
  const std::string to_bob = "[status] Conference Room > sip:phone2@example.com: ";
  for (const char* text : {"/kick phone1@example.com", "/lock", "/subject mine"})
    EXPECT_EQ(say(bob, text), 200);
  EXPECT_EQ(read(bob), lines(3, to_bob + "Only moderators may do that."));
  EXPECT_EQ(say(bob, "/who"), 200);
  EXPECT_EQ(read(bob), lines{to_bob + "phone1@example.com, moderator\nphone2@example.com"});
  EXPECT_EQ(say(bob, "/nick Bobby"), 200);
  EXPECT_EQ(read(bob), lines{to_bob + "You are called Bobby."});
  EXPECT_TRUE(read(alice).empty());
  EXPECT_EQ(say(bob, "/me waves"), 200);
  EXPECT_EQ(read(alice), lines{"Bobby > sip:lunch@host: /me waves"});
}

TEST_F(a_chat, is_closed_to_who_has_not_dialled_the_pin) {
  rules_.pin = "1234";
  start();
  call_with_chat(alice, false, "1234");
  ASSERT_EQ(connect(alice).code, 200);
  (void)read(alice);
  chat(bob, true);
  EXPECT_TRUE(stream(bob).admitted) << "it is told 403 and not left waiting";
  EXPECT_TRUE(read(bob).empty());
  EXPECT_EQ(say(bob, "let me in"), 403);
  EXPECT_EQ(say(alice, "secret"), 200);
  EXPECT_TRUE(read(bob).empty());
  EXPECT_TRUE(read(alice).empty());
  press(bob, "1234");
  const auto told = read(bob);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_NE(told[0].find("Welcome!"), std::string::npos);
  EXPECT_EQ(told[1], "[history] sip:phone1@example.com > sip:lunch@host: secret");
  EXPECT_EQ(read(alice), lines{joined_bob + "audio and chat"});
  EXPECT_EQ(say(bob, "thanks"), 200);
}

TEST_F(a_chat, forgets_a_stream_that_ended_at_the_entrance) {
  rules_.pin = "1234";
  start();
  chat(bob, true);
  lose(bob);
  subscribe(wanda, "lunch@host", false, "sip:watcher@example.com", "1234");
  press(bob, "1234");
  EXPECT_TRUE(shows("<type>audio</type>"));
  EXPECT_FALSE(shows("<type>message</type>"));
}

TEST_F(a_chat, refuses_a_chat_alone_where_a_pin_must_be_dialled) {
  rules_.pin = "1234";
  start();
  call_with_chat(bob);
  EXPECT_EQ(control_.text_of("refuse", bob), "403");
}

TEST_F(a_chat, lets_no_second_connection_take_a_session) {
  start();
  chat(alice);
  EXPECT_EQ(connect(alice).code, 506);
  hang_up(alice);
  EXPECT_EQ(connect(alice).code, 481) << "it is over";
  EXPECT_EQ(stream(alice).closed, "the call is over");
}

TEST_F(a_chat, hears_nothing_of_a_call_before_its_ack) {
  start();
  chat(alice);
  (void)read(alice);
  sip::incoming_call c;
  c.leg = bob;
  c.room = room_id{"lunch@host"};
  c.peer.uri = "sip:phone2@example.com";
  c.peer.source = socket_address::parse("192.0.2.9", 5060).value();
  c.local = socket_address::parse("127.0.0.1", 5060).value();
  c.sdp = chat_offer(false);
  tell(c);
  ASSERT_EQ(connect(bob).code, 200);
  EXPECT_FALSE(stream(bob).admitted) << "until then its stream keeps what comes";
  EXPECT_TRUE(read(alice).empty());
  tell(sip::established{bob, c.peer});
  EXPECT_TRUE(stream(bob).admitted);
  EXPECT_EQ(read(alice), lines{joined_bob + "chat"});
}

TEST_F(a_chat, offers_a_lost_connection_anew_and_takes_the_new_one) {
  start();
  chat(alice);
  chat(bob, true);
  (void)read(alice);
  EXPECT_EQ(say(alice, "before"), 200);
  (void)read(bob);
  lose(bob);
  EXPECT_EQ(control_.count("offer", bob), 0U) << "it may be hanging up";
  EXPECT_EQ(say(alice, "meanwhile"), 200);
  EXPECT_EQ(say(alice, "psst", "phone2@example.com"), 428) << "that could not be told again";
  pass(2s);
  ASSERT_EQ(control_.count("offer", bob), 1U);
  auto answer = chat_offer(true, "a=setup:active\r\n");
  tell(sip::remote_answer{bob, answer, {}});
  ASSERT_EQ(connect(bob).code, 200);
  EXPECT_TRUE(read(alice).empty()) << "nobody is told that it was away";
  EXPECT_EQ(read(bob), lines{"[history] sip:phone1@example.com > sip:lunch@host: meanwhile"})
      << "what it missed, and nothing twice";
  pass(60s);
  EXPECT_EQ(control_.count("offer", bob), 1U) << "old deadlines are of no account";
  EXPECT_EQ(say(alice, "back?"), 200);
  EXPECT_EQ(read(bob).back(), "sip:phone1@example.com > sip:lunch@host: back?");
}

TEST_F(a_chat, lets_in_who_connects_before_its_answer_is_read) {
  start();
  chat(bob, true);
  lose(bob);
  pass(2s);
  EXPECT_EQ(connect(bob, [&] { pass(limits::msrp_early_claim); }).code, 481) << "no answer came";
  const auto answer = [&] { tell(sip::remote_answer{bob, chat_offer(true, "a=setup:active\r\n"), {}}); };
  EXPECT_EQ(connect(bob, answer).code, 200);
  EXPECT_TRUE(stream(bob).admitted);
}

TEST_F(a_chat, says_that_chat_is_removed_when_it_is_given_up) {
  start();
  chat(alice);
  chat(bob, true);
  (void)read(alice);
  EXPECT_EQ(call_oneself(bob, "Bobby"), 200);
  lose(bob);
  pass(2s);
  tell(sip::offer_refused{bob, 488});
  EXPECT_EQ(read(alice),
            lines{"[status] Conference Room > sip:lunch@host: Bobby <phone2@example.com> has removed chat"});
  EXPECT_EQ(control_.count("offer", bob), 2U) << "the second one says so to the phone";
  EXPECT_EQ(call_oneself(alice, "Bobby"), 200) << "the nickname went with the chat";
}

TEST_F(a_chat, tells_once_of_a_phone_that_closes_its_chat_and_hangs_up) {
  start();
  chat(alice);
  chat(bob, true);
  (void)read(alice);
  pass(5s);
  lose(bob);
  hang_up(bob);
  pass(60s);
  EXPECT_EQ(read(alice),
            lines{"[status] Conference Room > sip:lunch@host: phone2@example.com has left the room after "
                  "00:05"});
}

TEST_F(a_chat, tells_of_the_first_and_the_last_device_of_a_person) {
  start();
  chat(alice);
  (void)read(alice);
  for (const leg_id leg : {leg_id{11}, leg_id{12}}) {
    sip::peer who;
    who.uri = "sip:dora@example.com";
    who.source = socket_address::parse("192.0.2.9", 5060).value();
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer = who;
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = plain_offer;
    tell(c);
    tell(sip::established{leg, who});
  }
  const std::string dora = "[status] Conference Room > sip:lunch@host: dora@example.com has ";
  EXPECT_EQ(read(alice), lines{dora + "joined the room with audio"});
  hang_up(leg_id{11});
  EXPECT_TRUE(read(alice).empty());
  hang_up(leg_id{12});
  EXPECT_EQ(read(alice), lines{dora + "left the room after 00:00"});
}

TEST_F(a_chat, offers_once_though_the_first_deadline_falls_into_the_wait) {
  start();
  chat(bob, true);
  pass(29s);
  lose(bob);
  pass(1s);
  pass(1s);
  EXPECT_EQ(control_.count("offer", bob), 1U);
  tell(sip::remote_answer{bob, chat_offer(true, "a=setup:active\r\n"), {}});
  EXPECT_EQ(connect(bob).code, 200) << "the chat was not given up meanwhile";
}

TEST_F(a_chat, ends_calls_that_have_nothing_else_when_it_never_comes) {
  start();
  chat(alice);
  (void)read(alice);
  call_with_chat(bob);
  call_with_chat(carol, true);
  pass(limits::msrp_binding);
  EXPECT_EQ(control_.count("offer", bob), 1U);
  tell(sip::offer_refused{bob, 488});
  tell(sip::offer_refused{carol, 488});
  EXPECT_EQ(control_.count("hang_up", bob), 1U);
  EXPECT_EQ(control_.count("hang_up", carol), 0U);
  EXPECT_EQ(read(alice),
            lines{"[status] Conference Room > sip:lunch@host: phone3@example.com has joined the room "
                  "with audio"});
}

TEST_F(a_chat, closes_its_streams_with_the_room) {
  start();
  chat(alice);
  chat(bob);
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  hang_up(bob, sip::end_cause::local);
  EXPECT_EQ(stream(bob).closed, "the call is over");
  hang_up(alice);
  EXPECT_FALSE(stream(alice).closed.empty());
  EXPECT_EQ(count().rooms, 0U);
}

}  // namespace
}  // namespace confab::actors::scenario
