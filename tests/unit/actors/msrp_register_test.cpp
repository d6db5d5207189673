#include "actors/msrp_register.hpp"

#include <gtest/gtest.h>

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

TEST(msrp_register, gives_a_session_to_the_first_who_claims_it) {
  msrp_register_state sessions(2);
  sessions.expect({session("ours", "theirs")});
  const auto first = sessions.claim({"ours", from("msrps://192.0.2.9:5/theirs;tcp")});
  EXPECT_EQ(first.code, 200);
  EXPECT_EQ(first.session.leg, leg_id{7});
  const auto second = sessions.claim({"ours", from("msrps://192.0.2.9:5/theirs;tcp")});
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
    EXPECT_EQ(sessions.claim({"ours", from(row.from)}).code, row.code) << row.name;
  }
}

TEST(msrp_register, is_not_used_up_by_who_does_not_know_the_peer) {
  msrp_register_state sessions(2);
  sessions.expect({session("ours", "theirs")});
  EXPECT_EQ(sessions.claim({"ours", from("msrps://10.0.0.1:9/guessed;tcp")}).code, 481);
  EXPECT_EQ(sessions.claim({"ours", {}}).code, 481);
  EXPECT_EQ(sessions.claim({"", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 481);
  EXPECT_EQ(sessions.claim({"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 200);
}

TEST(msrp_register, knows_no_session_that_is_over) {
  msrp_register_state sessions(2);
  sessions.expect({session("ours", "theirs")});
  sessions.forget({"ours"});
  sessions.forget({"never was"});
  EXPECT_EQ(sessions.claim({"ours", from("msrps://10.0.0.1:9/theirs;tcp")}).code, 481);
}

TEST(msrp_register, keeps_so_many_sessions_and_no_more) {
  msrp_register_state sessions(2);
  for (const char* id : {"one", "two", "three", "one"}) sessions.expect({session(id, "theirs")});
  const auto theirs = from("msrps://10.0.0.1:9/theirs;tcp");
  EXPECT_EQ(sessions.claim({"three", theirs}).code, 481);
  EXPECT_EQ(sessions.claim({"one", theirs}).code, 200);
  sessions.forget({"one"});
  sessions.expect({session("three", "theirs")});
  EXPECT_EQ(sessions.claim({"three", theirs}).code, 200);
}

}  // namespace
}  // namespace confab::actors
