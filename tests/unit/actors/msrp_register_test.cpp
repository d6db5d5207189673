#include "actors/msrp_register.hpp"

#include <functional>
#include <memory>
#include <utility>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::actors {
namespace {

chat_session session(const std::string& id, const std::string& peer) {
  chat_session s;
  s.leg = leg_id{7};
  s.ours = msrp::parse_uri("msrps://192.0.2.1:2855/" + id + ";tcp").value();
  s.theirs = msrp::parse_path("msrps://10.0.0.1:9/" + peer + ";tcp").value();
  return s;
}

msrp::path from(const std::string& text) {
  return msrp::parse_path(text).value();
}

/// What is said at once; code 0: nothing yet.
session_claim claim(msrp_register_state& sessions, const claim_session& m) {
  const auto said = std::make_shared<session_claim>(session_claim{0});
  const bool waits = sessions.claim(m, [said](session_claim c) { *said = std::move(c); });
  EXPECT_EQ(waits, said->code == 0);
  return *said;
}

TEST(msrp_register, gives_a_session_to_the_first_who_claims_it) {
  msrp_register_state sessions(2);
  sessions.expect({session("ours", "theirs")});
  const auto first = claim(sessions, {"ours", from("msrps://192.0.2.9:5/theirs;tcp")});
  EXPECT_EQ(first.code, 200);
  EXPECT_EQ(first.session.leg, leg_id{7});
  const auto second = claim(sessions, {"ours", from("msrps://192.0.2.9:5/theirs;tcp")});
  EXPECT_EQ(second.code, 506);
  EXPECT_EQ(second.session.leg, leg_id{}) << "nothing is told of it";
}

TEST(msrp_register, knows_a_peer_by_its_session_id_alone) {
  const struct {
    const char* name;
    const char* from;
    uint16_t code;
  } rows[] = {
      {"behind NAT", "msrps://198.51.100.20:40000/theirs;tcp", 200},
      {"behind a relay", "msrps://relay.example.com:9/x;tcp msrps://10.0.0.1:9/theirs;tcp", 200},
      {"another id", "msrps://10.0.0.1:9/others;tcp", 481},
      {"the id in another case", "msrps://10.0.0.1:9/THEIRS;tcp", 481},
      {"the id of a relay only", "msrps://10.0.0.1:9/theirs;tcp msrps://10.0.0.1:9/x;tcp", 481},
  };
  for (const auto& row : rows) {
    msrp_register_state sessions(2);
    sessions.expect({session("ours", "theirs")});
    EXPECT_EQ(claim(sessions, {"ours", from(row.from)}).code, row.code) << row.name;
  }
}

TEST(msrp_register, is_not_used_up_by_who_does_not_know_the_peer) {
  msrp_register_state sessions(2);
  sessions.expect({session("ours", "theirs")});
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/guessed;tcp")}).code, 481);
  EXPECT_EQ(claim(sessions, {"ours", {}}).code, 481);
  EXPECT_EQ(claim(sessions, {"", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 481);
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 200);
}

TEST(msrp_register, knows_no_session_that_is_over) {
  msrp_register_state sessions(2);
  sessions.expect({session("ours", "theirs")});
  sessions.forget({"ours"});
  sessions.forget({"never was"});
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 481);
}

TEST(msrp_register, keeps_so_many_sessions_and_no_more) {
  msrp_register_state sessions(2);
  for (const char* id : {"one", "two", "three", "one"}) sessions.expect({session(id, "theirs")});
  const auto theirs = from("msrps://10.0.0.1:9/theirs;tcp");
  EXPECT_EQ(claim(sessions, {"three", theirs}).code, 481);
  EXPECT_EQ(claim(sessions, {"one", theirs}).code, 200);
  sessions.forget({"one"});
  sessions.expect({session("three", "theirs")});
  EXPECT_EQ(claim(sessions, {"three", theirs}).code, 200);
}

/// A claim that waits, and what it is told in the end.
struct early {
  early(msrp_register_state& sessions, const std::string& from_uri) {
    EXPECT_TRUE(sessions.claim({"ours", from(from_uri)}, [this](session_claim c) { code = c.code; }));
    EXPECT_EQ(code, 0);
  }
  uint16_t code = 0;
};

TEST(msrp_register, lets_who_comes_before_the_answer_to_an_offer_wait_for_it) {
  msrp_register_state sessions(2);
  sessions.promise({"ours"});
  const early guest(sessions, "msrps://10.0.0.1:9/guessed;tcp");
  const early peer(sessions, "msrps://10.0.0.1:9/theirs;tcp");
  const early again(sessions, "msrps://10.0.0.1:9/theirs;tcp");
  sessions.expect({session("ours", "theirs")});
  EXPECT_EQ(guest.code, 481);
  EXPECT_EQ(peer.code, 200);
  EXPECT_EQ(again.code, 506);
  sessions.withdraw({"ours"});
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 506)
      << "what was agreed on is no promise any more";
  sessions.promise({"ours"});
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 506) << "nor becomes one";
}

TEST(msrp_register, refuses_who_came_early_when_the_promise_ends) {
  const struct {
    const char* name;
    std::function<void(msrp_register_state&)> end;
  } rows[] = {
      {"withdrawn", [](auto& sessions) { sessions.withdraw({"ours"}); }},
      {"forgotten", [](auto& sessions) { sessions.forget({"ours"}); }},
      {"its time is over", [](auto& sessions) { sessions.end_early({"ours"}); }},
  };
  for (const auto& row : rows) {
    msrp_register_state sessions(2);
    sessions.promise({"ours"});
    const early one(sessions, "msrps://10.0.0.1:9/theirs;tcp");
    row.end(sessions);
    EXPECT_EQ(one.code, 481) << row.name;
  }
}

TEST(msrp_register, lets_so_many_wait_for_an_answer_and_no_more) {
  msrp_register_state sessions(2);
  sessions.promise({"ours"});
  const auto theirs = from("msrps://10.0.0.1:9/theirs;tcp");
  for (size_t i = 0; i < limits::msrp_early_claims; ++i) EXPECT_EQ(claim(sessions, {"ours", theirs}).code, 0);
  EXPECT_EQ(claim(sessions, {"ours", theirs}).code, 481);
}

}  // namespace
}  // namespace confab::actors
