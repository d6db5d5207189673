#include "signaling/web/site.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signaling/web/token.hpp"

namespace confab::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string room_token(token_characters, 'r'), screen_token(token_characters, 's'),
    file_token(token_characters, 'f'), other_token(token_characters, 'o');
const site::wall_time now = std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));

template <class T>
shared_list<T> list(std::vector<T> of) {
  return std::make_shared<const std::vector<T>>(std::move(of));
}

page_person alice() {
  page_person who;
  who.leg = leg_id{1};
  who.name = "Alice <b>";
  who.uri = "sip:alice@example.com";
  return who;
}

room_page a_page() {
  room_page page;
  page.token = room_token;
  page.room = "lunch@example.com";
  page.title = "What to eat";
  page.people = list<page_person>({alice()});
  page.files =
      list<page_file>({{file_token, "menu.pdf", "application/pdf", 1'000, "", "Alice", "OK", "/srv/menu"}});
  page.screens = list<page_screen>({{screen_token, "Alice <alice@example.com>"}});
  return page;
}

frame_ptr frame(uint64_t number) {
  screen_frame made;
  made.jpeg = "JPEG " + std::to_string(number);
  made.width = 640;
  made.height = 400;
  made.taken = now - std::chrono::milliseconds(1'500);
  made.number = number;
  return std::make_shared<const screen_frame>(std::move(made));
}

request get(std::string target) {
  request r;
  r.target = std::move(target);
  return r;
}

std::string header(const response& r, std::string_view name) {
  for (const auto& [one, value] : r.headers) {
    if (one == name) return value;
  }
  return {};
}

class a_site : public ::testing::Test {
 protected:
  a_site() {
    publish(a_page());
    EXPECT_EQ(site_.publish_frame(screen_token, frame(1)), room_token);
  }
  void publish(room_page page) { site_.publish(std::make_shared<const room_page>(std::move(page))); }
  [[nodiscard]] response answer(const std::string& target) const { return site_.answer(get(target), now); }
  [[nodiscard]] std::string text(const std::string& target) const {
    const auto r = answer(target);
    return r.status == 200 ? std::get<std::string>(r.content) : "status " + std::to_string(r.status);
  }
  [[nodiscard]] event_cursor cursor(const std::string& target) const {
    const auto r = answer(target);
    EXPECT_EQ(r.status, 200);
    return std::get<event_cursor>(r.content);
  }

  const std::string screen_page = "/screen?image=" + screen_token + ".jpg";
  const std::string image = "/screen/" + screen_token + ".jpg";
  const std::string file = "/file/" + file_token + "/menu.pdf";
  site site_;
};

TEST_F(a_site, shows_a_room_to_whoever_has_its_token) {
  const auto html = text("/room/" + room_token);
  for (const char* part :
       {"lunch@example.com", "What to eat", "Alice &lt;b&gt;", "alice@example.com", "menu.pdf"})
    EXPECT_THAT(html, HasSubstr(part));
  EXPECT_THAT(html, HasSubstr("../file/" + file_token + "/menu.pdf"));
  EXPECT_THAT(html, HasSubstr("../screen/" + screen_token + ".jpg?n=1"));
  EXPECT_THAT(html, Not(HasSubstr("/srv/menu")));
  EXPECT_THAT(html, Not(HasSubstr("<b>")));
}

TEST_F(a_site, shows_a_screen_by_its_page_and_as_a_picture) {
  const auto html = text(screen_page);
  EXPECT_THAT(html, HasSubstr("Alice &lt;alice@example.com&gt;"));
  EXPECT_THAT(html, HasSubstr("lunch@example.com"));
  EXPECT_THAT(html, HasSubstr("data-age=\"1500\""));
  EXPECT_THAT(html, Not(HasSubstr(room_token))) << "who is given a screen is not given the room";
  const auto picture = answer(image);
  EXPECT_EQ(header(picture, "Content-Type"), "image/jpeg");
  EXPECT_EQ(std::get<frame_ptr>(picture.content)->jpeg, "JPEG 1");
}

TEST_F(a_site, knows_nothing_under_other_tokens) {
  const std::string rows[] = {"/",
                              "/room/" + other_token,
                              "/room/" + screen_token,
                              "/room/" + other_token + "/events",
                              "/screen?image=" + room_token + ".jpg",
                              "/screen/" + other_token + ".jpg",
                              "/screen/" + other_token + "/events",
                              "/file/" + room_token + "/menu.pdf"};
  for (const auto& row : rows) EXPECT_EQ(answer(row).status, 404) << row;
}

TEST_F(a_site, says_in_every_answer_that_nobody_keeps_it_or_tells_its_url) {
  for (const auto& target : {"/room/" + room_token, screen_page, image, file, std::string("/nowhere")}) {
    const auto r = answer(target);
    EXPECT_EQ(header(r, "Cache-Control"), "no-store") << target;
    EXPECT_EQ(header(r, "Referrer-Policy"), "no-referrer") << target;
    EXPECT_EQ(header(r, "X-Content-Type-Options"), "nosniff") << target;
    EXPECT_THAT(header(r, "Content-Security-Policy"), HasSubstr("default-src 'none'")) << target;
  }
}

TEST_F(a_site, is_for_no_other_site_to_show) {
  auto r = get(image);
  r.fetch_site = "cross-site";
  r.fetch_mode = "no-cors";
  EXPECT_EQ(site_.answer(r, now).status, 403);
  r.fetch_mode = "navigate";
  EXPECT_EQ(site_.answer(r, now).status, 200) << "a link in a mail";
  r.fetch_site = "same-origin";
  r.fetch_mode = "cors";
  EXPECT_EQ(site_.answer(r, now).status, 200);
}

TEST_F(a_site, is_only_to_be_read) {
  auto r = get("/room/" + room_token);
  r.method = request::verb::other;
  const auto no = site_.answer(r, now);
  EXPECT_EQ(no.status, 405);
  EXPECT_EQ(header(no, "Allow"), "GET, HEAD");
}

TEST_F(a_site, sends_no_picture_or_asset_again_that_the_peer_has) {
  for (const auto& target : {image, file, std::string("/style.css"), std::string("/page.js")}) {
    const auto etag = header(answer(target), "ETag");
    ASSERT_FALSE(etag.empty()) << target;
    auto r = get(target);
    r.if_none_match = etag;
    EXPECT_EQ(site_.answer(r, now).status, 304) << target;
    r.if_none_match = "\"older\"";
    EXPECT_EQ(site_.answer(r, now).status, 200) << target;
  }
  auto r = get(image);
  r.if_none_match = header(answer(image), "ETag");
  site_.publish_frame(screen_token, frame(2));
  EXPECT_EQ(site_.answer(r, now).status, 200) << "there is a newer one";
}

TEST_F(a_site, gives_files_by_their_name_and_in_parts) {
  const auto whole = answer(file);
  EXPECT_EQ(header(whole, "Content-Type"), "application/pdf");
  EXPECT_THAT(header(whole, "Content-Disposition"), HasSubstr("attachment; filename=\"menu.pdf\""));
  EXPECT_EQ(std::get<file_piece>(whole.content), (file_piece{"/srv/menu", 1'000, 0, 1'000}));
  auto r = get(file);
  r.range = "bytes=900-";
  const auto part = site_.answer(r, now);
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(header(part, "Content-Range"), "bytes 900-999/1000");
  EXPECT_EQ(std::get<file_piece>(part.content), (file_piece{"/srv/menu", 1'000, 900, 100}));
  r.range = "bytes=1000-";
  const auto none = site_.answer(r, now);
  EXPECT_EQ(none.status, 416);
  EXPECT_EQ(header(none, "Content-Range"), "bytes */1000");
  r.range = "bytes=900-";
  r.if_range = "\"older\"";
  EXPECT_EQ(site_.answer(r, now).status, 200);
}

TEST_F(a_site, gives_no_file_that_is_not_whole) {
  auto page = a_page();
  page.files = list<page_file>({{file_token, "menu.pdf", "", 1'000, "", "Alice", "40 %", "/srv/menu"}});
  publish(std::move(page));
  EXPECT_EQ(answer(file).status, 404);
  const auto html = text("/room/" + room_token);
  EXPECT_THAT(html, HasSubstr("40 %"));
  EXPECT_THAT(html, Not(HasSubstr(file_token)));
}

TEST_F(a_site, forgets_what_a_room_does_not_list_any_more) {
  auto page = a_page();
  page.files = list<page_file>({});
  page.screens = list<page_screen>({});
  publish(std::move(page));
  EXPECT_EQ(answer(file).status, 404);
  EXPECT_EQ(answer(image).status, 404);
  EXPECT_EQ(answer(screen_page).status, 404);
  EXPECT_EQ(site_.publish_frame(screen_token, frame(2)), "");
  EXPECT_EQ(answer("/room/" + room_token).status, 200);
}

TEST_F(a_site, keeps_the_picture_of_a_screen_that_stays) {
  auto page = a_page();
  page.title = "dessert";
  publish(std::move(page));
  EXPECT_EQ(std::get<frame_ptr>(answer(image).content)->number, 1u);
}

TEST_F(a_site, moves_a_room_and_all_of_it_to_new_tokens) {
  auto follower = cursor("/room/" + room_token + "/events");
  (void)site_.news(follower, now);
  auto page = a_page();
  page.token = std::string(token_characters, 'R');
  page.screens = std::make_shared<const std::vector<page_screen>>(
      1, page_screen{std::string(token_characters, 'S'), "Alice"});
  auto files = *page.files;
  for (auto& one : files) one.token = std::string(token_characters, 'F');
  page.files = std::make_shared<const std::vector<page_file>>(files);
  site_.move(room_token, std::make_shared<const room_page>(page), {});
  for (const auto& target : {"/room/" + room_token, "/room/" + room_token + "/events", screen_page, image,
                             "/screen/" + screen_token + "/events", file})
    EXPECT_EQ(answer(target).status, 404) << target;
  follower.moved = true;
  EXPECT_EQ(site_.news(follower, now), "event: over\ndata: moved\n\n");
  EXPECT_TRUE(follower.over);
  EXPECT_THAT(text("/room/" + page.token), HasSubstr("What to eat"));
  EXPECT_EQ(site_.publish_frame(page.screens->front().token, frame(1)), page.token);
  EXPECT_EQ(answer("/screen/" + page.screens->front().token + ".jpg").status, 200);
  EXPECT_EQ(answer("/file/" + std::string(token_characters, 'F') + "/menu.pdf").room, page.token);
}

/// The same page under another token, with a link to it that stays and one that does not.
class a_site_with_links : public a_site {
 protected:
  a_site_with_links() {
    site_.link(room_token, stays_);
    site_.link(room_token, goes_);
  }
  void move() {
    auto page = a_page();
    page.token = std::string(token_characters, 'R');
    auto files = *page.files;
    for (auto& one : files) one.token = std::string(token_characters, 'F');
    page.files = std::make_shared<const std::vector<page_file>>(files);
    site_.move(room_token, std::make_shared<const room_page>(page), {stays_});
  }
  [[nodiscard]] std::string events(const std::string& link) const { return "/room/" + link + "/events"; }
  const std::string stays_ = std::string(token_characters, '1'), goes_ = std::string(token_characters, '2');
};

TEST_F(a_site_with_links, shows_a_room_by_each_of_them_and_follows_it_by_the_same) {
  const auto html = text("/room/" + stays_);
  EXPECT_THAT(html, HasSubstr("data-events=\"" + stays_ + "/events\""));
  EXPECT_THAT(html, HasSubstr("What to eat"));
  EXPECT_THAT(html, Not(HasSubstr(room_token))) << "who has a link is not given another";
  EXPECT_THAT(html, Not(HasSubstr(goes_)));
  auto at = cursor(events(stays_));
  EXPECT_EQ(at.room, room_token);
  EXPECT_THAT(site_.news(at, now), HasSubstr("event: people\n"));
}

TEST_F(a_site_with_links, goes_on_by_those_that_stay_when_the_room_moves) {
  auto stays = cursor(events(stays_)), goes = cursor(events(goes_)), common = cursor(events(room_token));
  for (auto* one : {&stays, &goes, &common}) (void)site_.news(*one, now);
  move();
  for (auto* one : {&stays, &goes, &common}) one->moved = true;
  for (auto* one : {&goes, &common}) {
    EXPECT_EQ(site_.news(*one, now), "event: over\ndata: moved\n\n");
    EXPECT_TRUE(one->over);
  }
  const auto told = site_.news(stays, now);
  EXPECT_THAT(told, HasSubstr("event: files\n")) << "their links are new";
  EXPECT_THAT(told, HasSubstr("../file/" + std::string(token_characters, 'F')));
  EXPECT_THAT(told, Not(HasSubstr("event: over")));
  EXPECT_EQ(stays.room, std::string(token_characters, 'R')) << "so that it is woken by what comes";
  EXPECT_EQ(site_.news(stays, now), "");
  EXPECT_EQ(answer("/room/" + stays_).status, 200);
  for (const auto& link : {goes_, room_token}) {
    EXPECT_EQ(answer("/room/" + link).status, 404) << link;
    EXPECT_EQ(answer(events(link)).status, 404) << link;
  }
}

TEST_F(a_site_with_links, loses_one_that_is_taken_back) {
  auto at = cursor(events(goes_));
  (void)site_.news(at, now);
  EXPECT_EQ(site_.unlink(goes_), room_token);
  EXPECT_EQ(site_.news(at, now), "event: over\ndata: moved\n\n");
  EXPECT_EQ(answer("/room/" + goes_).status, 404);
  EXPECT_EQ(answer("/room/" + stays_).status, 200);
  EXPECT_EQ(site_.unlink(goes_), "");
}

TEST_F(a_site_with_links, loses_all_with_the_room) {
  auto at = cursor(events(stays_));
  (void)site_.news(at, now);
  move();
  site_.withdraw(std::string(token_characters, 'R'));
  EXPECT_EQ(site_.news(at, now), "event: over\ndata: \n\n");
  EXPECT_EQ(answer("/room/" + stays_).status, 404);
  EXPECT_EQ(site_.unlink(stays_), "") << "nothing is left of it";
  site_.link(room_token, stays_);
  EXPECT_EQ(answer("/room/" + stays_).status, 404) << "nobody is led to what is over";
}

TEST_F(a_site, has_nothing_left_of_a_room_that_is_over) {
  site_.withdraw(room_token);
  for (const auto& target : {"/room/" + room_token, screen_page, image, file})
    EXPECT_EQ(answer(target).status, 404) << target;
  site_.withdraw(room_token);  // once more does nothing
}

TEST_F(a_site, tells_a_follower_of_a_screen_of_each_new_picture_once) {
  auto at = cursor("/screen/" + screen_token + "/events");
  EXPECT_EQ(site_.news(at, now), "event: frame\ndata: 1 1500\n\n");
  EXPECT_EQ(site_.news(at, now), "");
  site_.publish_frame(screen_token, frame(2));
  site_.publish_frame(screen_token, frame(3));
  EXPECT_EQ(site_.news(at, now), "event: frame\ndata: 3 1500\n\n") << "the newest wins";
}

TEST_F(a_site, tells_a_follower_when_a_screen_goes_and_comes_back) {
  auto at = cursor("/screen/" + screen_token + "/events");
  (void)site_.news(at, now);
  auto page = a_page();
  page.screens = list<page_screen>({});
  publish(std::move(page));
  EXPECT_EQ(site_.news(at, now), "event: gone\ndata: \n\n");
  EXPECT_EQ(site_.news(at, now), "");
  publish(a_page());
  EXPECT_EQ(site_.news(at, now), "");
  site_.publish_frame(screen_token, frame(4));
  EXPECT_EQ(site_.news(at, now), "event: frame\ndata: 4 1500\n\n");
  site_.withdraw(room_token);
  EXPECT_EQ(site_.news(at, now), "event: over\ndata: \n\n");
  EXPECT_TRUE(at.over);
}

TEST_F(a_site, tells_a_follower_of_a_room_all_of_it_and_then_what_changed) {
  auto at = cursor("/room/" + room_token + "/events");
  const auto all = site_.news(at, now);
  for (const char* part : {"event: title\n", "event: people\n", "event: talking\n", "event: files\n",
                           "event: screens\n", "event: frame\n"})
    EXPECT_THAT(all, HasSubstr(part));
  EXPECT_EQ(site_.news(at, now), "");

  auto page = *std::make_shared<room_page>(a_page());
  publish(page);
  auto second = page;
  second.talking = list<leg_id>({leg_id{1}});
  publish(second);
  (void)site_.news(at, now);
  auto third = second;
  third.talking = list<leg_id>({});
  publish(third);
  EXPECT_EQ(site_.news(at, now), "event: talking\ndata: \n\n");
  auto fourth = third;
  fourth.title = "a\nb <i>";
  publish(fourth);
  EXPECT_EQ(site_.news(at, now), "event: title\ndata: <bdi>a b &lt;i&gt;</bdi>\n\n");
  site_.publish_frame(screen_token, frame(7));
  EXPECT_EQ(site_.news(at, now), "event: frame\ndata: " + screen_token + " 7\n\n");
}

TEST_F(a_site, tells_who_speaks_of_those_it_names) {
  auto at = cursor("/room/" + room_token + "/events");
  auto page = a_page();
  page.talking = list<leg_id>({leg_id{1}});
  publish(page);
  const auto told = site_.news(at, now);
  EXPECT_THAT(told, HasSubstr("event: talking\ndata: 1\n"));
  EXPECT_THAT(told, HasSubstr("<li id=\"leg-1\""));
  EXPECT_LT(told.find("event: people"), told.find("event: talking")) << "people first, else nobody is found";
}

}  // namespace
}  // namespace confab::web
