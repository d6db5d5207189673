#include "signaling/conference/chat_room.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace confab::conference {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr leg_id alice{1}, alice_tablet{2}, bob{3}, carol{4};

chatter person(leg_id leg, const std::string& name, bool takes_private = true) {
  const std::string uri = "sip:" + name + "@example.com";
  return {leg,          uri, {}, uri, std::string(1, static_cast<char>(name[0] - 'a' + 'A')) + name.substr(1),
          takes_private};
}

chat_envelope says(const std::string& from, std::vector<std::string> to,
                   const std::string& type = "text/plain") {
  chat_envelope out;
  if (!from.empty()) out.from = chat_address{"Whoever", from};
  for (auto& one : to) out.to.push_back({{}, std::move(one)});
  out.type = type;
  return out;
}

const std::string lunch = "sip:lunch@example.com";
const std::string alice_uri = "sip:alice@example.com";

class chat : public testing::Test {
 protected:
  void SetUp() override {
    room.join(person(alice, "alice"));
    room.join(person(alice_tablet, "alice"));
    room.join(person(bob, "bob"));
    room.join(person(carol, "carol", false));
  }
  [[nodiscard]] chat_route routed(leg_id from, const chat_envelope& what) const {
    const auto way = room.route(from, what);
    EXPECT_TRUE(std::holds_alternative<chat_route>(way));
    return std::holds_alternative<chat_route>(way) ? std::get<chat_route>(way) : chat_route{};
  }
  [[nodiscard]] int refused(leg_id from, const chat_envelope& what) const {
    const auto way = room.route(from, what);
    return std::holds_alternative<chat_refusal>(way) ? std::get<chat_refusal>(way).code : 200;
  }

  chat_room room{room_id{"lunch@example.com"}, {}};
};

TEST_F(chat, public_messages_reach_all_others_once_and_the_senders_other_device) {
  const auto way = routed(alice, says(alice_uri, {lunch}));
  EXPECT_TRUE(way.is_public);
  EXPECT_TRUE(way.is_kept);
  EXPECT_THAT(way.recipients, ElementsAre(alice_tablet, bob, carol));
  EXPECT_EQ(way.from, (chat_address{"Alice", alice_uri}));
  EXPECT_EQ(way.to, (chat_address{"Conference Room", lunch}));
}

TEST_F(chat, what_is_addressed_to_nobody_or_to_several_is_for_the_room) {
  EXPECT_TRUE(routed(alice, says(alice_uri, {})).is_public);
  EXPECT_TRUE(routed(alice, says(alice_uri, {"sip:bob@example.com", "sip:carol@example.com"})).is_public);
  EXPECT_TRUE(routed(alice, says("", {lunch})).is_public);  // without From it is the sender's
}

TEST_F(chat, from_is_compared_as_a_uri_and_a_forged_one_is_refused) {
  EXPECT_EQ(refused(alice, says("sip:alice@EXAMPLE.com;transport=tcp", {lunch})), 200);
  EXPECT_EQ(refused(alice, says("sip:%61lice@example.com", {lunch})), 200);
  EXPECT_EQ(refused(alice, says("sip:Alice@example.com", {lunch})), 403);
  EXPECT_EQ(refused(alice, says("sip:bob@example.com", {lunch})), 403);
  EXPECT_EQ(refused(alice, says("not a uri", {lunch})), 403);
  EXPECT_EQ(refused(leg_id{99}, says(alice_uri, {lunch})), 403);
}

TEST_F(chat, a_verified_identity_may_stand_in_from_and_what_the_room_shows_goes_out) {
  room.join({leg_id{7}, "sip:d@phone.example", "sip:dora@example.com", "sip:dora@example.com", "Dora", true});
  for (const auto* from : {"sip:d@phone.example", "sip:dora@example.com"})
    EXPECT_EQ(routed(leg_id{7}, says(from, {lunch})).from, (chat_address{"Dora", "sip:dora@example.com"}));
}

TEST_F(chat, who_claims_a_verified_name_is_another_user) {
  constexpr leg_id herself{8};
  room.join({herself, alice_uri, alice_uri, alice_uri, "Alice", true});
  EXPECT_EQ(routed(herself, says(alice_uri, {lunch})).from.uri, alice_uri);
  EXPECT_EQ(routed(alice, says(alice_uri, {lunch})).from.uri, alice_uri + ";unverified");
  EXPECT_THAT(routed(bob, says("sip:bob@example.com", {alice_uri})).recipients, ElementsAre(herself));
  EXPECT_THAT(routed(bob, says("sip:bob@example.com", {alice_uri + ";unverified"})).recipients,
              ElementsAre(alice, alice_tablet));
  EXPECT_THAT(routed(herself, says(alice_uri, {"sip:bob@example.com"})).recipients, ElementsAre(bob));
  EXPECT_EQ(room.set_nickname(herself, "Queen"), 200);
  EXPECT_EQ(room.set_nickname(alice, "Queen"), 425);
  room.leave(herself);
  EXPECT_EQ(refused(bob, says("sip:bob@example.com", {alice_uri})), 404) << "meant for who has just left";
  EXPECT_EQ(routed(alice, says(alice_uri, {lunch})).from.uri, alice_uri + ";unverified");
  room.join({herself, alice_uri, alice_uri, alice_uri, "Alice", true});
  EXPECT_THAT(routed(bob, says("sip:bob@example.com", {alice_uri})).recipients, ElementsAre(herself));
}

TEST_F(chat, private_messages_reach_all_devices_of_the_one_and_the_senders_others) {
  const auto way = routed(bob, says("sip:bob@example.com", {"sip:alice@example.com"}));
  EXPECT_FALSE(way.is_public);
  EXPECT_FALSE(way.is_kept);
  EXPECT_FALSE(routed(alice, says(alice_uri, {lunch}, "message/imdn+xml")).is_kept);
  EXPECT_THAT(way.recipients, UnorderedElementsAre(alice, alice_tablet));
  const auto back = routed(alice, says(alice_uri, {"sip:bob@example.com"}));
  EXPECT_THAT(back.recipients, UnorderedElementsAre(alice_tablet, bob));
  EXPECT_EQ(back.to.uri, "sip:bob@example.com");
}

TEST_F(chat, private_messages_to_nobody_and_to_who_takes_none_are_refused) {
  EXPECT_EQ(refused(alice, says(alice_uri, {"sip:zoe@example.com"})), 404);
  EXPECT_EQ(refused(alice, says(alice_uri, {"sip:carol@example.com"})), 428);
  EXPECT_EQ(refused(alice_tablet, says(alice_uri, {"tel:+1234"})), 404);
  chat_room strict(room_id{"lunch@example.com"}, {{}, true, false});
  strict.join(person(alice, "alice"));
  strict.join(person(bob, "bob"));
  const auto way = strict.route(alice, says(alice_uri, {"sip:bob@example.com"}));
  EXPECT_EQ(std::get<chat_refusal>(way).code, 403);
}

TEST_F(chat, that_somebody_types_is_passed_on_but_not_kept_and_in_private_for_the_one_alone) {
  const std::string type(composing_type);
  const auto open = routed(alice, says(alice_uri, {lunch}, type));
  EXPECT_THAT(open.recipients, ElementsAre(alice_tablet, bob, carol));
  EXPECT_FALSE(open.is_kept);
  EXPECT_THAT(routed(alice, says(alice_uri, {"sip:bob@example.com"}, type)).recipients, ElementsAre(bob));
}

TEST_F(chat, types_that_are_no_chat_are_refused_unless_configured) {
  const struct {
    const char* type;
    int code;
  } rows[] = {{"text/html", 200},
              {"image/png", 200},
              {"message/imdn+xml", 200},
              {"application/octet-stream", 415},
              {"application/x-poll", 415}};
  for (const auto& row : rows)
    EXPECT_EQ(refused(alice, says(alice_uri, {lunch}, row.type)), row.code) << row.type;
  chat_room open(room_id{"lunch@example.com"}, {{"application/x-poll"}, true, true});
  open.join(person(alice, "alice"));
  EXPECT_TRUE(
      std::holds_alternative<chat_route>(open.route(alice, says(alice_uri, {lunch}, "application/x-poll"))));
}

TEST_F(chat, a_nickname_is_what_others_see_and_can_be_cleared) {
  EXPECT_EQ(room.set_nickname(bob, "The Builder"), 200);
  EXPECT_EQ(routed(bob, says("sip:bob@example.com", {lunch})).from.name, "The Builder");
  EXPECT_EQ(room.set_nickname(bob, ""), 200);
  EXPECT_EQ(room.name_of(bob), "Bob");
}

TEST_F(chat, a_nickname_belongs_to_one_person_whose_devices_may_share_it) {
  EXPECT_EQ(room.set_nickname(alice, "Al"), 200);
  EXPECT_EQ(room.set_nickname(alice_tablet, "al"), 200);
  EXPECT_EQ(room.set_nickname(bob, " AL "), 425);
  room.leave(alice);
  EXPECT_EQ(room.set_nickname(bob, "Al"), 425);
  room.leave(alice_tablet);
  EXPECT_EQ(room.set_nickname(bob, "Al"), 200);
}

TEST_F(chat, nobody_goes_by_the_name_of_another_or_of_the_room) {
  EXPECT_EQ(room.set_nickname(bob, "Carol"), 425);
  EXPECT_EQ(room.set_nickname(bob, "conference room"), 425);
  EXPECT_EQ(room.set_nickname(carol, "Carol"), 200);
}

TEST_F(chat, a_display_name_that_looks_like_the_nickname_of_another_is_not_shown) {
  EXPECT_EQ(room.set_nickname(alice, "Queen"), 200);
  for (const char* name :
       {"queen", "Q\u200bueen", "\u202eQueen", "Queen\n", "Conference\u00adRoom", "Conference \u200b Room"}) {
    auto impostor = person(bob, "bob");
    impostor.display_name = name;
    room.join(impostor);
    EXPECT_EQ(room.name_of(bob), name == std::string("Conference\u00adRoom") ? name : "") << name;
  }
}

TEST_F(chat, what_cannot_be_a_nickname_is_refused) {
  for (const std::string& name :
       {std::string("   "), std::string("a\nb"), std::string("\xff"), std::string(65, 'x')})
    EXPECT_EQ(room.set_nickname(bob, name), 424) << name;
  EXPECT_EQ(room.set_nickname(leg_id{99}, "Al"), 403);
  chat_room strict(room_id{"lunch@example.com"}, {{}, false, true});
  strict.join(person(alice, "alice"));
  EXPECT_EQ(strict.set_nickname(alice, "Al"), 403);
}

TEST_F(chat, who_left_hears_nothing) {
  room.leave(bob);
  EXPECT_THAT(routed(alice, says(alice_uri, {lunch})).recipients, ElementsAre(alice_tablet, carol));
  EXPECT_EQ(refused(alice, says(alice_uri, {"sip:bob@example.com"})), 404);
  EXPECT_EQ(room.size(), 3U);
  room.leave(bob);
}

TEST_F(chat, types_may_be_named_as_a_whole_kind_or_as_all) {
  const struct {
    const char* configured;
    const char* type;
    bool passes;
  } rows[] = {{"audio/*", "audio/ogg", true},
              {"audio/*", "audiology/x", false},
              {"audio/*", "audio/", false},
              {"Application/JSON", "application/json", true},
              {"application/json", "application/jsonx", false},
              {"*", "application/octet-stream", true}};
  for (const auto& row : rows) {
    chat_room open(room_id{"lunch@example.com"}, {{row.configured}, true, true});
    open.join(person(alice, "alice"));
    const auto way = open.route(alice, says(alice_uri, {lunch}, row.type));
    EXPECT_EQ(std::holds_alternative<chat_route>(way), row.passes) << row.configured << " " << row.type;
  }
  EXPECT_EQ(chat_room(room_id{"l@e"}, {{"audio/*", "*"}, true, true}).accepted_types(),
            "message/cpim, text/*, image/*, application/im-iscomposing+xml, message/imdn+xml, audio/*, */*");
}

chatter phone(leg_id leg, const std::string& name, bool takes_messages, const std::string& accepts = {}) {
  auto who = person(leg, name, false);
  who.link = chat_link::none;
  who.takes_messages = takes_messages;
  who.accepts = accepts;
  return who;
}

TEST_F(chat, phones_without_a_stream_get_text_and_what_else_they_name) {
  constexpr leg_id dora{10}, emil{11}, fred{12};
  room.join(phone(dora, "dora", true));
  room.join(phone(emil, "emil", true, "application/sdp, text/html;q=0.5, IMAGE/*"));
  room.join(phone(fred, "fred", false, "text/plain"));
  const struct {
    const char* type;
    std::vector<leg_id> phones;
  } rows[] = {{"text/plain", {dora, emil}}, {"text/html", {emil}}, {"image/png", {emil}}, {"text/csv", {}}};
  for (const auto& row : rows) {
    const auto way = routed(alice, says(alice_uri, {lunch}, row.type));
    EXPECT_EQ(way.phones, row.phones) << row.type;
    EXPECT_THAT(way.recipients, ElementsAre(alice_tablet, bob, carol));
  }
  EXPECT_THAT(routed(dora, says("", {})).phones, ElementsAre(emil)) << "not to itself";
  EXPECT_THAT(routed(alice, says(alice_uri, {"sip:dora@example.com"})).phones, ElementsAre(dora));
  EXPECT_EQ(refused(alice, says(alice_uri, {"sip:dora@example.com"}, "text/html")), 428);
  EXPECT_EQ(refused(alice, says(alice_uri, {"sip:fred@example.com"})), 428) << "it is here, and has no chat";
  room.join(phone(fred, "fred", true, "*/*, *"));
  EXPECT_THAT(routed(alice, says(alice_uri, {lunch}, "text/html")).phones, ElementsAre(emil))
      << "a word for everything is none for messages";
}

TEST_F(chat, a_stream_takes_the_place_of_messages_from_when_it_is_awaited) {
  constexpr leg_id dora{10};
  room.join(phone(dora, "dora", true));
  EXPECT_TRUE(room.is_reached_by_phone(dora));
  room.link(dora, chat_link::awaited, false);
  EXPECT_FALSE(room.is_reached_by_phone(dora));
  EXPECT_THAT(routed(alice, says(alice_uri, {lunch})).phones, IsEmpty());
  EXPECT_EQ(refused(alice, says(alice_uri, {"sip:dora@example.com"})), 428);
  room.link(dora, chat_link::up, true);
  EXPECT_THAT(routed(alice, says(alice_uri, {"sip:dora@example.com"})).recipients,
              UnorderedElementsAre(alice_tablet, dora));
  room.link(dora, chat_link::none, false);
  EXPECT_THAT(routed(alice, says(alice_uri, {lunch})).phones, ElementsAre(dora));
  EXPECT_FALSE(room.is_reached_by_phone(leg_id{99}));
}

TEST_F(chat, a_name_is_nobody_elses_because_it_stands_in_a_message) {
  constexpr leg_id nameless{20}, newcomer{21};
  ASSERT_EQ(room.set_nickname(bob, "Boss"), 200);
  room.join({nameless, "sip:n@example.com", {}, "sip:n@example.com", {}, true});
  room.link(nameless, chat_link::up, true);
  const auto called = [&](const std::string& name) {
    chat_envelope what = says("sip:n@example.com", {lunch});
    what.from->name = name;
    return routed(nameless, what).from.name;
  };
  EXPECT_EQ(called("Nora"), "Nora");
  EXPECT_EQ(called("boss"), "");
  EXPECT_EQ(called("Alice"), "") << "who is here and has told her name";
  EXPECT_EQ(called("Conference  Room"), "");
  EXPECT_EQ(called("No\nra"), "");
  room.join({newcomer, "sip:m@example.com", {}, "sip:m@example.com", "BOSS", true});
  EXPECT_EQ(room.name_of(newcomer), "");
  room.leave(bob);
  EXPECT_EQ(room.name_of(newcomer), "BOSS");
}

/// Whoever is verified keeps others from its name, though it does not chat.
TEST_F(chat, counts_verified_people_who_have_no_chat) {
  constexpr leg_id herself{10}, her_phone{11};
  for (const leg_id leg : {herself, her_phone}) {
    auto who = phone(leg, "alice", false);
    who.identity = alice_uri;
    room.join(who);
  }
  EXPECT_EQ(routed(alice, says(alice_uri, {lunch})).from.uri, alice_uri + ";unverified");
  EXPECT_EQ(refused(bob, says("sip:bob@example.com", {alice_uri})), 428) << "not to who claims her name";
  room.leave(herself);
  EXPECT_EQ(routed(alice, says(alice_uri, {lunch})).from.uri, alice_uri + ";unverified");
  room.leave(her_phone);
  EXPECT_EQ(routed(alice, says(alice_uri, {lunch})).from.uri, alice_uri + ";unverified") << "she may be back";
}

TEST_F(chat, anonymous_people_are_told_apart_by_what_the_room_shows) {
  for (const uint64_t n : {8, 9})
    room.join({leg_id{n},
               "sip:anonymous@anonymous.invalid",
               {},
               "sip:anonymous-" + std::to_string(n) + "@anonymous.invalid",
               {},
               true});
  const auto way = routed(alice, says(alice_uri, {"sip:anonymous-8@anonymous.invalid"}));
  EXPECT_THAT(way.recipients, UnorderedElementsAre(leg_id{8}, alice_tablet));
  EXPECT_EQ(routed(leg_id{8}, says("sip:anonymous@anonymous.invalid", {lunch})).from.uri,
            "sip:anonymous-8@anonymous.invalid");
}

}  // namespace
}  // namespace confab::conference
