#include "actors/msrp_register.hpp"

#include <functional>
#include <map>

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
session_claim claim(session_table& sessions, const claim_session& m) {
  return sessions.claim(m).value_or(session_claim{0});
}

TEST(msrp_register, gives_a_session_to_the_first_who_claims_it) {
  session_table sessions(2);
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
    session_table sessions(2);
    sessions.expect({session("ours", "theirs")});
    EXPECT_EQ(claim(sessions, {"ours", from(row.from)}).code, row.code) << row.name;
  }
}

TEST(msrp_register, is_not_used_up_by_who_does_not_know_the_peer) {
  session_table sessions(2);
  sessions.expect({session("ours", "theirs")});
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/guessed;tcp")}).code, 481);
  EXPECT_EQ(claim(sessions, {"ours", {}}).code, 481);
  EXPECT_EQ(claim(sessions, {"", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 481);
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 200);
}

TEST(msrp_register, knows_no_session_that_is_over) {
  session_table sessions(2);
  sessions.expect({session("ours", "theirs")});
  sessions.forget({"ours"});
  sessions.forget({"never was"});
  EXPECT_EQ(claim(sessions, {"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 481);
}

TEST(msrp_register, keeps_so_many_sessions_and_no_more) {
  session_table sessions(2);
  for (const char* id : {"one", "two", "three", "one"}) sessions.expect({session(id, "theirs")});
  const auto theirs = from("msrps://10.0.0.1:9/theirs;tcp");
  EXPECT_EQ(claim(sessions, {"three", theirs}).code, 481);
  EXPECT_EQ(claim(sessions, {"one", theirs}).code, 200);
  sessions.forget({"one"});
  sessions.expect({session("three", "theirs")});
  EXPECT_EQ(claim(sessions, {"three", theirs}).code, 200);
}

const char* const theirs = "msrps://10.0.0.1:9/theirs;tcp";

/// What each claimant is told, by claimant.
std::map<uint64_t, uint16_t> told(const session_table::answers& answers) {
  std::map<uint64_t, uint16_t> out;
  for (const auto& one : answers) out.emplace(one.claimant, one.claim.code);
  return out;
}
using codes = std::map<uint64_t, uint16_t>;

TEST(msrp_register, lets_who_comes_before_the_answer_to_an_offer_wait_for_it) {
  session_table sessions(2);
  sessions.promise({"ours"});
  uint64_t claimant = 0;
  for (const char* who : {"msrps://10.0.0.1:9/guessed;tcp", theirs, theirs})
    EXPECT_EQ(claim(sessions, {"ours", from(who), ++claimant}).code, 0);
  EXPECT_EQ(told(sessions.expect({session("ours", "theirs")})), (codes{{1, 481}, {2, 200}, {3, 506}}));
  EXPECT_EQ(told(sessions.withdraw({"ours"})), codes{});
  EXPECT_EQ(claim(sessions, {"ours", from(theirs)}).code, 506) << "what was agreed on is no promise any more";
  sessions.promise({"ours"});
  EXPECT_EQ(claim(sessions, {"ours", from(theirs)}).code, 506) << "nor becomes one";
}

TEST(msrp_register, lets_nobody_wait_who_has_others_behind_it) {
  session_table sessions(2);
  sessions.promise({"ours"});
  EXPECT_EQ(claim(sessions, {"ours", from(theirs), 1, false}).code, 481);
  (void)sessions.expect({session("ours", "theirs")});
  EXPECT_EQ(claim(sessions, {"ours", from(theirs), 1, false}).code, 200);
}

TEST(msrp_register, refuses_who_came_early_when_the_promise_ends) {
  const struct {
    const char* name;
    std::function<session_table::answers(session_table&)> end;
  } rows[] = {
      {"withdrawn", [](auto& sessions) { return sessions.withdraw({"ours"}); }},
      {"forgotten", [](auto& sessions) { return sessions.forget({"ours"}); }},
      {"its time is over",
       [](auto& sessions) {
         return sessions.give_up({"ours", 7, true});
       }},
  };
  for (const auto& row : rows) {
    session_table sessions(2);
    sessions.promise({"ours"});
    EXPECT_EQ(claim(sessions, {"ours", from(theirs), 7}).code, 0);
    EXPECT_EQ(told(row.end(sessions)), (codes{{7, 481}})) << row.name;
  }
}

TEST(msrp_register, gives_nothing_to_a_connection_that_is_over) {
  session_table sessions(2);
  sessions.promise({"ours"});
  for (const uint64_t claimant : {1, 2}) (void)claim(sessions, {"ours", from(theirs), claimant});
  (void)sessions.give_up({"ours", 1});
  EXPECT_EQ(told(sessions.expect({session("ours", "theirs")})), (codes{{2, 200}})) << "the first is gone";
  (void)sessions.give_up({"ours", 1});
  EXPECT_EQ(claim(sessions, {"ours", from(theirs), 3}).code, 506) << "another has it";
  EXPECT_EQ(told(sessions.give_up({"ours", 2, true})), codes{}) << "its claim was answered in time";
  EXPECT_EQ(claim(sessions, {"ours", from(theirs), 3}).code, 506);
  (void)sessions.give_up({"ours", 2});
  EXPECT_EQ(claim(sessions, {"ours", from(theirs), 3}).code, 200) << "it went before it heard that it has it";
}

TEST(msrp_register, lets_so_many_wait_for_an_answer_and_no_more) {
  session_table sessions(2);
  sessions.promise({"ours"});
  for (size_t i = 0; i < limits::msrp_early_claims; ++i)
    EXPECT_EQ(claim(sessions, {"ours", from(theirs), i}).code, 0);
  EXPECT_EQ(claim(sessions, {"ours", from(theirs), 99}).code, 481);
}

}  // namespace
}  // namespace confab::actors
