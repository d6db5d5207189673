#include <gtest/gtest.h>

#include "tests/unit/signaling/conference/conference_fixture.hpp"

using namespace confab::conference;
using namespace confab::conference::testing;

namespace {

received_document document(uint32_t version, element_state state, std::string_view inside) {
  const std::string word = state == element_state::full ? "full" : "partial";
  const auto parsed = parse_conference_info(
      "<conference-info xmlns='urn:ietf:params:xml:ns:conference-info' entity='sip:r@example.com' state='" +
      word + "' version='" + std::to_string(version) + "'>" + std::string(inside) + "</conference-info>");
  EXPECT_TRUE(parsed.ok());
  return parsed.ok() ? *parsed : received_document{};
}

constexpr auto full = element_state::full;
constexpr auto partial = element_state::partial;

std::string names(const conference_watcher& watcher) {
  std::string all;
  for (const user_info& u : watcher.picture().users) all += u.entity + " ";
  return all;
}

}  // namespace

TEST(conference_watcher, applies_the_next_version_and_no_older_one) {
  conference_watcher watcher;
  EXPECT_EQ(watcher.on_document(document(5, full, "<users><user entity='a'/></users>")),
            fold_result::applied);
  EXPECT_EQ(watcher.on_document(document(5, full, "<users/>")), fold_result::old);
  EXPECT_EQ(watcher.on_document(document(4, full, "<users/>")), fold_result::old);
  EXPECT_EQ(names(watcher), "a ");
  EXPECT_EQ(watcher.on_document(document(6, partial, "<users state='partial'><user entity='b'/></users>")),
            fold_result::applied);
  EXPECT_EQ(names(watcher), "a b ");
}

TEST(conference_watcher, applies_a_partial_document_after_a_gap_and_wants_a_full_one) {
  conference_watcher watcher;
  watcher.on_document(document(1, full, "<users><user entity='a'/></users>"));
  EXPECT_EQ(watcher.on_document(document(3, partial, "<users state='partial'><user entity='c'/></users>")),
            fold_result::wants_refresh);
  EXPECT_EQ(names(watcher), "a c ");
  EXPECT_EQ(watcher.on_document(document(9, full, "<users><user entity='d'/></users>")),
            fold_result::applied);
  EXPECT_EQ(names(watcher), "d ");
}

TEST(conference_watcher, wants_a_full_document_when_the_first_is_not) {
  conference_watcher watcher;
  EXPECT_EQ(watcher.on_document(document(0, partial, "<users state='partial'><user entity='c'/></users>")),
            fold_result::wants_refresh);
  EXPECT_EQ(names(watcher), "c ");
  EXPECT_EQ(watcher.picture().room.entity, "sip:r@example.com");
}

TEST(conference_watcher, replaces_adds_and_deletes_users_by_their_entity) {
  conference_watcher watcher;
  watcher.on_document(document(1, full,
                               "<users><user entity='a'><display-text>A</display-text></user>"
                               "<user entity='b'><display-text>B</display-text></user></users>"));
  watcher.on_document(document(2, partial,
                               "<users state='partial'><user entity='b' state='full'/>"
                               "<user entity='a' state='deleted'/><user entity='x' state='deleted'/>"
                               "<user entity='c'/></users>"));
  EXPECT_EQ(names(watcher), "b c ");
  EXPECT_EQ(watcher.picture().users[0].display_text, "");
  // In a partial document, a full list of users is the whole list.
  watcher.on_document(document(3, partial, "<users state='full'><user entity='c'/></users>"));
  EXPECT_EQ(names(watcher), "c ");
  // One who left and came back within one document is there.
  watcher.on_document(document(
      4, partial, "<users state='partial'><user entity='c' state='deleted'/><user entity='c'/></users>"));
  EXPECT_EQ(names(watcher), "c ");
}

TEST(conference_watcher, keeps_what_a_partial_user_does_not_say) {
  conference_watcher watcher;
  watcher.on_document(
      document(1, full,
               "<users><user entity='a'><display-text>A</display-text>"
               "<roles><entry>host</entry></roles>"
               "<endpoint entity='1'><display-text>one</display-text><status>alerting</status>"
               "<media id='1'><type>audio</type></media><media id='2'><type>text</type></media>"
               "</endpoint><endpoint entity='2'/></user></users>"));
  watcher.on_document(
      document(2, partial,
               "<users state='partial'><user entity='a' state='partial'>"
               "<endpoint entity='1' state='partial'>"
               "<media id='2'><type>video</type></media></endpoint>"
               "<endpoint entity='2' state='deleted'/><endpoint entity='3'/></user></users>"));
  ASSERT_EQ(watcher.picture().users.size(), 1U);
  const user_info& a = watcher.picture().users[0];
  EXPECT_EQ(a.display_text, "A");
  EXPECT_EQ(a.roles, std::vector<std::string>{"host"});
  ASSERT_EQ(a.endpoints.size(), 2U);
  EXPECT_EQ(a.endpoints[0].status, endpoint_status::alerting);
  EXPECT_EQ(a.endpoints[0].display_text, "one");
  ASSERT_EQ(a.endpoints[0].media.size(), 2U);
  EXPECT_EQ(a.endpoints[0].media[1].type, "video");
  EXPECT_EQ(a.endpoints[1].entity, "3");
  watcher.on_document(document(3, partial,
                               "<users state='partial'><user entity='a' state='partial'>"
                               "<endpoint entity='1' state='partial'><status>connected</status></endpoint>"
                               "</user></users>"));
  EXPECT_EQ(watcher.picture().users[0].endpoints[0].status, endpoint_status::connected);
}

TEST(conference_watcher, replaces_only_the_sections_a_partial_document_has) {
  const conference_info room = full_room();
  conference_watcher watcher;
  watcher.on_document(read(write_full(room, audience::participant), 1));

  conference_info changed = room;
  changed.room.user_count = 9;
  EXPECT_EQ(watcher.on_document(read(write_partial(changed.room, {}, audience::participant), 2)),
            fold_result::applied);
  EXPECT_EQ(watcher.picture(), changed);

  // What became empty goes, too.
  changed.room.subject = "";
  changed.room.web_page = "";
  changed.room.files.clear();
  watcher.on_document(read(write_partial(changed.room, {true, {}, {}}, audience::participant), 3));
  EXPECT_EQ(watcher.picture(), changed);

  changed.room.subject = "Again";
  watcher.on_document(read(write_counts(changed.room, audience::participant), 4));
  EXPECT_EQ(watcher.picture(), changed);
}
