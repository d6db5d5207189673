#include "signaling/conference/room_picture.hpp"

#include <tuple>

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

constexpr leg_id first{1}, second{2}, third{3};

attendee at(leg_id leg, const std::string& name, const std::string& contact = {}) {
  attendee who;
  who.leg = leg;
  who.uri = "sip:" + name + "@example.com";
  who.display_name = name;
  who.contact = contact.empty() ? "sip:" + name + "@192.0.2." + to_string(leg) : contact;
  who.since = "2026-11-24T09:00:00Z";
  who.has_audio = true;
  return who;
}

class a_picture : public ::testing::Test {
 protected:
  a_picture()
      : picture_([] {
          room_info room;
          room.entity = "sip:lunch@example.com";
          return room;
        }()) {}
  std::vector<user_info> users() {
    std::vector<user_info> out;
    for (const user_info* user : picture_.users()) out.push_back(*user);
    return out;
  }
  std::vector<std::string> entities() {
    std::vector<std::string> out;
    for (const user_info* user : picture_.users()) out.push_back(user->entity);
    return out;
  }
  room_picture picture_;
};

TEST_F(a_picture, is_empty_and_inactive_at_first) {
  EXPECT_TRUE(users().empty());
  EXPECT_EQ(picture_.room().user_count, 0U);
  EXPECT_FALSE(picture_.room().active);
}

TEST_F(a_picture, shows_two_phones_of_one_uri_as_endpoints_of_one_user) {
  picture_.show(at(first, "ann"));
  picture_.show(at(second, "ann"));
  picture_.show(at(third, "bob"));
  ASSERT_EQ(users().size(), 2U);
  EXPECT_EQ(users()[0].endpoints.size(), 2U);
  EXPECT_EQ(users()[0].roles, std::vector<std::string>{"participant"});
  EXPECT_EQ(picture_.room().user_count, 2U);
  EXPECT_TRUE(picture_.room().active);
}

TEST_F(a_picture, tells_endpoints_apart_that_name_one_contact) {
  picture_.show(at(first, "ann", "sip:ann@10.0.0.1"));
  picture_.show(at(second, "ann", "sip:ann@10.0.0.1"));
  ASSERT_EQ(users()[0].endpoints.size(), 2U);
  EXPECT_NE(users()[0].endpoints[0].entity, users()[0].endpoints[1].entity);
}

/// A nickname that is cleared leaves nothing behind; a phone that has no name takes none from the other.
TEST_F(a_picture, calls_a_user_as_its_endpoints_are_called) {
  auto tablet = at(first, "ann");
  tablet.display_name = "";
  picture_.show(tablet);
  EXPECT_EQ(users()[0].display_text, "");
  tablet.display_name = "Queen";
  picture_.show(tablet);
  EXPECT_EQ(users()[0].display_text, "Queen");
  tablet.display_name = "";
  picture_.show(tablet);
  EXPECT_EQ(users()[0].display_text, "");
  picture_.show(at(second, "ann"));
  EXPECT_EQ(users()[0].display_text, "ann");
  picture_.show(tablet);
  EXPECT_EQ(users()[0].display_text, "ann");
}

/// RFC 3323.
TEST_F(a_picture, never_merges_callers_who_hide_who_they_are) {
  for (const leg_id leg : {first, second}) {
    auto who = at(leg, "x");
    who.uri = "sip:anonymous@anonymous.invalid";
    picture_.show(who);
  }
  EXPECT_EQ(users().size(), 2U);
}

TEST_F(a_picture, shows_the_screen_that_a_user_shared_first_until_it_does_not) {
  picture_.show(at(first, "ann"));
  picture_.show(at(second, "ann"));
  (void)picture_.take_changes();
  picture_.share_screen(second, "https://web/2");
  EXPECT_EQ(users()[0].screen_image_url, "https://web/2");
  EXPECT_EQ(picture_.take_changes().changed.size(), 1U);
  picture_.share_screen(first, "https://web/1");
  EXPECT_EQ(users()[0].screen_image_url, "https://web/2");
  EXPECT_FALSE(picture_.has_changes());
  picture_.share_screen(second, {});
  EXPECT_EQ(users()[0].screen_image_url, "https://web/1");
  picture_.drop(first);
  EXPECT_EQ(users()[0].screen_image_url, "") << "it went with its phone";
  picture_.share_screen(third, "https://web/3");  // nobody
}

TEST_F(a_picture, shows_hold_and_mute_in_the_status_and_in_the_media) {
  auto who = at(first, "ann");
  who.status = endpoint_status::on_hold;
  picture_.show(who);
  EXPECT_EQ(users()[0].endpoints[0].media[0].status, media_status::inactive);
  who.status = endpoint_status::muted_via_focus;
  picture_.show(who);
  EXPECT_EQ(users()[0].endpoints[0].status, endpoint_status::muted_via_focus);
  EXPECT_EQ(users()[0].endpoints[0].media[0].status, media_status::recvonly);
  EXPECT_EQ(picture_.room().user_count, 1U);
  ASSERT_EQ(users()[0].endpoints.size(), 1U);
}

/// RFC 4575 §5.8.5, as the participant sees it.
TEST_F(a_picture, shows_the_deaf_by_their_media) {
  const std::tuple<endpoint_status, bool, media_status> rows[] = {
      {endpoint_status::connected, false, media_status::sendrecv},
      {endpoint_status::connected, true, media_status::sendonly},
      {endpoint_status::muted_via_focus, false, media_status::recvonly},
      {endpoint_status::muted_via_focus, true, media_status::inactive},
      {endpoint_status::on_hold, true, media_status::inactive},
  };
  auto who = at(first, "ann");
  for (const auto& [status, deaf, shown] : rows) {
    who.status = status;
    who.deaf = deaf;
    picture_.show(who);
    EXPECT_EQ(users()[0].endpoints[0].media[0].status, shown) << static_cast<int>(status) << deaf;
    EXPECT_EQ(users()[0].endpoints[0].status, status);
  }
}

TEST_F(a_picture, does_not_count_those_whom_it_only_calls) {
  auto who = at(first, "ann");
  who.status = endpoint_status::alerting;
  who.since.clear();
  who.has_audio = false;
  picture_.show(who);
  EXPECT_EQ(picture_.room().user_count, 0U);
  EXPECT_FALSE(users()[0].endpoints[0].joined_by);
  EXPECT_TRUE(users()[0].endpoints[0].media.empty());
  picture_.show(at(first, "ann"));
  EXPECT_EQ(picture_.room().user_count, 1U);
  EXPECT_EQ(users()[0].endpoints.size(), 1U);
}

TEST_F(a_picture, moves_a_leg_to_the_uri_it_answers_by) {
  auto who = at(first, "group");
  who.status = endpoint_status::alerting;
  picture_.show(who);
  picture_.show(at(first, "ann"));
  ASSERT_EQ(users().size(), 1U);
  EXPECT_EQ(users()[0].entity, "sip:ann@example.com");
  const auto changes = picture_.take_changes();
  EXPECT_EQ(changes.deleted, std::vector<std::string>{"sip:group@example.com"});
}

TEST_F(a_picture, lists_who_left_until_it_is_swept) {
  picture_.show(at(first, "ann"));
  picture_.show(at(second, "bob"));
  picture_.depart(first, disconnection_method::failed, {"2026-11-24T10:00:00Z", "no route", ""});
  ASSERT_EQ(users().size(), 2U);
  EXPECT_EQ(users()[0].endpoints[0].status, endpoint_status::disconnected);
  EXPECT_EQ(users()[0].endpoints[0].left_by, disconnection_method::failed);
  EXPECT_EQ(users()[0].endpoints[0].disconnection_info->reason, "no route");
  EXPECT_EQ(picture_.room().user_count, 1U);
  picture_.depart(first, disconnection_method::departed, {});
  EXPECT_EQ(users()[0].endpoints[0].left_by, disconnection_method::failed) << "one leaves once";
  (void)picture_.take_changes();
  EXPECT_TRUE(picture_.sweep());
  EXPECT_FALSE(picture_.sweep());
  ASSERT_EQ(users().size(), 1U);
  EXPECT_EQ(picture_.take_changes().deleted, std::vector<std::string>{"sip:ann@example.com"});
}

TEST_F(a_picture, notes_each_change_once) {
  picture_.show(at(first, "ann"));
  EXPECT_TRUE(picture_.has_changes());
  auto changes = picture_.take_changes();
  EXPECT_TRUE(changes.description) << "the count";
  ASSERT_EQ(changes.changed.size(), 1U);
  EXPECT_FALSE(picture_.has_changes());
  picture_.lock(true);
  changes = picture_.take_changes();
  EXPECT_TRUE(changes.description);
  EXPECT_TRUE(changes.changed.empty());
  picture_.lock(true);
  EXPECT_FALSE(picture_.has_changes());
  picture_.drop(third);
  picture_.depart(third, disconnection_method::departed, {});
  EXPECT_FALSE(picture_.has_changes()) << "nobody knows that leg";
}

TEST_F(a_picture, takes_a_deletion_back_when_the_user_comes_again) {
  picture_.show(at(first, "ann"));
  (void)picture_.take_changes();
  picture_.drop(first);
  picture_.show(at(second, "ann"));
  const auto changes = picture_.take_changes();
  EXPECT_TRUE(changes.deleted.empty());
  ASSERT_EQ(changes.changed.size(), 1U);
  EXPECT_EQ(changes.changed[0]->endpoints.size(), 1U);
}

TEST_F(a_picture, neither_counts_nor_calls_connected_who_waits_for_admission) {
  auto who = at(first, "ann");
  who.status = endpoint_status::pending;
  who.since.clear();
  picture_.show(who);
  EXPECT_EQ(picture_.room().user_count, 0U);
  EXPECT_FALSE(picture_.room().active);
  EXPECT_EQ(users()[0].endpoints[0].media[0].status, media_status::inactive);
  picture_.show(at(first, "ann"));
  EXPECT_EQ(picture_.room().user_count, 1U);
}

TEST_F(a_picture, counts_whom_it_hangs_up_on_until_that_is_gone) {
  auto who = at(first, "ann");
  picture_.show(who);
  who.status = endpoint_status::disconnecting;
  picture_.show(who);
  (void)picture_.take_changes();
  EXPECT_EQ(users()[0].endpoints[0].status, endpoint_status::disconnecting);
  EXPECT_EQ(users()[0].endpoints[0].media[0].status, media_status::inactive);
  EXPECT_EQ(picture_.room().user_count, 1U);
  picture_.depart(first, disconnection_method::booted, {});
  EXPECT_EQ(picture_.room().user_count, 0U);
}

TEST_F(a_picture, tells_of_disconnecting_even_where_the_end_follows_at_once) {
  auto who = at(first, "ann");
  picture_.show(who);
  (void)picture_.take_changes();
  who.status = endpoint_status::disconnecting;
  picture_.show(who);
  picture_.depart(first, disconnection_method::booted, {"2026-11-24T10:00:00Z", "enough", ""});
  EXPECT_EQ(users()[0].endpoints[0].status, endpoint_status::disconnecting);
  EXPECT_EQ(picture_.room().user_count, 0U) << "it is not counted any more";
  EXPECT_EQ(picture_.take_changes().changed.size(), 1U);
  EXPECT_TRUE(picture_.sweep());
  EXPECT_EQ(users()[0].endpoints[0].status, endpoint_status::disconnected);
  EXPECT_EQ(users()[0].endpoints[0].disconnection_info->reason, "enough");
  EXPECT_EQ(picture_.take_changes().changed.size(), 1U);
  EXPECT_TRUE(picture_.sweep());
  EXPECT_TRUE(users().empty());
  EXPECT_EQ(picture_.room().user_count, 0U);
  EXPECT_FALSE(picture_.sweep());
}

TEST_F(a_picture, drops_whom_it_has_not_told_the_end_of) {
  auto who = at(first, "ann");
  who.status = endpoint_status::disconnecting;
  picture_.show(who);
  picture_.depart(first, disconnection_method::booted, {});
  picture_.show(at(first, "ann"));
  EXPECT_EQ(picture_.room().user_count, 1U) << "it came back";
  picture_.drop(first);
  EXPECT_EQ(picture_.room().user_count, 0U);
  EXPECT_FALSE(picture_.sweep());
}

TEST_F(a_picture, counts_a_user_while_one_of_its_endpoints_is_in) {
  auto phone = at(second, "ann");
  picture_.show(at(first, "ann"));
  picture_.show(phone);
  phone.status = endpoint_status::on_hold;
  picture_.show(phone);
  picture_.depart(first, disconnection_method::departed, {});
  EXPECT_EQ(picture_.room().user_count, 1U);
  EXPECT_TRUE(picture_.sweep());
  EXPECT_EQ(picture_.room().user_count, 1U);
  picture_.drop(second);
  EXPECT_EQ(picture_.room().user_count, 0U);
  EXPECT_TRUE(users().empty());
}

TEST_F(a_picture, keeps_the_order_of_those_who_stay) {
  for (uint64_t leg = 1; leg <= 6; ++leg) picture_.show(at(leg_id{leg}, "user" + std::to_string(leg)));
  for (const uint64_t leg : {1, 4, 6}) picture_.drop(leg_id{leg});
  picture_.show(at(leg_id{7}, "user1"));
  EXPECT_EQ(entities(), (std::vector<std::string>{"sip:user2@example.com", "sip:user3@example.com",
                                                  "sip:user5@example.com", "sip:user1@example.com"}));
}

TEST_F(a_picture, shows_label_and_source_of_the_audio) {
  auto who = at(first, "ann");
  who.label = "desk";
  who.ssrc = 0x1234;
  picture_.show(who);
  const auto audio = users()[0].endpoints[0].media[0];
  EXPECT_EQ(audio.label, "desk");
  EXPECT_EQ(audio.src_id, 0x1234U);
}

TEST_F(a_picture, shows_a_chat_beside_the_audio_and_alone) {
  const auto media_of = [&] {
    std::vector<std::string> out;
    const auto all = users();
    for (const auto& one : all[0].endpoints[0].media) out.push_back(one.id + " " + one.type);
    return out;
  };
  auto who = at(first, "ann");
  who.has_chat = true;
  picture_.show(who);
  EXPECT_EQ(media_of(), (std::vector<std::string>{"1 audio", "1-chat message"}));
  EXPECT_EQ(users()[0].endpoints[0].media[1].status, media_status::sendrecv);
  who.has_audio = false;
  picture_.show(who);
  EXPECT_EQ(media_of(), std::vector<std::string>{"1-chat message"});
  who.has_chat = false;
  picture_.show(who);
  EXPECT_TRUE(media_of().empty());
}

TEST_F(a_picture, notes_a_new_subject_and_not_the_same_again) {
  (void)picture_.take_changes();
  picture_.set_subject("budget");
  EXPECT_EQ(picture_.room().subject, "budget");
  EXPECT_TRUE(picture_.has_changes());
  (void)picture_.take_changes();
  picture_.set_subject("budget");
  EXPECT_FALSE(picture_.has_changes());
}

attendee vouched_for(leg_id leg, const std::string& name) {
  auto who = at(leg, name);
  who.identity = who.uri;
  return who;
}

const std::string ann_herself = "sip:ann@example.com";
const std::string says_ann = "sip:ann@example.com;unverified";

/// Decision 019: who came first makes no difference.
TEST_F(a_picture, never_merges_who_claims_a_verified_name) {
  for (const bool she_is_first : {true, false}) {
    if (she_is_first) picture_.show(vouched_for(first, "ann"));
    auto impostor = at(second, "ann");
    impostor.uri = "sip:ann@EXAMPLE.com";
    picture_.show(impostor);
    picture_.show(at(third, "ann"));
    if (!she_is_first) picture_.show(vouched_for(first, "ann"));
    ASSERT_EQ(users().size(), 2U);
    const auto listed = users();
    const auto& herself = listed[she_is_first ? 0 : 1];
    const auto& others = listed[she_is_first ? 1 : 0];
    EXPECT_EQ(herself.entity, ann_herself);
    EXPECT_EQ(herself.endpoints.size(), 1U);
    EXPECT_EQ(others.entity, "sip:ann@EXAMPLE.com;unverified");
    EXPECT_EQ(others.endpoints.size(), 2U) << "they are one user as they always were";
    EXPECT_EQ(picture_.room().user_count, 2U);
    for (const leg_id leg : {first, second, third}) picture_.drop(leg);
  }
}

TEST_F(a_picture, renames_who_claims_a_name_when_its_owner_comes_and_goes) {
  picture_.show(at(second, "ann"));
  (void)picture_.take_changes();
  picture_.show(vouched_for(first, "ann"));
  auto changes = picture_.take_changes();
  EXPECT_TRUE(changes.deleted.empty()) << "her entity goes on, as somebody else";
  ASSERT_EQ(changes.changed.size(), 2U);
  EXPECT_EQ(changes.changed[0]->entity, says_ann);
  EXPECT_EQ(changes.changed[1]->entity, ann_herself);
  picture_.drop(first);
  changes = picture_.take_changes();
  EXPECT_EQ(changes.deleted, std::vector<std::string>{says_ann});
  ASSERT_EQ(changes.changed.size(), 1U);
  EXPECT_EQ(changes.changed[0]->entity, ann_herself);
  EXPECT_EQ(entities(), std::vector<std::string>{ann_herself});
}

TEST_F(a_picture, leaves_the_owner_her_name_when_the_other_goes) {
  picture_.show(vouched_for(first, "ann"));
  picture_.show(at(second, "ann"));
  picture_.drop(second);
  EXPECT_EQ(entities(), std::vector<std::string>{ann_herself});
  EXPECT_EQ(picture_.take_changes().deleted, std::vector<std::string>{says_ann});
}

TEST_F(a_picture, moves_a_leg_that_is_verified_later) {
  picture_.show(at(first, "ann"));
  picture_.show(at(second, "ann"));
  picture_.show(vouched_for(first, "ann"));
  EXPECT_EQ(entities(), (std::vector<std::string>{says_ann, ann_herself}));
  EXPECT_EQ(picture_.room().user_count, 2U);
}

TEST_F(a_picture, hides_who_is_verified_and_wants_privacy) {
  auto who = vouched_for(first, "ann");
  who.uri = "sip:anonymous@anonymous.invalid";
  picture_.show(who);
  picture_.show(vouched_for(second, "ann"));
  EXPECT_EQ(entities(), (std::vector<std::string>{"sip:anonymous-1@anonymous.invalid", ann_herself}));
}

}  // namespace
}  // namespace confab::conference
