#include <gtest/gtest.h>

#include "tests/unit/signaling/conference/conference_fixture.hpp"

using namespace confab::conference;
using namespace confab::conference::testing;

namespace {

constexpr const char* head =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<conference-info xmlns=\"urn:ietf:params:xml:ns:conference-info\" "
    "xmlns:agp-conf=\"urn:ag-projects:xml:ns:conference-info\" entity=\"sip:sales@example.com\" ";

constexpr const char* ann_whole =
    "<user entity=\"sip:ann@example.com\" state=\"full\"><display-text>Ann</display-text>"
    "<roles><entry>participant</entry><entry>moderator</entry></roles>"
    "<endpoint entity=\"sip:ann@192.0.2.7:5062\" state=\"full\"><display-text>Desk</display-text>"
    "<status>connected</status><joining-method>dialed-in</joining-method>"
    "<joining-info><when>2026-11-24T09:00:00Z</when></joining-info>"
    "<media "
    "id=\"1\"><type>audio</type><label>main</label><src-id>432424</src-id><status>sendrecv</status></media>"
    "<media id=\"2\"><type>message</type></media></endpoint>"
    "<agp-conf:screen_image_url>https://example.com/s/1.jpg</agp-conf:screen_image_url></user>";

constexpr const char* state_of_two =
    "<conference-state><user-count>2</user-count><active>true</active><locked>true</locked></"
    "conference-state>";

bool has(const conference_document& document, std::string_view text) {
  return document.text.find(text) != std::string::npos;
}

}  // namespace

TEST(conference_document, writes_a_whole_room_in_the_order_of_the_schema) {
  EXPECT_EQ(
      with_version(write_full(full_room(), audience::participant), 7),
      std::string(head) +
          "state=\"full\" version=\"7\">"
          "<conference-description><display-text>Sales</display-text><subject>Quarter</subject>"
          "<free-text>Hosted by Confab</free-text>"
          "<conf-uris><entry><uri>sip:sales@example.com</uri><purpose>participation</purpose></entry>"
          "<entry><uri>tel:+3120555</uri><display-text>by "
          "phone</display-text><purpose>participation</purpose>"
          "</entry></conf-uris><service-uris><entry><uri>https://web.example.com/room/token</uri>"
          "<purpose>web-page</purpose></entry></service-uris><maximum-user-count>50</maximum-user-count>"
          "<agp-conf:resources><agp-conf:files><agp-conf:file name=\"plan.pdf\" hash=\"sha-1:49:AD\" "
          "size=\"151036\" sender=\"Ann &lt;sip:ann@example.com&gt;\" status=\"OK\"/></agp-conf:files>"
          "</agp-conf:resources></conference-description>"
          "<host-info><web-page>https://example.com/</web-page></host-info>" +
          state_of_two + "<users state=\"full\">" + ann_whole +
          "<user entity=\"sip:bob@example.com\" state=\"full\">"
          "<display-text>Bob &quot;the &lt;builder&gt;&quot; &amp; co</display-text>"
          "<endpoint entity=\"sip:bob@192.0.2.8;transport=tls\" state=\"full\">"
          "<referred><when>2026-11-24T09:01:00Z</when><reason>invited</reason><by>sip:ann@example.com</by></"
          "referred>"
          "<status>disconnected</status><joining-method>dialed-out</joining-method>"
          "<joining-info><when>2026-11-24T09:02:00Z</when><by>sip:ann@example.com</by></joining-info>"
          "<disconnection-method>booted</disconnection-method>"
          "<disconnection-info><when>2026-11-24T09:03:00Z</when><reason>SIP;cause=200</reason>"
          "<by>sip:ann@example.com</by></disconnection-info></endpoint></user></users></conference-info>");
}

TEST(conference_document, writes_an_empty_room_without_empty_words) {
  EXPECT_EQ(with_version(write_full(bare_room(), audience::participant), 1),
            std::string(head) +
                "state=\"full\" version=\"1\"><conference-description/><host-info/>"
                "<conference-state><user-count>0</user-count><active>true</active><locked>false</locked>"
                "</conference-state><users state=\"full\"/></conference-info>");
}

TEST(conference_document, tells_outsiders_nothing_of_files_screens_and_the_rooms_page) {
  const conference_info info = full_room();
  conference_changes changes{true, {&info.users[0]}, {}};
  for (const conference_document& document :
       {write_full(info, audience::outsider), write_counts(info.room, audience::outsider),
        write_partial(info.room, changes, audience::outsider)}) {
    EXPECT_FALSE(has(document, "agp-conf:"));
    EXPECT_FALSE(has(document, "plan.pdf"));
    EXPECT_FALSE(has(document, "1.jpg"));
    EXPECT_FALSE(has(document, "service-uris"));
    EXPECT_FALSE(has(document, "web.example.com"));
    EXPECT_TRUE(has(document, "<display-text>Sales</display-text>"));
  }
}

TEST(conference_document, writes_counts_that_take_nobody_for_gone) {
  const conference_info info = full_room();
  const conference_document document = write_counts(info.room, audience::participant);
  EXPECT_TRUE(has(document, "state=\"full\" version=\"\"><conference-description><display-text>Sales"));
  EXPECT_TRUE(has(document, "<user-count>2</user-count>"));
  EXPECT_FALSE(has(document, "plan.pdf")) << "it is what is said where all is too much";
  EXPECT_TRUE(has(document, "</conference-state><users state=\"partial\"/></conference-info>"));
}

TEST(conference_document, writes_only_what_changed) {
  const conference_info info = full_room();
  const conference_changes changes{false, {&info.users[0]}, {"sip:carol@example.com"}};
  EXPECT_EQ(with_version(write_partial(info.room, changes, audience::participant), 4'294'967'295U),
            std::string(head) + "state=\"partial\" version=\"4294967295\">" + state_of_two +
                "<users state=\"partial\"><user entity=\"sip:carol@example.com\" state=\"deleted\"/>" +
                ann_whole + "</users></conference-info>");
  EXPECT_EQ(with_version(write_partial(info.room, {}, audience::participant), 3),
            std::string(head) + "state=\"partial\" version=\"3\">" + state_of_two + "</conference-info>");
}

TEST(conference_document, costs_what_changed_and_not_what_the_room_holds) {
  conference_info info = full_room();
  const user_info one = info.users[0];
  const size_t small = write_partial(info.room, {false, {&one}, {}}, audience::participant).text.size();
  for (int i = 0; i < 1'000; ++i) info.users.push_back(one);
  EXPECT_EQ(write_partial(info.room, {false, {&one}, {}}, audience::participant).text.size(), small);
}

TEST(conference_document, finds_the_place_of_the_version_whatever_the_entity_holds) {
  for (const char* entity : {"sip:a@b", "sip:\" version=\"\" x@b", "sip:' version='' \" >@b",
                             "<conference-info version=\"\">", ""}) {
    conference_info info;
    info.room.entity = entity;
    for (const conference_document& document :
         {write_full(info, audience::outsider), write_partial(info.room, {}, audience::outsider)}) {
      const received_document back = read(document, 90'210);
      EXPECT_EQ(back.version, 90'210U) << entity;
      EXPECT_EQ(back.entity, entity);
    }
  }
}

TEST(conference_document, leaves_out_entries_that_say_nothing) {
  conference_info info = bare_room();
  info.room.uris = {{" ", "x", "y"}};
  info.users = {{"sip:ann@example.com", " \n", {"", " "}, {}, ""}};
  const conference_document document = write_full(info, audience::participant);
  EXPECT_FALSE(has(document, "conf-uris"));
  EXPECT_TRUE(has(document, "<user entity=\"sip:ann@example.com\" state=\"full\"/>"));
}
