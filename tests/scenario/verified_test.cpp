#include "tests/scenario/fixture.hpp"

/// Who is verified, and who only says so (decision 019).
namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

constexpr leg_id ann{1}, other{2}, third{3};
constexpr subscription_id wanda{1}, wish_id{2};

const std::string anns_name = "sip:ann@example.com";
const std::string says_ann = "sip:ann@example.com;unverified";

class a_room_with_names : public scenario_test {
 protected:
  void join_as(leg_id leg, const std::string& uri, const std::string& identity = {}) {
    sip::incoming_call offered;
    offered.leg = leg;
    offered.room = room_id{"lunch@host"};
    offered.peer.uri = uri;
    offered.peer.identity = identity;
    offered.peer.contact = "sip:phone@192.0.2.9:" + std::to_string(6'000 + leg.value);
    offered.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    offered.local = socket_address::parse("127.0.0.1", 5060).value();
    offered.sdp = plain_offer;
    tell(offered);
    tell(sip::established{leg, offered.peer});
  }
  void refer(const std::string& target, sip::refer_method method, const std::string& identity) {
    sip::incoming_refer wish;
    wish.id = wish_id;
    wish.room = room_id{"lunch@host"};
    wish.peer.uri = anns_name;
    wish.peer.identity = identity;
    wish.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    wish.target = target;
    wish.method = method;
    caf::anon_send(directory_, refer_news{wish});
    settle();
  }
  void put_out(const std::string& target) { refer(target, sip::refer_method::bye, anns_name); }
  [[nodiscard]] std::string last() const {
    const auto all = watchers_.said_to(wanda);
    return all.empty() ? std::string() : all.back();
  }
  [[nodiscard]] bool shows(const std::string& part) const { return last().find(part) != std::string::npos; }
  [[nodiscard]] std::vector<leg_id> hung_up() const {
    std::vector<leg_id> out;
    for (const auto& asked : control_.log)
      if (asked.what == "hang_up") out.push_back(asked.leg);
    std::sort(out.begin(), out.end());
    return out;
  }
};

TEST_F(a_room_with_names, shows_who_claims_a_verified_name_apart) {
  start();
  join_as(other, anns_name);
  subscribe(wanda, "lunch@host");
  EXPECT_TRUE(shows("<user entity=\"" + anns_name + "\"")) << last();
  join_as(ann, anns_name, anns_name);
  pass(200ms);
  EXPECT_TRUE(shows("<user entity=\"" + anns_name + "\"")) << last();
  EXPECT_TRUE(shows("<user entity=\"" + says_ann + "\"")) << last();
  EXPECT_TRUE(shows("<user-count>2</user-count>")) << last();
  press(ann, "*3");
  EXPECT_EQ(records_.front()->heard[ann].back(), "others-1") << "the list of participants counts the same";
  hang_up(ann);
  pass(200ms);
  EXPECT_TRUE(shows(says_ann)) << "she is still listed, as gone: " << last();
  pass(200ms);
  EXPECT_FALSE(shows(says_ann)) << last();
}

TEST_F(a_room_with_names, puts_out_the_verified_legs_of_a_name) {
  start();
  join_as(other, anns_name);
  join_as(third, anns_name, anns_name);
  join_as(ann, anns_name, anns_name);
  put_out(anns_name);
  EXPECT_EQ(hung_up(), (std::vector<leg_id>{ann, third}));
}

TEST_F(a_room_with_names, puts_out_those_who_claim_a_name_by_theirs) {
  start();
  join_as(other, anns_name);
  join_as(ann, anns_name, anns_name);
  put_out(says_ann);
  EXPECT_EQ(hung_up(), std::vector<leg_id>{other});
  put_out("sip:phone@192.0.2.9:6001");
  EXPECT_EQ(hung_up(), (std::vector<leg_id>{ann, other})) << "a Contact names one endpoint";
}

TEST_F(a_room_with_names, puts_out_everybody_of_a_name_that_nobody_is_verified_under) {
  start();
  join_as(ann, "sip:boss@example.com", anns_name);  // she may ask
  join_as(other, "sip:zoe@example.com");
  join_as(third, "sip:zoe@example.com");
  put_out("sip:zoe@example.com");
  EXPECT_EQ(hung_up(), (std::vector<leg_id>{other, third}));
}

TEST_F(a_room_with_names, lends_no_rights_to_who_only_claims_the_name) {
  start();
  join_as(ann, anns_name, anns_name);
  const auto invite = sip::refer_method::invite;
  refer("sip:carol@example.org", invite, {});
  EXPECT_EQ(refers_.log, std::vector<std::string>{"refuse403"}) << "her name from her address, not verified";
  refer("sip:carol@example.org", invite, anns_name);
  EXPECT_EQ(refers_.log.back(), "accept");
}

TEST_F(a_room_with_names, lends_none_of_an_unverified_leg_to_the_verified_name) {
  start();
  join_as(other, anns_name);
  refer("sip:carol@example.org", sip::refer_method::invite, anns_name);
  EXPECT_EQ(refers_.log, std::vector<std::string>{"refuse403"});
}

}  // namespace
}  // namespace confab::actors::scenario
