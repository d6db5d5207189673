#include "signaling/web/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string evil = "\"><script>alert('x')</script>\n</bdi>&";

/// Everything a participant can say about itself, said by one who means harm.
room_page a_page_of_evil() {
  room_page page;
  page.token = "token";
  page.room = evil;
  page.title = evil;
  page_person who;
  who.leg = leg_id{7};
  who.name = evil;
  who.uri = "sip:" + evil;
  page.people = std::make_shared<const std::vector<page_person>>(2, who);
  page.files = std::make_shared<const std::vector<page_file>>(std::vector<page_file>{
      {"t", evil, evil, 5, evil, evil, "OK", evil}, {"", evil, evil, 5, evil, evil, evil, evil}});
  page.screens = std::make_shared<const std::vector<page_screen>>(std::vector<page_screen>{{"s", evil}});
  return page;
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(pages, let_nothing_that_people_say_become_html) {
  screen_view view;
  view.token = "s";
  view.sender = view.room = evil;
  for (const auto& html : {write_room_page(a_page_of_evil(), {nullptr}, "link"), write_screen_page(view)}) {
    EXPECT_EQ(count(html, "<script"), 1u) << "its own";
    EXPECT_EQ(count(html, "alert('x')"), 0u);
    EXPECT_EQ(count(html, "<bdi>"), count(html, "</bdi>"));
    EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"));
  }
}

TEST(pages, say_who_is_there_and_how) {
  page_person who;
  who.leg = leg_id{3};
  who.uri = "sip:bob@example.com";
  who.moderator = who.muted = who.on_hold = who.verified = who.has_chat = true;
  room_page page;
  page.people = std::make_shared<const std::vector<page_person>>(1, who);
  page.talking = std::make_shared<const std::vector<leg_id>>(1, leg_id{3});
  const auto html = write_people(page);
  for (const char* word :
       {"verified", "moderator", "muted", "on hold", "chat only", "class=\"talks\"", "bob@example.com"})
    EXPECT_THAT(html, HasSubstr(word));
  EXPECT_EQ(write_talking(page), "3");
}

TEST(pages, show_some_of_very_many_and_count_the_others) {
  room_page page;
  page.people = std::make_shared<const std::vector<page_person>>(limits::web_people_shown + 20);
  EXPECT_EQ(count(write_people(page), "<li"), limits::web_people_shown);
  EXPECT_THAT(write_people(page), HasSubstr("and 20 more"));
  page.files = std::make_shared<const std::vector<page_file>>(limits::web_files_shown + 3);
  EXPECT_EQ(count(write_files(page), "<li"), limits::web_files_shown);
  EXPECT_THAT(write_files(page), HasSubstr("and 3 more"));
}

TEST(pages, leave_out_what_a_room_has_not) {
  EXPECT_EQ(write_files({}), "");
  EXPECT_EQ(write_screens({}, {}), "");
  EXPECT_EQ(write_title({}), "");
}

TEST(pages, switch_between_fitting_and_full_size_without_a_script) {
  screen_view view;
  view.token = "s";
  view.sender = "Alice";
  EXPECT_THAT(write_screen_page(view), HasSubstr("href=\"screen?image=s.jpg&amp;fit=0\""));
  view.fit = false;
  EXPECT_THAT(write_screen_page(view), HasSubstr("href=\"screen?image=s.jpg&amp;fit=1\""));
}

}  // namespace
}  // namespace confab::web
