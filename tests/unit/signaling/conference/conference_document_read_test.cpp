#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "tests/unit/signaling/conference/conference_fixture.hpp"

using namespace confab;
using namespace confab::conference;
using namespace confab::conference::testing;

namespace {

std::string root(const std::string& attributes, const std::string& inside) {
  return "<conference-info xmlns='urn:ietf:params:xml:ns:conference-info' entity='sip:r@example.com' " +
         attributes + ">" + inside + "</conference-info>";
}

}  // namespace

TEST(conference_document, reads_back_all_it_writes) {
  EXPECT_EQ(seen(write_full(full_room(), audience::participant)), full_room());
  EXPECT_EQ(seen(write_full(bare_room(), audience::participant)), bare_room());
}

TEST(conference_document, reads_every_word_of_the_schema_back) {
  conference_info info = bare_room();
  for (int status = 0; status <= static_cast<int>(endpoint_status::disconnected); ++status) {
    endpoint_info e;
    e.entity = "sip:e" + std::to_string(status);
    e.status = static_cast<endpoint_status>(status);
    e.joined_by = static_cast<joining_method>(status % 3);
    e.left_by = static_cast<disconnection_method>(status % 4);
    e.media = {{"1", "audio", "", {}, static_cast<media_status>(status % 4)}};
    info.users.push_back({"sip:u" + std::to_string(status), "", {}, {e}, ""});
  }
  EXPECT_EQ(seen(write_full(info, audience::outsider)), info);
}

TEST(conference_document, reads_another_focus_with_prefixes_and_things_unknown_here) {
  const auto parsed = parse_conference_info(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<c:conference-info xmlns:c=\"urn:ietf:params:xml:ns:conference-info\" xmlns:x=\"urn:example:x\"\n"
      "   entity=\"sips:room3@example.org\" state=\"full\" version=\"12\" x:mood=\"good\">\n"
      " <c:conference-description xml:lang=\"en\">\n"
      "  <c:subject>Budget</c:subject><c:keywords>money</c:keywords>\n"
      "  <c:service-uris><c:entry><c:uri>https://example.org/</c:uri></c:entry></c:service-uris>\n"
      "  <x:subject>not this one</x:subject>\n"
      " </c:conference-description>\n"
      " <c:conference-state><c:user-count> 33 </c:user-count><c:active>1</c:active></c:conference-state>\n"
      " <c:users>\n"
      "  <c:user entity=\"sip:ed@example.org\">\n"
      "   <c:display-text>Ed</c:display-text><c:languages>en</c:languages>\n"
      "   <c:endpoint entity=\"sip:4kfk4j392jsu@example.org\">\n"
      "    <c:status>connected</c:status>\n"
      "    <c:media "
      "id=\"1\"><c:display-text>main</c:display-text><c:type>video</c:type><c:status>?</c:status>"
      "</c:media>\n"
      "    <c:call-info><c:sip><c:call-id>a</c:call-id></c:sip></c:call-info>\n"
      "   </c:endpoint>\n"
      "  </c:user>\n"
      "  <c:user><c:display-text>nobody</c:display-text></c:user>\n"
      " </c:users>\n"
      " <c:sidebars-by-ref/>\n"
      "</c:conference-info>\n");
  ASSERT_TRUE(parsed.ok()) << parsed.error().text;
  EXPECT_EQ(parsed->version, 12U);
  EXPECT_EQ(parsed->entity, "sips:room3@example.org");
  EXPECT_TRUE(parsed->has_description && parsed->has_state && !parsed->has_host_info);
  EXPECT_EQ(parsed->room.subject, "Budget");
  EXPECT_EQ(parsed->room.user_count, 33U);
  EXPECT_TRUE(parsed->room.active);
  EXPECT_EQ(parsed->users_state, element_state::full);
  ASSERT_EQ(parsed->users.size(), 1U);
  EXPECT_EQ(parsed->users[0].user.display_text, "Ed");
  ASSERT_EQ(parsed->users[0].endpoints.size(), 1U);
  const endpoint_info& endpoint = parsed->users[0].endpoints[0].endpoint;
  ASSERT_EQ(endpoint.media.size(), 1U);
  EXPECT_EQ(endpoint.media[0].type, "video");
  EXPECT_FALSE(endpoint.media[0].status.has_value());
}

TEST(conference_document, refuses_what_is_no_conference_document) {
  const std::pair<std::string, errc> rows[] = {
      {"", errc::malformed},
      {"hello", errc::malformed},
      {"<conference-info entity='sip:r' version='1'/>", errc::malformed},  // in no namespace
      {"<presence xmlns='urn:ietf:params:xml:ns:conference-info' version='1'/>", errc::malformed},
      {root("", ""), errc::malformed},
      {root("version=''", ""), errc::malformed},
      {root("version='-1'", ""), errc::malformed},
      {root("version='4294967296'", ""), errc::malformed},
      {root("version='1' state='most'", ""), errc::malformed},
      {root("version='1'", "<users state='some'/>"), errc::malformed},
      {root("version='1'", "<users><user entity='a' state='odd'/></users>"), errc::malformed},
      {root("version='1'", "<users><user entity='a'><endpoint state='odd'/></user></users>"),
       errc::malformed},
      {"<!DOCTYPE x [<!ENTITY a 'b'>]>" + root("version='1'", "&a;"), errc::malformed},
      {root("version='1'", std::string(limits::conference_info_bytes, ' ')), errc::too_large},
  };
  for (const auto& [text, code] : rows) {
    const auto parsed = parse_conference_info(text);
    ASSERT_FALSE(parsed.ok()) << text.substr(0, 200);
    EXPECT_EQ(parsed.error().code, code) << text.substr(0, 200);
  }
  EXPECT_TRUE(parse_conference_info(root("version='4294967295'", "")).ok());
}
