#include "tests/scenario/chatting.hpp"

/// Chat by SIP MESSAGE: from phones into the room, and from the room to phones that have no other chat.
namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

/// Alice is verified and moderates; her chat is MSRP where it is said so. Others have audio.
class chat_by_message : public a_chat {
 protected:
  /// A call with audio whose phone takes MESSAGE, or not.
  void phone(leg_id leg, bool takes = true, const std::string& accepts = {}, const std::string& pin = {}) {
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer = who(leg);
    c.peer.takes_messages = takes;
    c.peer.accepts = accepts;
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = plain_offer;
    if (!pin.empty()) c.pin = pin;
    tell(c);
    tell(sip::established{leg, c.peer});
  }
  static sip::peer who(leg_id leg) {
    sip::peer out;
    out.uri = "sip:phone" + to_string(leg) + "@example.com";
    if (leg == alice) out.identity = out.uri;
    out.source = socket_address::parse("192.0.2.9", 5060).value();
    return out;
  }
  /// The answer to what a phone says, outside of its call unless that is named.
  std::string send(sip::peer from, const std::string& body, const std::string& type = "text/plain",
                   std::optional<leg_id> in_call = std::nullopt, const std::string& room = "lunch@host") {
    sip::incoming_message m;
    m.id = message_id{++messages_sent_};
    m.room = room_id{room};
    m.peer = std::move(from);
    m.type = type;
    m.body = body;
    m.in_dialog_of = in_call;
    caf::anon_send(directory_, message_news{m});
    settle();
    if (messages_.log.size() != messages_sent_) return "none";
    return messages_.log.back();
  }
  /// What a phone was sent since the last look: `sender (type) body`.
  lines sent_to(leg_id leg) {
    lines out;
    for (const auto& one : std::exchange(messages_.got[leg], {}))
      out.push_back(one->sender + " (" + one->type + ") " + one->body);
    return out;
  }
  static std::string cpim(const std::string& from, const std::string& to, const std::string& text) {
    return "From: <sip:" + from + ">\r\nTo: <sip:" + to + ">\r\n\r\nContent-Type: text/plain\r\n\r\n" + text;
  }
  size_t messages_sent_ = 0;
};

TEST_F(chat_by_message, of_a_participant_is_heard_by_all_others) {
  start();
  chat(alice);
  phone(bob);
  phone(carol);
  (void)read(alice);
  EXPECT_EQ(send(who(bob), "hi"), "202");
  EXPECT_EQ(read(alice), lines{"sip:phone2@example.com > sip:lunch@host: hi"});
  EXPECT_EQ(sent_to(carol), lines{"phone2@example.com (text/plain) phone2@example.com: hi"});
  EXPECT_TRUE(sent_to(bob).empty());
  EXPECT_EQ(send(who(bob), "again", "text/plain;charset=UTF-8", bob, "elsewhere@host"), "202")
      << "in its call, whatever URI it goes to";
  EXPECT_EQ(read(alice), lines{"sip:phone2@example.com > sip:lunch@host: again"});
  EXPECT_EQ(sent_to(carol).size(), 1U);
  chat(leg_id{4});
  EXPECT_EQ(read(leg_id{4}).size(), 3U) << "the welcome and both: they are history like all else";
}

TEST_F(chat_by_message, reaches_phones_that_take_it_and_have_no_chat) {
  start();
  chat(alice);
  phone(bob);
  phone(carol, false);
  phone(leg_id{4}, true, "text/html, application/im-iscomposing+xml");
  EXPECT_EQ(say(alice, "hello"), 200);
  const lines hello{"phone1@example.com (text/plain) phone1@example.com: hello"};
  EXPECT_EQ(sent_to(bob), hello);
  EXPECT_TRUE(sent_to(carol).empty()) << "its Allow has no MESSAGE";
  EXPECT_EQ(sent_to(leg_id{4}), hello);
  EXPECT_EQ(say(alice, "<b>hello</b>", "lunch@host", "text/html"), 200);
  EXPECT_TRUE(sent_to(bob).empty());
  EXPECT_EQ(sent_to(leg_id{4}), lines{"phone1@example.com (text/html) <b>hello</b>"});
  EXPECT_EQ(say(alice, "<isComposing/>", "lunch@host", "application/im-iscomposing+xml"), 200);
  EXPECT_TRUE(sent_to(bob).empty());
  EXPECT_EQ(sent_to(leg_id{4}).size(), 1U);
  EXPECT_EQ(call_oneself(alice, "Queen"), 200);
  EXPECT_EQ(say(alice, "all hail"), 200);
  EXPECT_EQ(sent_to(bob), lines{"Queen (text/plain) Queen: all hail"});
  phone(leg_id{5});
  EXPECT_TRUE(sent_to(leg_id{5}).empty()) << "no history";
  EXPECT_TRUE(sent_to(bob).empty()) << "no status lines";
}

TEST_F(chat_by_message, comes_one_way_at_a_time) {
  start();
  chat(alice);
  phone(bob);
  tell(sip::remote_offer{bob, chat_offer(true), {}});
  EXPECT_EQ(say(alice, "one"), 200);
  EXPECT_TRUE(sent_to(bob).empty()) << "its chat comes, with the history";
  ASSERT_EQ(connect(bob).code, 200);
  EXPECT_EQ(read(bob).back(), "[history] sip:phone1@example.com > sip:lunch@host: one");
  EXPECT_EQ(say(alice, "two"), 200);
  EXPECT_TRUE(sent_to(bob).empty());
  tell(sip::remote_offer{bob, std::string(plain_offer) + "m=message 0 TCP/TLS/MSRP *\r\n", {}});
  EXPECT_EQ(say(alice, "three"), 200);
  EXPECT_EQ(sent_to(bob).size(), 1U);
  hang_up(bob);
  EXPECT_EQ(say(alice, "four"), 200);
  EXPECT_TRUE(sent_to(bob).empty());
}

TEST_F(chat_by_message, is_private_where_cpim_says_so) {
  start();
  chat(alice);
  phone(bob);
  phone(carol);
  (void)read(alice);
  EXPECT_EQ(say(alice, "psst", "phone2@example.com"), 200);
  EXPECT_EQ(sent_to(bob),
            lines{"phone1@example.com (private) (text/plain) phone1@example.com (private): psst"});
  EXPECT_TRUE(sent_to(carol).empty());
  const auto secret = cpim("phone2@example.com", "phone1@example.com", "yes?");
  EXPECT_EQ(send(who(bob), secret, "message/cpim"), "202");
  EXPECT_EQ(read(alice), lines{"sip:phone2@example.com > sip:phone1@example.com: yes?"});
  EXPECT_TRUE(sent_to(carol).empty());
  EXPECT_EQ(send(who(bob), cpim("phone2@example.com", "lunch@host", "all"), "message/cpim"), "202");
  EXPECT_EQ(sent_to(carol).size(), 1U);
}

TEST_F(chat_by_message, that_nobody_is_to_hear_is_refused) {
  start();
  chat(alice);
  phone(bob);
  phone(carol, false);
  const auto stranger = [] {
    auto out = who(bob);
    out.uri = "sip:mallory@example.com";
    return out;
  }();
  auto elsewhere = who(bob);
  elsewhere.source = socket_address::parse("192.0.2.66", 5060).value();
  auto impostor = who(alice);
  impostor.identity.clear();
  const auto as_alice = cpim("phone1@example.com", "lunch@host", "I am Alice");
  const struct {
    const char* why;
    sip::peer from;
    std::string body, type;
    std::optional<leg_id> in_call;
    std::string room, status;
  } rows[] = {
      {"no participant", stranger, "hi", "text/plain", {}, "lunch@host", "403"},
      {"its name from elsewhere", elsewhere, "hi", "text/plain", {}, "lunch@host", "403"},
      {"a verified name that nobody verified", impostor, "hi", "text/plain", {}, "lunch@host", "403"},
      {"a call that is in no room", who(bob), "hi", "text/plain", leg_id{77}, "lunch@host", "403"},
      {"another's From", who(bob), as_alice, "message/cpim", {}, "lunch@host", "403"},
      {"no such room", who(bob), "hi", "text/plain", {}, "dinner@host", "404"},
      {"nobody of that name",
       who(bob),
       cpim("phone2@example.com", "zoe@example.com", "hi"),
       "message/cpim",
       {},
       "lunch@host",
       "404"},
      {"one without chat",
       who(bob),
       cpim("phone2@example.com", "phone3@example.com", "hi"),
       "message/cpim",
       {},
       "lunch@host",
       "480"},
      {"no CPIM", who(bob), "hi", "message/cpim", {}, "lunch@host", "400"},
      {"no type", who(bob), "hi", "te xt/plain", {}, "lunch@host", "400"},
      {"too long", who(bob), std::string(100'001, 'x'), "text/plain", {}, "lunch@host", "413"},
      {"no chat", who(bob), "MZ", "application/x-program", {}, "lunch@host", "415"},
  };
  (void)read(alice);
  for (const auto& row : rows)
    EXPECT_EQ(send(row.from, row.body, row.type, row.in_call, row.room), row.status) << row.why;
  EXPECT_EQ(messages_.last_refusal.accept,
            "message/cpim, text/*, image/*, application/im-iscomposing+xml, message/imdn+xml");
  EXPECT_TRUE(read(alice).empty());
  EXPECT_TRUE(sent_to(bob).empty());
}

TEST_F(chat_by_message, passes_what_the_room_is_configured_to_pass) {
  rules_.chat_types = {"application/*"};
  start();
  chat(alice);
  phone(bob);
  (void)read(alice);
  EXPECT_EQ(send(who(bob), "{}", "application/json"), "202");
  EXPECT_EQ(read(alice).size(), 1U);
  EXPECT_EQ(say(alice, "{}", "lunch@host", "application/json"), 200);
  EXPECT_EQ(say(alice, "x", "lunch@host", "audio/ogg"), 415);
}

TEST_F(chat_by_message, carries_commands_and_their_answers) {
  start();
  phone(alice);
  phone(bob);
  EXPECT_EQ(send(who(alice), "/mute phone2@example.com"), "200");
  EXPECT_TRUE(records_.front()->muted[bob]);
  EXPECT_EQ(sent_to(alice), lines{"Conference Room (text/plain;charset=UTF-8) Done."});
  EXPECT_TRUE(sent_to(bob).empty());
  EXPECT_EQ(send(who(bob), "/lock"), "200");
  EXPECT_EQ(sent_to(bob), lines{"Conference Room (text/plain;charset=UTF-8) Only moderators may do that."});
  EXPECT_EQ(send(who(bob), "/nick Bobby"), "200");
  (void)sent_to(bob);
  EXPECT_EQ(send(who(bob), "/me waves"), "202");
  EXPECT_EQ(sent_to(alice), lines{"Bobby (text/plain) Bobby: /me waves"});
}

TEST_F(chat_by_message, is_closed_to_who_is_at_the_entrance) {
  rules_.pin = "1234";
  start();
  phone(alice, true, {}, "1234");
  phone(bob);
  EXPECT_EQ(send(who(bob), "let me in"), "403");
  EXPECT_EQ(send(who(bob), "let me in", "text/plain", bob), "403");
  EXPECT_EQ(send(who(alice), "secret"), "202");
  EXPECT_TRUE(sent_to(bob).empty());
  EXPECT_TRUE(sent_to(alice).empty());
  press(bob, "1234");
  EXPECT_EQ(send(who(bob), "thanks"), "202");
  EXPECT_EQ(sent_to(alice).size(), 1U);
}

TEST_F(chat_by_message, of_who_speaks_right_behind_its_ack_is_heard) {
  start();
  phone(alice);
  call(bob, "lunch@host");
  caf::anon_send(directory_, call_news{sip::established{bob, who(bob)}});
  EXPECT_EQ(send(who(bob), "hi"), "202");
  EXPECT_EQ(sent_to(alice).size(), 1U);
}

TEST_F(chat_by_message, can_be_forbidden) {
  rules_.chat_by_message = false;
  start();
  chat(alice);
  phone(bob);
  (void)read(alice);
  EXPECT_EQ(send(who(bob), "hi"), "403");
  EXPECT_EQ(say(alice, "hi"), 200);
  EXPECT_TRUE(sent_to(bob).empty());
  EXPECT_TRUE(read(alice).empty());
}

TEST_F(chat_by_message, needs_no_msrp) {
  chat_ = nullptr;
  start();
  phone(alice);
  phone(bob);
  EXPECT_EQ(send(who(bob), "hi"), "202");
  EXPECT_EQ(sent_to(alice), lines{"phone2@example.com (text/plain) phone2@example.com: hi"});
}

TEST_F(chat_by_message, is_from_the_device_that_sent_it) {
  start();
  phone(alice);
  auto there = who(bob);
  there.takes_messages = true;
  for (const leg_id leg : {leg_id{11}, leg_id{12}}) {
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    there.source.set_port(static_cast<uint16_t>(5060 + leg.value));
    c.peer = there;
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = plain_offer;
    tell(c);
    tell(sip::established{leg, there});
  }
  EXPECT_EQ(send(there, "from the second"), "202");
  EXPECT_EQ(sent_to(leg_id{11}).size(), 1U) << "her other device shows it too";
  EXPECT_TRUE(sent_to(leg_id{12}).empty());
  there.source.set_port(9);
  EXPECT_EQ(send(there, "from neither port"), "202");
  EXPECT_TRUE(sent_to(leg_id{11}).empty());
  EXPECT_EQ(sent_to(leg_id{12}).size(), 1U);
}

TEST_F(chat_by_message, has_no_place_in_an_echo_room_or_in_the_lobby) {
  echo_ = "echo";
  lobby_ = "lobby";
  start();
  join(bob, "echo@host");
  EXPECT_EQ(send(who(bob), "hi", "text/plain", bob), "403");
  join(carol, "lobby@host");
  EXPECT_EQ(send(who(carol), "hi", "text/plain", carol), "404");
}

}  // namespace
}  // namespace confab::actors::scenario
