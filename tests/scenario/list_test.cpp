#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

constexpr leg_id alice{1}, bob{2};
constexpr leg_id first{1'000}, second{1'001};
constexpr subscription_id watcher{7}, wish_id{9};

/// INVITEs that want others called in (RFC 5366).
class a_list_of_recipients : public scenario_test {
 protected:
  using uris = std::vector<std::string>;
  void call_with(leg_id leg, uris recipients, const std::string& identity = {}) {
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer.uri = "sip:phone" + to_string(leg) + "@example.com";
    c.peer.identity = identity;
    c.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = plain_offer;
    c.recipients = std::move(recipients);
    tell(c);
  }
  void refer(const std::string& target, sip::refer_method method) {
    sip::incoming_refer wish;
    wish.id = wish_id;
    wish.room = room_id{"lunch@host"};
    wish.target = target;
    wish.method = method;
    wish.in_dialog_of = alice;
    caf::anon_send(directory_, refer_news{wish});
    settle();
  }
  [[nodiscard]] uris dialed() const {
    uris all;
    for (const auto& one : control_.dialed) all.push_back(one.target);
    return all;
  }
  static uris many(size_t count) {
    uris all;
    for (size_t i = 0; i < count; ++i) all.push_back("sip:guest" + std::to_string(i) + "@example.org");
    return all;
  }
};

TEST_F(a_list_of_recipients, is_called_once_its_sender_is_in) {
  start();
  call_with(alice, {"sip:bob@example.org", "sip:carol@example.org"});
  EXPECT_TRUE(dialed().empty()) << "the ACK has not come";
  acknowledge(alice);
  EXPECT_EQ(dialed(), (uris{"sip:bob@example.org", "sip:carol@example.org"}));
  EXPECT_EQ(control_.dialed[0].subject, "Join conference request from sip:phone1@example.com");
  EXPECT_EQ(control_.dialed[0].headers,
            (uris{"Referred-By: <sip:phone1@example.com>", "X-Orig-From: sip:phone1@example.com"}));
  subscribe(watcher, "lunch@host");
  tell(sip::progress{first, 180, "Ringing"});
  tell(sip::ended{second, sip::end_cause::refused, 486, "Busy Here"});
  pass(std::chrono::milliseconds(300));
  const auto seen = watchers_.said_to(watcher).back();
  EXPECT_NE(seen.find("alerting"), std::string::npos) << seen;
  EXPECT_NE(seen.find("busy"), std::string::npos) << seen;
  sip::peer who;
  who.uri = "sip:bob@example.org";
  who.source = socket_address::parse("192.0.2.20", 5060).value();
  tell(sip::established{first, who});
  EXPECT_EQ(count().legs, 2U);
  hang_up(alice);
  EXPECT_EQ(control_.count("hang_up", first), 0U) << "bob stays";
  EXPECT_TRUE(refers_.log.empty());
}

TEST_F(a_list_of_recipients, leaves_out_its_sender_and_the_room) {
  start();
  call_with(alice,
            {"sip:phone1@EXAMPLE.com;transport=tcp", "sip:bob@example.org", "sip:lunch@HOST:5070",
             "sip:alice@example.net"},
            "sip:alice@example.net");
  acknowledge(alice);
  EXPECT_EQ(dialed(), uris{"sip:bob@example.org"});
}

TEST_F(a_list_of_recipients, is_refused_as_a_whole_before_there_is_a_room) {
  dial_to_ = {"example.org"};
  max_list_ = 3;
  start();
  call_with(alice, {"sip:bob@example.org", "sip:900@premium.example"});
  EXPECT_EQ(control_.text_of("refuse", alice), "403");
  call_with(bob, many(4));
  EXPECT_EQ(control_.text_of("refuse", bob), "413");
  EXPECT_EQ(count().rooms, 0U);
  EXPECT_TRUE(dialed().empty());
  call_with(leg_id{3}, many(3));
  acknowledge(leg_id{3});
  EXPECT_EQ(dialed().size(), 3U);
}

TEST_F(a_list_of_recipients, is_no_way_into_another_room) {
  start();
  join(bob, "other@host");
  call_with(alice, {"sip:other@host"});
  EXPECT_EQ(control_.text_of("refuse", alice), "403");
}

TEST_F(a_list_of_recipients, needs_seats_for_all) {
  rules_.max_participants = 3;
  start();
  call_with(alice, many(3));
  EXPECT_EQ(control_.text_of("refuse", alice), "486");
  call_with(bob, many(2));
  acknowledge(bob);
  EXPECT_EQ(dialed().size(), 2U);
}

TEST_F(a_list_of_recipients, is_for_those_who_may_refer) {
  refer_by_ = "moderators";
  rules_.moderators = {"alice@example.net"};
  start();
  call_with(alice, many(1));
  EXPECT_EQ(control_.text_of("refuse", alice), "403");
  call_with(bob, many(1), "sip:alice@example.net");
  acknowledge(bob);
  EXPECT_EQ(dialed().size(), 1U);
}

TEST_F(a_list_of_recipients, is_for_nobody_where_the_operator_says_so) {
  max_list_ = 0;
  start();
  call_with(alice, many(1));
  EXPECT_EQ(control_.text_of("refuse", alice), "403");
  call_with(bob, {});
  EXPECT_EQ(control_.count("refuse", bob), 0U);
}

TEST_F(a_list_of_recipients, counts_among_the_calls_of_an_hour) {
  start(1, 50'000, 51'999);
  for (uint64_t i = 0; i < 5; ++i) {
    call_with(leg_id{10 + i}, many(48));
    acknowledge(leg_id{10 + i});
    EXPECT_EQ(dialed().size(), 48 * (i + 1));
    for (const auto& one : control_.dialed)
      tell(sip::ended{one.leg, sip::end_cause::refused, 603, "Decline"});
  }
  call_with(alice, many(1));
  EXPECT_EQ(control_.text_of("refuse", alice), "503");
}

TEST_F(a_list_of_recipients, is_not_called_in_part_where_too_many_ring) {
  max_invitations_ = 3;
  start();
  call_with(alice, many(2));
  acknowledge(alice);
  call_with(bob, {"sip:dora@example.org", "sip:emil@example.org"});
  subscribe(watcher, "lunch@host");
  acknowledge(bob);
  EXPECT_EQ(dialed().size(), 2U);
  pass(std::chrono::milliseconds(300));
  const auto seen = watchers_.said_to(watcher).back();
  EXPECT_NE(seen.find("dora"), std::string::npos) << seen;
  EXPECT_NE(seen.find("SIP;cause=503"), std::string::npos) << seen;
}

TEST_F(a_list_of_recipients, is_taken_back_by_refer) {
  start();
  call_with(alice, {"sip:bob@example.org", "sip:carol@example.org"});
  acknowledge(alice);
  refer("sip:bob@example.org", sip::refer_method::bye);
  EXPECT_EQ(control_.count("hang_up", first), 1U);
  EXPECT_EQ(control_.count("hang_up", second), 0U);
  tell(sip::ended{first, sip::end_cause::local, 487, "Request Terminated"});
  EXPECT_EQ(refers_.log, (uris{"accept", "200"}));
}

TEST_F(a_list_of_recipients, rings_no_more_when_the_last_participant_has_left) {
  start();
  call_with(alice, {"sip:bob@example.org"});
  acknowledge(alice);
  join(bob, "lunch@host");
  refer("sip:carol@example.org", sip::refer_method::invite);
  hang_up(alice);
  EXPECT_EQ(control_.count("hang_up", first), 0U) << "somebody is there";
  hang_up(bob);
  EXPECT_EQ(control_.count("hang_up", first), 1U);
  EXPECT_EQ(control_.count("hang_up", second), 1U);
  tell(sip::ended{first, sip::end_cause::local, 487, {}});
  tell(sip::ended{second, sip::end_cause::local, 487, {}});
  EXPECT_EQ(count().rooms, 0U);
  EXPECT_EQ(refers_.log, (uris{"accept", "487"}));
}

TEST_F(a_list_of_recipients, is_forgotten_when_its_sender_never_acknowledges) {
  start();
  call_with(alice, many(2));
  tell(sip::ended{alice, sip::end_cause::no_ack, 0, {}});
  EXPECT_TRUE(dialed().empty());
  EXPECT_EQ(count().rooms, 0U);
}

TEST_F(a_list_of_recipients, whom_the_machine_cannot_call_is_shown_as_failed) {
  start(1, 50'000, 50'003);  // ports for two calls
  subscribe(watcher, "lunch@host", true);
  call_with(alice, many(2));
  acknowledge(alice);
  subscribe(watcher, "lunch@host");
  EXPECT_EQ(dialed().size(), 1U);
  pass(std::chrono::milliseconds(300));
  EXPECT_NE(watchers_.said_to(watcher).back().find("SIP;cause=503"), std::string::npos);
}

}  // namespace
}  // namespace confab::actors::scenario
