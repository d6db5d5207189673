#include "actors/room_web.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::actors {
namespace {

constexpr leg_id alice{1}, bob{2}, carol{3};
using names = std::set<std::string>;

/// Stands in for the web server: what leads to the room's page.
class recorded_links final : public web::publisher {
 public:
  void publish(web::room_page_ptr page) override { room = page->token; }
  void publish_frame(const std::string&, web::frame_ptr) override {}
  void link(const std::string& room_token, const std::string& link) override {
    EXPECT_EQ(room_token, room) << "no such room";
    links.insert(link);
  }
  void unlink(const std::string& link) override { EXPECT_EQ(links.erase(link), 1U) << link; }
  void move(const std::string& old_token, web::room_page_ptr page, std::vector<std::string> stay) override {
    EXPECT_EQ(old_token, room);
    room = page->token;
    links = names(stay.begin(), stay.end());
  }
  void withdraw(const std::string& room_token) override { EXPECT_EQ(room_token, room); }
  [[nodiscard]] std::string new_token() const override { return "token" + std::to_string(++tokens); }
  [[nodiscard]] std::string room_url(const std::string& token) const override { return token; }
  [[nodiscard]] std::string screen_url(const std::string& token) const override { return token; }
  [[nodiscard]] std::string file_url(const std::string& token, const std::string&) const override {
    return token;
  }

  std::string room;
  names links;
  mutable int tokens = 0;
};

class a_room_on_the_web : public ::testing::Test {
 protected:
  a_room_on_the_web() { page_.flush(); }
  void put_out(leg_id leg) {
    page_.renew([leg](leg_id one) { return one != leg; });
    page_.flush();
  }
  recorded_links web_;
  room_web page_{room_id{"lunch@host"}, &web_, [] { return std::vector<web::page_person>(); }};
};

TEST_F(a_room_on_the_web, gives_each_participant_a_link_of_its_own_that_is_the_same_each_time) {
  const auto first = page_.url_of(alice), other = page_.url_of(bob);
  EXPECT_EQ((names{first, other, page_.url()}).size(), 3U);
  EXPECT_EQ(page_.url_of(alice), first);
  EXPECT_EQ(web_.links, (names{first, other}));
  EXPECT_TRUE(page_.has_link(alice));
  EXPECT_FALSE(page_.has_link(carol)) << "it has not asked";
}

TEST_F(a_room_on_the_web, takes_the_links_of_who_is_put_out_and_the_common_one) {
  const auto stays = page_.url_of(alice), goes = page_.url_of(bob), common = page_.url();
  put_out(bob);
  EXPECT_EQ(web_.links, names{stays});
  EXPECT_EQ(page_.url_of(alice), stays);
  EXPECT_NE(page_.url(), common);
  EXPECT_EQ(page_.url(), web_.room);
  EXPECT_NE(page_.url_of(bob), goes) << "should it come back by the same call";
}

TEST_F(a_room_on_the_web, makes_a_link_between_renewal_and_its_publication_that_leads_there) {
  page_.renew([](leg_id) { return true; });
  const auto link = page_.url_of(alice);
  EXPECT_EQ(web_.links, names{});
  page_.flush();
  EXPECT_EQ(web_.links, names{link});
}

TEST_F(a_room_on_the_web, keeps_the_links_of_those_who_left_until_somebody_is_put_out) {
  const auto left = page_.url_of(alice), stays = page_.url_of(carol);
  page_.depart(alice);
  page_.depart(alice);
  page_.depart(bob);  // has none
  EXPECT_EQ(web_.links, (names{left, stays}));
  (void)page_.url_of(bob);
  put_out(bob);
  EXPECT_EQ(web_.links, names{stays});
}

TEST_F(a_room_on_the_web, keeps_no_more_links_of_those_who_left_than_it_may) {
  const auto stays = page_.url_of(alice);
  const auto first = page_.url_of(bob);
  page_.depart(bob);
  for (uint64_t i = 0; i + 1 < limits::page_links_of_departed; ++i) {
    (void)page_.url_of(leg_id{100 + i});
    page_.depart(leg_id{100 + i});
  }
  EXPECT_EQ(web_.links.size(), 1 + limits::page_links_of_departed);
  EXPECT_TRUE(web_.links.contains(first));
  (void)page_.url_of(carol);
  page_.depart(carol);
  EXPECT_EQ(web_.links.size(), 1 + limits::page_links_of_departed);
  EXPECT_FALSE(web_.links.contains(first)) << "it left first";
  EXPECT_TRUE(web_.links.contains(stays));
}

TEST(a_room_without_web, has_no_links) {
  room_web page{room_id{"lunch@host"}, nullptr, [] { return std::vector<web::page_person>(); }};
  EXPECT_EQ(page.url(), "");
  EXPECT_EQ(page.url_of(alice), "");
  page.renew([](leg_id) { return false; });
  page.flush();
  page.depart(alice);
  EXPECT_FALSE(page.has_link(alice));
}

}  // namespace
}  // namespace confab::actors
