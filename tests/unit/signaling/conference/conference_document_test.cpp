#include "signaling/conference/conference_document.hpp"

#include <gtest/gtest.h>

#include "signaling/conference/conference_words.hpp"

namespace confab::conference {
namespace {

/// A room with one of everything.
conference_info rich_room() {
  conference_info info;
  info.room.entity = "sip:lunch@example.com";
  info.room.display_text = "Lunch & <dinner>";
  info.room.subject = "Menu";
  info.room.free_text = "Hosted by Confab";
  info.room.uris = {{"sip:lunch@example.com", "", "participation"},
                    {"tel:+15550100", "by phone", "participation"}};
  info.room.maximum_user_count = 50;
  info.room.files = {{"menu.pdf", "sha-1:49:AD", 151'036, "Ann <sip:ann@example.com>", "OK"}};
  info.room.web_page = "https://example.com/";
  info.room.user_count = 1;
  info.room.locked = true;
  user_info ann;
  ann.entity = "sip:ann@example.com";
  ann.display_text = "Ann \"A\" O'Neil";
  ann.roles = {"participant", "moderator"};
  ann.screen_image_url = "https://example.com/?image=x&token=y";
  endpoint_info phone;
  phone.entity = "sip:ann@192.0.2.1:5060;transport=tcp";
  phone.display_text = "Ann's phone";
  phone.referred = execution_info{"2026-11-24T09:00:00Z", "asked", "sip:bob@example.com"};
  phone.status = endpoint_status::muted_via_focus;
  phone.joined_by = joining_method::dialed_out;
  phone.joining_info = execution_info{"2026-11-24T09:00:05Z", "", ""};
  phone.left_by = disconnection_method::booted;
  phone.disconnection_info = execution_info{"2026-11-24T10:00:00Z", "enough", "sip:bob@example.com"};
  phone.media = {{"1", "audio", "main", 4'294'967'295U, media_status::recvonly},
                 {"2", "message", "", {}, {}}};
  ann.endpoints = {phone};
  info.users = {ann};
  return info;
}

received_document read(const conference_document& document, uint32_t version = 1) {
  auto got = parse_conference_info(with_version(document, version));
  EXPECT_TRUE(got) << document.text;
  return got ? *got : received_document{};
}

TEST(conference_document, says_all_of_a_room_and_is_read_back_as_it_was) {
  const auto info = rich_room();
  const auto got = read(write_full(info, audience::participant), 7);
  EXPECT_EQ(got.version, 7U);
  EXPECT_EQ(got.state, element_state::full);
  EXPECT_EQ(got.entity, "sip:lunch@example.com");
  ASSERT_TRUE(got.room);
  EXPECT_EQ(*got.room, info.room);
  ASSERT_EQ(got.users.size(), 1U);
  EXPECT_EQ(got.users[0].user, info.users[0]);
  EXPECT_EQ(got.users_state, element_state::full);
}

/// RFC 4575 §7 fixes the order of elements; the extensions come behind those of the standard.
TEST(conference_document, has_its_elements_in_the_order_of_the_schema) {
  const auto text = with_version(write_full(rich_room(), audience::participant), 1);
  size_t at = 0;
  for (const char* const next :
       {"<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" "
        "xmlns:agp-conf=\"urn:ag-projects:xml:ns:conference-info\" entity=\"sip:lunch@example.com\" "
        "state=\"full\" version=\"1\">",
        "<conference-description>",
        "<display-text>Lunch &amp; &lt;dinner&gt;</display-text>",
        "<subject>",
        "<free-text>",
        "<conf-uris>",
        "<entry>",
        "<uri>sip:lunch@example.com</uri>",
        "<purpose>participation</purpose>",
        "<display-text>by phone</display-text>",
        "<maximum-user-count>50<",
        "<agp-conf:resources><agp-conf:files><agp-conf:file ",
        "</conference-description>",
        "<host-info><web-page>",
        "<conference-state><user-count>1</user-count><active>true</active><locked>true</locked>",
        "<users state=\"full\">",
        "<user entity=\"sip:ann@example.com\" state=\"full\">",
        "<display-text>",
        "<roles><entry>participant</entry>",
        "<endpoint entity=",
        "<display-text>",
        "<referred><when>",
        "<status>muted-via-focus</status>",
        "<joining-method>dialed-out</joining-method>",
        "<joining-info><when>",
        "<disconnection-method>booted<",
        "<disconnection-info><when>",
        "<media "
        "id=\"1\"><type>audio</type><label>main</label><src-id>4294967295</src-id><status>recvonly</status>",
        "</endpoint>",
        "<agp-conf:screen_image_url>",
        "</user>",
        "</users>",
        "</conference-info>"}) {
    const auto found = text.find(next, at);
    ASSERT_NE(found, std::string::npos) << next << " is missing behind " << text.substr(at);
    at = found + 1;
  }
}

TEST(conference_document, shows_files_and_screens_to_participants_only) {
  const auto text = write_full(rich_room(), audience::outsider).text;
  EXPECT_EQ(text.find("agp-conf:file "), std::string::npos);
  EXPECT_EQ(text.find("screen_image_url"), std::string::npos);
  EXPECT_EQ(text.find("token"), std::string::npos);
  const auto info = rich_room();
  conference_changes changes;
  changes.description = true;
  changes.changed = {&info.users[0]};
  const auto partial = write_partial(info.room, changes, audience::outsider).text;
  EXPECT_EQ(partial.find("agp-conf:file "), std::string::npos);
  EXPECT_EQ(partial.find("token"), std::string::npos);
  EXPECT_NE(write_partial(info.room, changes, audience::participant).text.find("token=y"), std::string::npos);
}

TEST(conference_document, counts_without_users_take_nobody_for_gone) {
  const auto info = rich_room();
  conference_watcher watcher;
  watcher.on_document(read(write_full(info, audience::participant), 1));
  auto more = info.room;
  more.user_count = 1'000;
  EXPECT_EQ(watcher.on_document(read(write_counts(more, audience::participant), 2)), fold_result::applied);
  EXPECT_EQ(watcher.picture().room.user_count, 1'000U);
  EXPECT_EQ(watcher.picture().users, info.users);
}

TEST(conference_document, finds_its_version_whatever_the_room_is_called) {
  conference_info info;
  info.room.entity = "sip:x version=\"\" state='full'@example.com";
  const auto got = parse_conference_info(with_version(write_full(info, audience::outsider), 12));
  ASSERT_TRUE(got);
  EXPECT_EQ(got->version, 12U);
}

TEST(conference_document, keeps_any_text_well_formed) {
  conference_info info;
  info.room.display_text = "]]> <!-- \x01\xff &amp;";
  info.users.emplace_back().entity = "sip:a&b<c>@example.com";
  const auto got = read(write_full(info, audience::outsider));
  ASSERT_TRUE(got.room);
  EXPECT_EQ(got.room->display_text, "]]> <!-- \xef\xbf\xbd\xef\xbf\xbd &amp;");
  EXPECT_EQ(got.users[0].user.entity, "sip:a&b<c>@example.com");
}

TEST(conference_document, refuses_what_is_no_conference_info) {
  EXPECT_FALSE(parse_conference_info(""));
  EXPECT_FALSE(parse_conference_info("<conference-info/>")) << "no namespace";
  EXPECT_FALSE(parse_conference_info("<presence xmlns='urn:ietf:params:xml:ns:pidf'/>"));
  EXPECT_FALSE(
      parse_conference_info("<!DOCTYPE a><conference-info xmlns='urn:ietf:params:xml:ns:conference-info'/>"));
}

/// Written as RFC 4575 §4.4 describes it: a document by another focus, with prefixes of its own.
TEST(conference_document, reads_other_peoples_prefixes_and_passes_over_what_it_does_not_know) {
  const auto got = parse_conference_info(
      R"(<?xml version="1.0"?>
<c:conference-info xmlns:c="urn:ietf:params:xml:ns:conference-info" xmlns:z="urn:z" entity="sips:conf@example.com"
    state="partial" version="5">
  <c:conference-state><c:user-count>33</c:user-count><z:mood>fine</z:mood></c:conference-state>
  <c:users state="partial">
    <c:user entity="sip:bob@example.com" state="partial"><c:associated-aors/>
      <c:endpoint entity="sip:bob@192.0.2.7" state="full"><c:status>alerting</c:status></c:endpoint>
    </c:user>
    <c:user entity="sip:carol@example.com" state="deleted"/>
  </c:users>
</c:conference-info>)");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->state, element_state::partial);
  ASSERT_TRUE(got->room);
  EXPECT_EQ(got->room->user_count, 33U);
  ASSERT_EQ(got->users.size(), 2U);
  EXPECT_EQ(got->users[0].state, element_state::partial);
  EXPECT_EQ(got->users[0].user.endpoints[0].status, endpoint_status::alerting);
  EXPECT_EQ(got->users[1].state, element_state::deleted);
}

class a_watcher : public ::testing::Test {
 protected:
  received_document document(uint32_t version, element_state state) {
    received_document d;
    d.version = version;
    d.state = state;
    d.users_state = state;
    return d;
  }
  user_change user(const char* entity, element_state state = element_state::full) {
    user_change c;
    c.user.entity = entity;
    c.state = state;
    return c;
  }
  endpoint_info endpoint(const char* entity) {
    endpoint_info e;
    e.entity = entity;
    return e;
  }
  conference_watcher watcher_;
};

/// RFC 4575 §4.6.
TEST_F(a_watcher, follows_versions_and_asks_for_a_refresh_over_a_gap) {
  auto first = document(3, element_state::full);
  first.users = {user("sip:a")};
  EXPECT_EQ(watcher_.on_document(first), fold_result::applied);
  auto next = document(4, element_state::partial);
  next.users = {user("sip:b")};
  EXPECT_EQ(watcher_.on_document(next), fold_result::applied);
  EXPECT_EQ(watcher_.picture().users.size(), 2U);
  EXPECT_EQ(watcher_.on_document(next), fold_result::old);
  auto later = document(6, element_state::partial);
  later.users = {user("sip:a", element_state::deleted)};
  EXPECT_EQ(watcher_.on_document(later), fold_result::wants_refresh);
  EXPECT_EQ(watcher_.picture().users.size(), 1U);
  EXPECT_EQ(watcher_.on_document(document(9, element_state::full)), fold_result::applied);
  EXPECT_TRUE(watcher_.picture().users.empty());
}

TEST_F(a_watcher, that_begins_with_a_partial_document_asks_for_a_full_one) {
  EXPECT_EQ(watcher_.on_document(document(1, element_state::partial)), fold_result::wants_refresh);
}

TEST_F(a_watcher, keeps_what_a_partial_user_does_not_speak_of) {
  auto first = document(1, element_state::full);
  first.users = {user("sip:a")};
  first.users[0].user.display_text = "Ann";
  first.users[0].user.endpoints = {endpoint("sip:a@1"), endpoint("sip:a@2")};
  watcher_.on_document(first);
  auto next = document(2, element_state::partial);
  next.users = {user("sip:a", element_state::partial)};
  next.users[0].user.endpoints = {endpoint("sip:a@2")};
  next.users[0].user.endpoints[0].status = endpoint_status::on_hold;
  watcher_.on_document(next);
  const auto& ann = watcher_.picture().users[0];
  EXPECT_EQ(ann.display_text, "Ann");
  ASSERT_EQ(ann.endpoints.size(), 2U);
  EXPECT_EQ(ann.endpoints[1].status, endpoint_status::on_hold);
}

}  // namespace
}  // namespace confab::conference
