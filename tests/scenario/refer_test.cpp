#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {
namespace {

constexpr leg_id alice{1}, bob{2};
constexpr subscription_id wish_id{1};

class a_referred_room : public scenario_test {
 protected:
  /// Alice asks in the dialog of her call unless `in_call` is empty.
  void refer(const std::string& target, sip::refer_method method = sip::refer_method::invite,
             std::optional<leg_id> in_call = alice, const std::string& uri = "sip:phone1@example.com",
             const std::string& host = "192.0.2.9", const std::string& identity = {}) {
    sip::incoming_refer wish;
    wish.id = wish_id;
    wish.room = room_id{"lunch@host"};
    wish.peer.uri = uri;
    wish.peer.identity = identity;
    wish.peer.source = socket_address::parse(host, 5060).value();
    wish.target = target;
    wish.method = method;
    wish.in_dialog_of = in_call;
    caf::anon_send(directory_, refer_news{wish});
    settle();
  }
  [[nodiscard]] std::string said() const {
    std::string all;
    for (const auto& one : refers_.log) all += one + " ";
    return all;
  }
  static constexpr leg_id dialed{1'000};
};

TEST_F(a_referred_room, calls_whom_a_participant_wants_and_tells_how_it_goes) {
  start();
  join(alice, "lunch@host");
  refer("sip:carol@example.org");
  EXPECT_EQ(said(), "accept ");
  EXPECT_EQ(control_.text_of("dial", dialed), "sip:carol@example.org");
  ASSERT_EQ(control_.dialed.size(), 1U);
  EXPECT_EQ(control_.dialed[0].subject, "Join conference request from sip:phone1@example.com");
  EXPECT_EQ(control_.dialed[0].headers, (std::vector<std::string>{"Referred-By: <sip:phone1@example.com>",
                                                                  "X-Orig-From: sip:phone1@example.com"}));
  tell(sip::progress{dialed, 180, "Ringing"});
  tell(sip::ended{dialed, sip::end_cause::refused, 486, "Busy Here"});
  EXPECT_EQ(said(), "accept 180 486 ");
  hang_up(alice);
  EXPECT_EQ(count().rooms, 0U);
}

TEST_F(a_referred_room, says_a_failure_without_a_status_too) {
  start();
  join(alice, "lunch@host");
  refer("sip:carol@nowhere.invalid");
  tell(sip::ended{dialed, sip::end_cause::transport, 0, "no such host"});
  EXPECT_EQ(said(), "accept 500 ");
}

TEST_F(a_referred_room, hangs_up_when_the_wish_is_taken_back) {
  start();
  join(alice, "lunch@host");
  refer("sip:carol@example.org");
  caf::anon_send(directory_, refer_news{sip::refer_cancelled{wish_id, room_id{"lunch@host"}, alice}});
  settle();
  EXPECT_EQ(control_.count("hang_up", dialed), 1U);
  tell(sip::ended{dialed, sip::end_cause::local, 0, {}});
  EXPECT_EQ(said(), "accept ");
}

TEST_F(a_referred_room, puts_out_every_leg_of_a_person_or_says_404) {
  start();
  join(alice, "lunch@host");
  join(bob, "lunch@host");
  refer("sip:phone2@EXAMPLE.com", sip::refer_method::bye);
  EXPECT_EQ(said(), "accept 200 ");
  EXPECT_EQ(control_.count("hang_up", bob), 1U);
  EXPECT_EQ(control_.count("hang_up", alice), 0U);
  refer("sip:nobody@example.com", sip::refer_method::bye);
  EXPECT_EQ(said(), "accept 200 accept 404 ");
}

TEST_F(a_referred_room, puts_out_who_still_rings) {
  start();
  join(alice, "lunch@host");
  refer("sip:carol@example.org");
  refer("sip:carol@example.org", sip::refer_method::bye);
  EXPECT_EQ(control_.count("hang_up", dialed), 1U);
  tell(sip::ended{dialed, sip::end_cause::local, 487, "Request Terminated"});
  EXPECT_EQ(said(), "accept accept 200 487 ");
}

TEST_F(a_referred_room, obeys_participants_only) {
  start();
  join(alice, "lunch@host");
  const auto invite = sip::refer_method::invite;
  refer("sip:carol@example.org", invite, std::nullopt, "sip:mallory@example.com");
  EXPECT_EQ(said(), "refuse403 ") << "a stranger";
  refer("sip:carol@example.org", invite, std::nullopt, "sip:phone1@example.com", "192.0.2.66");
  EXPECT_EQ(said(), "refuse403 refuse403 ") << "her name from elsewhere";
  refer("sip:carol@example.org", invite, std::nullopt, "sip:phone1@example.com", "192.0.2.66",
        "sip:mallory@example.com");
  EXPECT_EQ(said(), "refuse403 refuse403 refuse403 ") << "a verified stranger who takes her name";
  refer("sip:carol@example.org", invite, bob);
  EXPECT_EQ(said(), "refuse403 refuse403 refuse403 refuse403 ") << "a call that is not in the room";
  EXPECT_EQ(control_.dialed.size(), 0U);
}

TEST_F(a_referred_room, believes_a_name_and_the_very_address) {
  start();
  join(alice, "lunch@host");
  refer("sip:dave@example.org", sip::refer_method::invite, std::nullopt);
  EXPECT_EQ(said(), "accept ");
}

TEST_F(a_referred_room, knows_who_asks_right_behind_its_ack) {
  start();
  call(alice, "lunch@host");
  sip::peer who;
  who.uri = "sip:phone1@example.com";
  caf::anon_send(directory_, call_news{sip::established{alice, who}});
  refer("sip:carol@example.org");
  EXPECT_EQ(said(), "accept ");
}

TEST_F(a_referred_room, does_not_wait_for_who_never_acknowledges) {
  start();
  join(alice, "lunch@host");
  call(bob, "lunch@host");
  refer("sip:carol@example.org", sip::refer_method::invite, bob);
  EXPECT_EQ(said(), "refuse403 ");
}

TEST_F(a_referred_room, calls_only_where_it_may) {
  dial_to_ = {"example.org"};
  start();
  join(alice, "lunch@host");
  refer("sip:carol@premium.example");
  EXPECT_EQ(said(), "refuse403 ");
}

TEST_F(a_referred_room, calls_no_address_that_is_kept_from_who_asks) {
  start();
  join(alice, "lunch@host");
  for (const char* target :
       {"sip:carol@10.0.0.1", "sip:carol@127.0.0.1:5080", "sip:carol@[::1]", "sip:carol@169.254.1.1",
        "sip:carol@example.org;maddr=192.168.0.1", "sip:carol@224.0.0.1"}) {
    refer(target);
    EXPECT_EQ(refers_.log.back(), "refuse403") << target;
  }
  EXPECT_TRUE(control_.dialed.empty());
  refer("sip:carol@198.51.100.1");
  refer("sip:carol@example.org");
  ASSERT_EQ(control_.dialed.size(), 2U);
  for (const auto& one : control_.dialed) {
    ASSERT_TRUE(one.asked_by);
    EXPECT_EQ(one.asked_by->host(), "192.0.2.9") << "what DNS finds is judged when it is known";
  }
  tell(sip::ended{control_.dialed[1].leg, sip::end_cause::refused, 403, "Forbidden"});
  EXPECT_EQ(refers_.log.back(), "403");
}

TEST_F(a_referred_room, calls_for_the_operator_wherever_it_says) {
  start();
  dial_out wish;
  wish.room = room_id{"lunch@host"};
  wish.target = "sip:carol@10.0.0.1";
  caf::anon_send(directory_, wish);
  settle();
  ASSERT_EQ(control_.dialed.size(), 1U);
  EXPECT_FALSE(control_.dialed[0].asked_by);
}

TEST_F(a_referred_room, calls_no_room_of_this_server) {
  start();
  join(alice, "lunch@host");
  join(bob, "other@host");
  refer("sip:lunch@HOST:5070;transport=tcp");
  refer("sip:other@host");
  EXPECT_EQ(said(), "refuse403 refuse403 ");
  EXPECT_TRUE(control_.dialed.empty());
}

TEST_F(a_referred_room, cancels_what_rings_when_the_last_participant_has_left) {
  start();
  join(alice, "lunch@host");
  refer("sip:carol@example.org");
  tell(sip::ended{alice, sip::end_cause::remote_bye, 0, {}});
  EXPECT_EQ(control_.count("hang_up", dialed), 1U);
  tell(sip::ended{dialed, sip::end_cause::local, 487, "Request Terminated"});
  EXPECT_EQ(said(), "accept 487 ");
  EXPECT_EQ(count().rooms, 0U);
}

TEST_F(a_referred_room, listens_to_nobody_when_told_so) {
  refer_by_ = "nobody";
  start();
  join(alice, "lunch@host");
  refer("sip:phone1@example.com", sip::refer_method::bye);
  EXPECT_EQ(said(), "refuse403 ");
}

TEST_F(a_referred_room, does_not_call_without_end) {
  start(1, 50'000, 51'999);
  join(alice, "lunch@host");
  for (int i = 0; i < 65; ++i) refer("sip:carol" + std::to_string(i) + "@example.org");
  EXPECT_EQ(control_.dialed.size(), 64U);
  EXPECT_EQ(refers_.log.back(), "refuse503");
  for (uint64_t i = 0; i < 64; ++i)
    tell(sip::ended{leg_id{dialed.value + i}, sip::end_cause::refused, 603, "Decline"});
  for (int i = 0; i < 300; ++i) {
    refer("sip:carol" + std::to_string(i) + "@example.org");
    if (refers_.log.back() == "accept")
      tell(sip::ended{control_.dialed.back().leg, sip::end_cause::refused, 603, "Decline"});
  }
  EXPECT_EQ(control_.dialed.size(), 240U) << "calls an hour";
  EXPECT_EQ(refers_.log.back(), "refuse503");
}

}  // namespace
}  // namespace confab::actors::scenario
