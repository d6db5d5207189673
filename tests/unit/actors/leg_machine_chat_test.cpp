#include <algorithm>

#include <gtest/gtest.h>

#include "actors/leg_machine.hpp"
#include "actors/media_words.hpp"
#include "tests/unit/actors/leg_machine_helpers.hpp"

namespace confab::actors {
namespace {

constexpr const char* head = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n";
constexpr const char* audio_line = "m=audio 40000 RTP/AVP 0\r\n";

std::string chat_line(const std::string& more = {}, const std::string& path = "192.0.2.9:9000/phone") {
  return "m=message 9000 TCP/TLS/MSRP *\r\na=path:msrps://" + path +
         ";tcp\r\na=accept-types:message/cpim\r\na=accept-wrapped-types:*\r\n" + more;
}

std::string chat_alone(const std::string& more = {}) {
  return head + chat_line(more);
}

std::string audio_and_chat(const std::string& more = {}) {
  return std::string(head) + audio_line + chat_line(more);
}

/// A leg that may chat; `port` 0: no RTP port is leased.
leg_setup chatting(uint16_t port) {
  settings s;
  s.media.codecs = {"PCMU"};
  s.media.srtp = "optional";
  leg_setup setup;
  setup.leg = leg_id{7};
  setup.room = room_id{"lunch@example.com"};
  setup.ours = base_capabilities(s);
  renew_keys(setup.ours);
  setup.bind_address = socket_address::parse("0.0.0.0", 0).value();
  setup.port = port;
  setup.deny = std::make_shared<const net_deny>(net_deny::parse({"loopback", "private"}).value());
  chat_setup chat;
  chat.ours.tls_port = 2855;
  chat.new_session_id = [n = 0]() mutable { return "session" + std::to_string(++n); };
  setup.chat = std::move(chat);
  return setup;
}

/// Of the chat that the actions set up: our session id; empty where they set up none.
std::string session_of(const leg_actions& actions) {
  const auto* set = first<act::set_chat>(actions);
  return set != nullptr && set->chat ? set->chat->ours.session_id : std::string();
}

leg_actions reoffer(leg_machine& leg, std::string sdp) {
  return leg.on_call_event(sip::remote_offer{leg_id{7}, std::move(sdp), {}});
}

leg_machine joined(uint16_t port, std::string sdp) {
  leg_machine leg(chatting(port));
  (void)leg.on_incoming(call_with(std::move(sdp)));
  if (port != 0) (void)leg.on_media_open();
  (void)leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  return leg;
}

TEST(leg_machine_chat, answers_a_chat_alone_at_once_and_without_ports) {
  leg_machine leg(chatting(0));
  const auto actions = leg.on_incoming(call_with(chat_alone("a=chatroom:private-messages\r\n")));
  EXPECT_EQ(first<act::open_media>(actions), nullptr);
  EXPECT_EQ(session_of(actions), "session1");
  const auto& plan = *first<act::set_chat>(actions)->chat;
  EXPECT_EQ(plan.theirs.front().session_id, "phone");
  EXPECT_TRUE(plan.takes_private);
  EXPECT_TRUE(plan.tls);
  EXPECT_FALSE(plan.connect_to) << "who offers connects";
  const auto* accept = first<act::accept>(actions);
  ASSERT_NE(accept, nullptr);
  EXPECT_NE(accept->sdp.find("a=path:msrps://192.0.2.1:2855/session1;tcp"), std::string::npos) << accept->sdp;
  const auto up = leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  ASSERT_NE(first<act::join>(up), nullptr);
  EXPECT_FALSE(first<act::join>(up)->has_audio);
  EXPECT_TRUE(first<act::join>(up)->chat);
}

TEST(leg_machine_chat, answers_audio_and_chat_together) {
  leg_machine leg(chatting(50'000));
  ASSERT_NE(first<act::open_media>(leg.on_incoming(call_with(audio_and_chat()))), nullptr);
  const auto actions = leg.on_media_open();
  EXPECT_NE(first<act::configure_media>(actions), nullptr);
  EXPECT_EQ(session_of(actions), "session1");
  ASSERT_NE(first<act::accept>(actions), nullptr);
  EXPECT_NE(first<act::accept>(actions)->sdp.find("m=audio 50000"), std::string::npos);
}

TEST(leg_machine_chat, takes_a_chat_that_comes_later_and_lets_go_of_one) {
  auto leg = joined(50'000, std::string(head) + audio_line);
  const auto added = reoffer(leg, audio_and_chat());
  EXPECT_FALSE(session_of(added).empty());
  EXPECT_NE(first<act::configure_media>(added), nullptr);
  EXPECT_EQ(first<act::set_chat>(reoffer(leg, audio_and_chat())), nullptr) << "nothing has changed";
  const auto gone = reoffer(leg, std::string(head) + audio_line +
                                     "m=message 0 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/x;tcp\r\n");
  ASSERT_NE(first<act::set_chat>(gone), nullptr);
  EXPECT_FALSE(first<act::set_chat>(gone)->chat);
}

TEST(leg_machine_chat, gives_a_peer_with_another_path_another_session) {
  auto leg = joined(0, chat_alone());
  const auto same = reoffer(leg, chat_alone());
  EXPECT_EQ(first<act::set_chat>(same), nullptr);
  EXPECT_NE(first<act::accept>(same)->sdp.find("/session1;"), std::string::npos);
  const auto moved = reoffer(leg, head + chat_line({}, "192.0.2.9:9001/again"));
  EXPECT_EQ(session_of(moved), "session2");
  ASSERT_NE(first<act::accept>(moved), nullptr);
  EXPECT_NE(first<act::accept>(moved)->sdp.find("/session2;"), std::string::npos) << "as the answer says";
}

TEST(leg_machine_chat, keeps_the_connection_when_the_peer_only_says_other_things_of_itself) {
  const struct {
    const char* more;
    bool adjusted;
  } rows[] = {{"a=chatroom:nickname\r\n", true},
              {"a=chatroom:private-messages\r\na=inactive\r\n", false},
              {"a=chatroom:private-messages\r\na=max-size:9\r\n", false},
              {"a=chatroom:private-messages\r\na=setup:active\r\n", false}};
  for (const auto& row : rows) {
    auto leg = joined(0, chat_alone("a=chatroom:private-messages\r\n"));
    const auto actions = reoffer(leg, chat_alone(row.more));
    EXPECT_EQ(first<act::set_chat>(actions), nullptr) << row.more;
    ASSERT_NE(first<act::accept>(actions), nullptr);
    EXPECT_NE(first<act::accept>(actions)->sdp.find("/session1;"), std::string::npos) << row.more;
    const auto* adjusted = first<act::adjust_chat>(actions);
    ASSERT_EQ(adjusted != nullptr, row.adjusted) << row.more;
    if (adjusted != nullptr) {
      EXPECT_FALSE(adjusted->takes_private);
    }
  }
}

TEST(leg_machine_chat, asks_for_a_port_when_audio_comes_to_a_chat_alone) {
  auto leg = joined(0, chat_alone());
  const std::string with_audio = head + chat_line() + audio_line;
  EXPECT_NE(first<act::another_port>(reoffer(leg, with_audio)), nullptr);
  const auto opening = leg.on_new_port(50'002);
  ASSERT_NE(first<act::open_media>(opening), nullptr);
  EXPECT_EQ(first<act::open_media>(opening)->local.port(), 50'002);
  const auto actions = leg.on_media_open();
  ASSERT_NE(first<act::accept>(actions), nullptr);
  EXPECT_NE(first<act::accept>(actions)->sdp.find("m=audio 50002"), std::string::npos);
  EXPECT_NE(first<act::configure_media>(actions), nullptr);
  EXPECT_EQ(first<act::set_chat>(actions), nullptr) << "the chat goes on";
  ASSERT_NE(first<act::update>(actions), nullptr);
  EXPECT_TRUE(first<act::update>(actions)->has_audio);
}

TEST(leg_machine_chat, goes_on_as_it_was_when_no_port_is_left_for_audio) {
  auto leg = joined(0, chat_alone());
  (void)reoffer(leg, head + chat_line() + audio_line);
  const auto refused = leg.on_new_port(0);
  ASSERT_NE(first<act::refuse>(refused), nullptr);
  EXPECT_EQ(first<act::refuse>(refused)->why.status, 503);
  EXPECT_EQ(first<act::hang_up>(refused), nullptr);
  EXPECT_EQ(first<act::close_media>(refused), nullptr);
  EXPECT_NE(first<act::accept>(reoffer(leg, chat_alone())), nullptr);
}

TEST(leg_machine_chat, closes_ports_that_open_after_the_call_ended) {
  auto leg = joined(0, chat_alone());
  (void)reoffer(leg, head + chat_line() + audio_line);
  (void)leg.on_new_port(50'002);
  const auto over = leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::remote_bye, 0, {}});
  EXPECT_NE(first<act::leave>(over), nullptr);
  EXPECT_EQ(first<act::close_media>(over), nullptr);
  EXPECT_NE(first<act::close_media>(leg.on_media_open()), nullptr);
}

TEST(leg_machine_chat, refuses_paths_it_cannot_read_or_may_not_connect_to) {
  const struct {
    const char* name;
    std::string offer;
    uint16_t status;  ///< 0: accepted
  } rows[] = {
      {"no session id", head + chat_line({}, "192.0.2.9:9000"), 488},
      {"a path that waits, allowed", chat_alone("a=setup:passive\r\n"), 0},
      {"loopback", head + chat_line("a=setup:passive\r\n", "127.0.0.1:9000/phone"), 488},
      {"private", head + chat_line("a=setup:passive\r\n", "10.0.0.1:9000/phone"), 488},
      {"private by c=, with msrp-cema",
       "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n" +
           chat_line("a=setup:passive\r\na=msrp-cema\r\n"),
       488},
      {"a name", head + chat_line("a=setup:passive\r\n", "phone.example.com:9000/phone"), 488},
      {"private, but it connects itself", head + chat_line("a=setup:active\r\n", "10.0.0.1:9000/phone"), 0},
  };
  for (const auto& row : rows) {
    leg_machine leg(chatting(0));
    const auto actions = leg.on_incoming(call_with(row.offer));
    const auto* refuse = first<act::refuse>(actions);
    EXPECT_EQ(refuse != nullptr ? refuse->why.status : 0, row.status) << row.name;
    EXPECT_EQ(first<act::set_chat>(actions) != nullptr, row.status == 0) << row.name;
    if (refuse != nullptr) {
      EXPECT_FALSE(refuse->why.warning.empty()) << row.name;
    }
  }
}

TEST(leg_machine_chat, connects_to_a_peer_that_waits) {
  leg_machine leg(chatting(0));
  const auto actions = leg.on_incoming(call_with(chat_alone("a=setup:passive\r\n")));
  ASSERT_FALSE(session_of(actions).empty());
  ASSERT_TRUE(first<act::set_chat>(actions)->chat->connect_to);
  EXPECT_EQ(first<act::set_chat>(actions)->chat->connect_to->to_string(), "192.0.2.9:9000");
}

TEST(leg_machine_chat, keeps_the_fingerprint_that_the_peer_must_have) {
  leg_machine leg(chatting(0));
  std::string digest = "4A";
  for (int i = 1; i < 20; ++i) digest += ":0F";
  const auto actions = leg.on_incoming(call_with(chat_alone("a=fingerprint:SHA-1 " + digest + "\r\n")));
  ASSERT_FALSE(session_of(actions).empty());
  EXPECT_EQ(first<act::set_chat>(actions)->chat->fingerprint, "sha-1 " + digest);
}

TEST(leg_machine_chat, offers_a_new_path_once_when_the_connection_is_lost) {
  auto leg = joined(0, chat_alone());
  const auto lost = leg.on_chat_lost();
  ASSERT_NE(first<act::offer>(lost), nullptr);
  EXPECT_NE(first<act::offer>(lost)->sdp.find("/session2;tcp"), std::string::npos);
  const auto answered = leg.on_call_event(
      sip::remote_answer{leg_id{7}, head + chat_line("a=setup:active\r\n", "192.0.2.9:9001/again"), {}});
  EXPECT_EQ(session_of(answered), "session2");

  const auto again = leg.on_chat_lost();
  EXPECT_EQ(first<act::offer>(again), nullptr) << "it never was connected";
  EXPECT_NE(first<act::hang_up>(again), nullptr) << "nothing else is left";
}

TEST(leg_machine_chat, offers_anew_as_often_as_it_was_connected_in_between) {
  auto leg = joined(0, chat_alone());
  for (int round = 0; round < 3; ++round) {
    leg.on_chat_bound();
    const auto lost = leg.on_chat_lost();
    ASSERT_NE(first<act::offer>(lost), nullptr) << round;
    const auto path = "192.0.2.9:9001/again" + std::to_string(round);
    (void)leg.on_call_event(sip::remote_answer{leg_id{7}, head + chat_line("a=setup:active\r\n", path), {}});
  }
}

TEST(leg_machine_chat, goes_on_with_audio_when_the_chat_is_given_up) {
  auto leg = joined(50'000, audio_and_chat());
  ASSERT_NE(first<act::offer>(leg.on_chat_lost()), nullptr);
  const auto refused = leg.on_call_event(sip::offer_refused{leg_id{7}, 488});
  EXPECT_EQ(first<act::hang_up>(refused), nullptr);
  ASSERT_NE(first<act::set_chat>(refused), nullptr);
  EXPECT_FALSE(first<act::set_chat>(refused)->chat);
}

TEST(leg_machine_chat, tells_the_peer_that_the_chat_is_given_up) {
  const auto given_up = [](leg_machine& leg) {
    (void)leg.on_chat_lost();
    return leg.on_call_event(sip::offer_refused{leg_id{7}, 488});
  };
  auto leg = joined(50'000, audio_and_chat());
  const auto actions = given_up(leg);
  ASSERT_NE(first<act::offer>(actions), nullptr);
  const auto offered = sdp::parse(first<act::offer>(actions)->sdp);
  ASSERT_TRUE(offered.ok());
  ASSERT_EQ(offered->media.size(), 2U);
  EXPECT_NE(offered->media[0].port, 0);
  EXPECT_EQ(offered->media[1].type, "message");
  EXPECT_EQ(offered->media[1].port, 0);
  const auto answered = leg.on_call_event(sip::remote_answer{
      leg_id{7},
      std::string(head) + audio_line + "m=message 0 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/x;tcp\r\n",
      {}});
  EXPECT_EQ(first<act::hang_up>(answered), nullptr);
  EXPECT_EQ(first<act::offer>(answered), nullptr);

  auto stubborn = joined(50'000, audio_and_chat());
  (void)given_up(stubborn);
  const auto again = stubborn.on_call_event(sip::offer_refused{leg_id{7}, 488});
  EXPECT_EQ(first<act::offer>(again), nullptr) << "it is told once";
  EXPECT_EQ(first<act::hang_up>(again), nullptr);
}

TEST(leg_machine_chat, ends_a_chat_alone_whose_new_path_is_refused) {
  auto leg = joined(0, chat_alone());
  ASSERT_NE(first<act::offer>(leg.on_chat_lost()), nullptr);
  EXPECT_NE(first<act::hang_up>(leg.on_call_event(sip::offer_refused{leg_id{7}, 488})), nullptr);

  auto other = joined(0, chat_alone());
  ASSERT_NE(first<act::offer>(other.on_chat_lost()), nullptr);
  const auto closed = other.on_call_event(sip::remote_answer{
      leg_id{7},
      std::string(head) + "m=message 0 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/x;tcp\r\n",
      {}});
  EXPECT_NE(first<act::hang_up>(closed), nullptr);
}

TEST(leg_machine_chat, says_after_a_refused_offer_what_it_said_before) {
  auto leg = joined(50'000, audio_and_chat());
  const auto before = *first<act::accept>(reoffer(leg, audio_and_chat()));
  (void)leg.on_chat_lost();
  (void)leg.on_call_event(sip::offer_refused{leg_id{7}, 488});
  (void)leg.on_call_event(sip::offer_refused{leg_id{7}, 488});  // that the chat is given up
  const auto after = reoffer(leg, std::string(head) + audio_line +
                                      "m=message 0 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/x;tcp\r\n");
  ASSERT_NE(first<act::accept>(after), nullptr);
  const auto version = [](const std::string& sdp) {
    const auto parsed = sdp::parse(sdp);
    EXPECT_TRUE(parsed.ok());
    return parsed ? std::stoul(parsed->origin.version) : 0UL;
  };
  EXPECT_EQ(version(first<act::accept>(after)->sdp), version(before.sdp) + 1)
      << "the offers that were refused do not count";
}

TEST(leg_machine_chat, does_nothing_about_a_chat_it_has_not) {
  auto plain = joined(50'000, std::string(head) + audio_line);
  EXPECT_TRUE(plain.on_chat_lost().empty());
  auto over = joined(0, chat_alone());
  (void)over.on_remove("kicked");
  (void)over.on_call_event(sip::ended{leg_id{7}, sip::end_cause::local, 0, {}});
  EXPECT_TRUE(over.on_chat_lost().empty());
}

TEST(leg_machine_chat, has_none_where_the_server_has_none) {
  auto setup = chatting(50'000);
  setup.chat.reset();
  leg_machine leg(std::move(setup));
  const auto alone = leg.on_incoming(call_with(chat_alone()));
  ASSERT_NE(first<act::refuse>(alone), nullptr);
  EXPECT_EQ(first<act::refuse>(alone)->why.status, 488);
}

TEST(leg_machine_chat, offers_chat_within_a_call_only_where_there_is_some) {
  const auto asked = [](std::string sdp) {
    leg_machine leg(chatting(50'000));
    (void)leg.on_incoming(call_with(std::move(sdp)));
    (void)leg.on_media_open();
    (void)leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
    const auto actions = leg.on_call_event(sip::remote_offer{leg_id{7}, std::nullopt, {}});
    return first<act::accept>(actions)->sdp;
  };
  EXPECT_EQ(asked(std::string(head) + audio_line).find("m=message"), std::string::npos);
  EXPECT_NE(asked(audio_and_chat()).find("m=message 2855"), std::string::npos);
}

}  // namespace
}  // namespace confab::actors
