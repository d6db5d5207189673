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
  const std::vector<user_info>& users() { return picture_.info().users; }
  room_picture picture_;
};

TEST_F(a_picture, is_empty_and_inactive_at_first) {
  EXPECT_TRUE(users().empty());
  EXPECT_EQ(picture_.info().room.user_count, 0U);
  EXPECT_FALSE(picture_.info().room.active);
}

TEST_F(a_picture, shows_two_phones_of_one_uri_as_endpoints_of_one_user) {
  picture_.show(at(first, "ann"));
  picture_.show(at(second, "ann"));
  picture_.show(at(third, "bob"));
  ASSERT_EQ(users().size(), 2U);
  EXPECT_EQ(users()[0].endpoints.size(), 2U);
  EXPECT_EQ(users()[0].roles, std::vector<std::string>{"participant"});
  EXPECT_EQ(picture_.info().room.user_count, 2U);
  EXPECT_TRUE(picture_.info().room.active);
}

TEST_F(a_picture, tells_endpoints_apart_that_name_one_contact) {
  picture_.show(at(first, "ann", "sip:ann@10.0.0.1"));
  picture_.show(at(second, "ann", "sip:ann@10.0.0.1"));
  ASSERT_EQ(users()[0].endpoints.size(), 2U);
  EXPECT_NE(users()[0].endpoints[0].entity, users()[0].endpoints[1].entity);
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

TEST_F(a_picture, shows_hold_and_mute_in_the_status_and_in_the_media) {
  auto who = at(first, "ann");
  who.status = endpoint_status::on_hold;
  picture_.show(who);
  EXPECT_EQ(users()[0].endpoints[0].media[0].status, media_status::inactive);
  who.status = endpoint_status::muted_via_focus;
  picture_.show(who);
  EXPECT_EQ(users()[0].endpoints[0].status, endpoint_status::muted_via_focus);
  EXPECT_EQ(users()[0].endpoints[0].media[0].status, media_status::recvonly);
  EXPECT_EQ(picture_.info().room.user_count, 1U);
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
  EXPECT_EQ(picture_.info().room.user_count, 0U);
  EXPECT_FALSE(users()[0].endpoints[0].joined_by);
  EXPECT_TRUE(users()[0].endpoints[0].media.empty());
  picture_.show(at(first, "ann"));
  EXPECT_EQ(picture_.info().room.user_count, 1U);
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
  EXPECT_EQ(picture_.info().room.user_count, 1U);
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

}  // namespace
}  // namespace confab::conference
