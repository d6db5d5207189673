#include "signaling/conference/screens.hpp"

#include <gmock/gmock.h>

#include "config/limits.hpp"
#include "tests/scenario/chatting.hpp"
#include "tests/support/jpegs.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// Stands in for the web server: notes what rooms publish.
class recorded_web final : public web::publisher {
 public:
  void publish(web::room_page_ptr page) override { pages.push_back(std::move(page)); }
  void publish_frame(const std::string& screen_token, web::frame_ptr frame) override {
    bool listed = false;
    for (const auto& one : *pages.back()->screens) listed = listed || one.token == screen_token;
    EXPECT_TRUE(listed) << "the web server would know no such screen";
    frames.emplace_back(screen_token, std::move(frame));
  }
  void link(const std::string& room_token, const std::string& link) override {
    EXPECT_EQ(room_token, pages.back()->token) << "the web server would know no such room";
    links.push_back(link);
  }
  void unlink(const std::string& link) override { std::erase(links, link); }
  void move(const std::string& old_token, web::room_page_ptr page, std::vector<std::string> stay) override {
    withdrawn.push_back(old_token);
    pages.push_back(std::move(page));
    std::ranges::sort(stay);
    links = std::move(stay);
  }
  void withdraw(const std::string& room_token) override { withdrawn.push_back(room_token); }
  [[nodiscard]] std::string new_token() const override { return "token" + std::to_string(++tokens); }
  [[nodiscard]] std::string room_url(const std::string& token) const override {
    return "http://web/room/" + token;
  }
  [[nodiscard]] std::string screen_url(const std::string& token) const override {
    return "http://web/screen/" + token;
  }
  [[nodiscard]] std::string file_url(const std::string& token, const std::string&) const override {
    return "http://web/file/" + token;
  }
  /// The names on the newest page.
  [[nodiscard]] std::vector<std::string> people() const {
    std::vector<std::string> out;
    for (const auto& one : *pages.back()->people) out.push_back(one.uri);
    return out;
  }

  std::vector<web::room_page_ptr> pages;
  std::vector<std::pair<std::string, web::frame_ptr>> frames;
  std::vector<std::string> withdrawn, links;
  mutable int tokens = 0;
};

class a_shared_screen : public a_chat {
 protected:
  a_shared_screen() { web_ = &recorded_; }

  uint16_t share(leg_id leg, const std::string& picture = testing::small_jpeg(),
                 const std::string& from = {}) {
    return say(leg, picture, "lunch@host", std::string(conference::screen_type), from);
  }
  [[nodiscard]] std::string only_line(leg_id leg) {
    const auto all = read(leg);
    return all.size() == 1 ? all[0] : std::to_string(all.size()) + " lines";
  }

  recorded_web recorded_;
};

const std::string status = "[status] Conference Room > sip:lunch@host: ";
const std::string new_links = "The links of screens and files are new. This room on the web: ";

TEST_F(a_shared_screen, is_told_to_all_with_its_first_picture_alone) {
  start();
  chat(alice);
  chat(bob);
  (void)read(alice), (void)read(bob);
  EXPECT_EQ(share(alice), 200);
  const auto line = status + "phone1@example.com is sharing the screen at http://web/screen/token4";
  EXPECT_EQ(only_line(bob), line);
  EXPECT_EQ(only_line(alice), line) << "so that it can see what others see";
  EXPECT_EQ(share(alice), 200);
  EXPECT_THAT(read(bob), IsEmpty());
  ASSERT_EQ(recorded_.frames.size(), 2u);
  EXPECT_EQ(recorded_.frames[1].second->jpeg, testing::small_jpeg());
  EXPECT_GT(recorded_.frames[1].second->number, recorded_.frames[0].second->number);
}

TEST_F(a_shared_screen, is_in_documents_for_participants_alone) {
  start();
  chat(alice);
  subscribe(wanda, "lunch@host", false, "sip:phone2@example.com");
  EXPECT_FALSE(shows("http://web"));
  chat(bob);
  EXPECT_TRUE(shows("<uri>http://web/room/token1</uri><purpose>web-page</purpose>"));
  EXPECT_EQ(share(alice), 200);
  EXPECT_TRUE(
      shows("<agp-conf:screen_image_url>http://web/screen/token4</agp-conf:screen_image_url></user>"));
  subscribe(subscription_id{2}, "lunch@host");
  pass(1s);
  EXPECT_THAT(watchers_.said_to(subscription_id{2}).back(), Not(HasSubstr("http://web")));
}

TEST_F(a_shared_screen, is_withdrawn_when_no_picture_comes_and_comes_back_by_the_same_url) {
  start();
  chat(alice);
  chat(bob);
  subscribe(wanda, "lunch@host", false, "sip:phone2@example.com");
  EXPECT_EQ(share(alice), 200);
  pass(9s);
  EXPECT_EQ(share(alice), 200);
  pass(9s);
  (void)read(bob);
  EXPECT_TRUE(shows("screen_image_url"));
  pass(2s);
  EXPECT_EQ(only_line(bob), status + "phone1@example.com stopped sharing the screen");
  EXPECT_FALSE(shows("screen_image_url"));
  EXPECT_THAT(*recorded_.pages.back()->screens, IsEmpty());
  EXPECT_EQ(share(alice), 200);
  EXPECT_EQ(only_line(bob), status + "phone1@example.com is sharing the screen at http://web/screen/token4");
}

TEST_F(a_shared_screen, ends_with_the_connection_or_the_call_of_who_shares_it) {
  start();
  chat(alice);
  chat(bob);
  chat(carol);
  EXPECT_EQ(share(bob), 200);
  EXPECT_EQ(share(carol), 200);
  (void)read(alice);
  hang_up(carol);
  EXPECT_THAT(read(alice), Contains(status + "phone3@example.com stopped sharing the screen"));
  lose(bob);
  EXPECT_THAT(read(alice), IsEmpty());  // it may be back at once
  pass(11s);
  EXPECT_THAT(read(alice), Contains(status + "phone2@example.com stopped sharing the screen"));
  pass(1s);
  EXPECT_THAT(*recorded_.pages.back()->screens, IsEmpty());
}

TEST_F(a_shared_screen, is_a_picture_of_the_senders_own) {
  start();
  chat(alice);
  chat(bob);
  (void)read(alice);
  EXPECT_EQ(share(bob, "<html>"), 415);
  EXPECT_EQ(share(bob, testing::small_jpeg(1, 1, std::string(200'000, 's'))), 413);
  EXPECT_EQ(share(bob, testing::small_jpeg(), "sip:phone1@example.com"), 403);
  EXPECT_THAT(read(alice), IsEmpty());
  EXPECT_THAT(recorded_.frames, IsEmpty());
}

TEST_F(a_shared_screen, is_refused_without_a_web_server) {
  web_ = nullptr;
  start();
  chat(alice);
  EXPECT_EQ(share(alice), 415);
  EXPECT_THAT(read(alice).back(), Not(HasSubstr("http")));
}

using a_page = a_shared_screen;

TEST_F(a_page, shows_who_is_there_as_they_come_and_go) {
  start();
  chat(alice);
  EXPECT_THAT(read(alice).front(), HasSubstr("This room on the web: http://web/room/token2"));
  join(bob, "lunch@host");
  pass(1s);
  EXPECT_EQ(recorded_.people(),
            (std::vector<std::string>{"sip:phone1@example.com", "sip:phone2@example.com"}));
  const auto& shown = recorded_.pages.back()->people->front();
  EXPECT_TRUE(shown.moderator && shown.verified && shown.has_chat && !shown.has_audio);
  call_oneself(alice, "Ali");
  press(bob, "*6");
  pass(1s);
  EXPECT_EQ(recorded_.pages.back()->people->front().name, "Ali");
  EXPECT_TRUE(recorded_.pages.back()->people->back().muted);
  hang_up(bob);
  pass(1s);
  EXPECT_EQ(recorded_.people(), std::vector<std::string>{"sip:phone1@example.com"});
  hang_up(alice);
  EXPECT_EQ(recorded_.withdrawn, std::vector<std::string>{"token1"});
}

/// Three who chat, of whom alice shares; bob and carol watch by their calls.
class a_page_of_three : public a_shared_screen {
 protected:
  static constexpr subscription_id bobs{2}, carols{3};
  void gather() {
    start();
    for (const leg_id leg : {alice, bob, carol}) chat(leg);
    EXPECT_EQ(share(alice), 200);  // token5; the room has token1, they have their own
    subscribe(bobs, "lunch@host", false, "sip:phone2@example.com", std::nullopt, bob);
    subscribe(carols, "lunch@host", false, "sip:phone3@example.com", std::nullopt, carol);
    for (const leg_id leg : {alice, bob, carol}) (void)read(leg);
  }
  /// A phone whose only chat is SIP MESSAGE.
  void audio_call(leg_id leg, const std::string& uri) {
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer = peer_of(leg);
    c.peer.uri = uri;
    c.peer.takes_messages = true;
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = plain_offer;
    tell(c);
    tell(sip::established{leg, c.peer});
  }
  /// By SIP MESSAGE, since the last look.
  std::vector<std::string> texts_for(leg_id leg) {
    std::vector<std::string> out;
    for (const auto& one : std::exchange(messages_.got[leg], {})) out.push_back(one->body);
    return out;
  }
  void refer_out(const std::string& target) {
    sip::incoming_refer wish;
    wish.id = subscription_id{9};
    wish.room = room_id{"lunch@host"};
    wish.target = target;
    wish.method = sip::refer_method::bye;
    wish.in_dialog_of = alice;
    caf::anon_send(directory_, refer_news{wish});
    settle();
  }
  /// Of a status line for one alone.
  static std::string told(leg_id leg) {
    return "[status] Conference Room > sip:phone" + to_string(leg) + "@example.com: ";
  }
  void expect_new_links() {
    EXPECT_EQ(recorded_.withdrawn, std::vector<std::string>{"token1"});
    const auto& page = *recorded_.pages.back();
    EXPECT_EQ(page.token, "token6");
    EXPECT_EQ(recorded_.links, (std::vector<std::string>{"token2", "token4"})) << "their own stay";
    ASSERT_EQ(page.screens->size(), 1U);
    EXPECT_EQ(page.screens->front().token, "token7");
    EXPECT_EQ(recorded_.frames.back().first, "token7") << "the picture is there at once";
    EXPECT_THAT(read(carol), Contains(told(carol) + new_links + "http://web/room/token4"));
    EXPECT_THAT(read(alice), Contains(told(alice) + new_links + "http://web/room/token2"));
    pass(1s);
    EXPECT_THAT(watchers_.said_to(carols).back(), HasSubstr("http://web/room/token6"));
    EXPECT_THAT(watchers_.said_to(carols).back(), HasSubstr("http://web/screen/token7"));
  }
};

TEST_F(a_page_of_three, has_new_links_for_those_who_stay_when_somebody_is_put_out) {
  gather();
  const auto before = watchers_.said_to(bobs).size();
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  expect_new_links();
  // Its call has not ended: nobody has answered the BYE.
  EXPECT_EQ(control_.count("hang_up", bob), 1U);
  EXPECT_THAT(read(bob), IsEmpty());
  EXPECT_EQ(say(bob, "/page"), 403);
  EXPECT_EQ(share(bob), 403);
  const auto said = watchers_.said_to(bobs);
  for (size_t i = before; i < said.size(); ++i) EXPECT_THAT(said[i], Not(HasSubstr("http://web"))) << i;
  subscribe(subscription_id{4}, "lunch@host", true, "sip:phone2@example.com", std::nullopt, bob);
  subscribe(subscription_id{5}, "lunch@host", true, "sip:phone2@example.com");
  for (const auto id : {subscription_id{4}, subscription_id{5}})
    for (const auto& document : watchers_.said_to(id)) EXPECT_THAT(document, Not(HasSubstr("http://web")));
  hang_up(bob);
  EXPECT_THAT(read(carol), Contains(HasSubstr("phone2@example.com has left the room")));
  EXPECT_EQ(recorded_.pages.back()->token, "token6");
  EXPECT_EQ(recorded_.withdrawn.size(), 1U) << "once";
}

TEST_F(a_page_of_three, has_new_links_when_a_moderator_refers_somebody_out) {
  gather();
  refer_out("sip:phone2@example.com");
  expect_new_links();
}

TEST_F(a_page_of_three, keeps_its_links_when_somebody_leaves_or_nobody_is_put_out) {
  gather();
  refer_out("sip:dave@example.com");
  EXPECT_EQ(say(alice, "/kick dave"), 200);
  hang_up(bob);
  pass(1s);
  EXPECT_THAT(recorded_.withdrawn, IsEmpty());
  EXPECT_EQ(recorded_.pages.back()->token, "token1");
  EXPECT_THAT(read(carol), Not(Contains(HasSubstr("http"))));
}

TEST_F(a_page_of_three, has_new_links_once_when_a_name_is_put_out_that_several_devices_share) {
  gather();
  const leg_id desk{4}, car{5};
  audio_call(desk, "sip:phone2@example.com");
  audio_call(car, "sip:phone2@example.com");
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  expect_new_links();
  for (const leg_id leg : {bob, desk, car}) EXPECT_EQ(control_.count("hang_up", leg), 1U) << leg.value;
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  EXPECT_EQ(recorded_.withdrawn.size(), 1U) << "they are on their way out";
}

TEST_F(a_page_of_three, has_the_links_of_those_who_left_until_somebody_is_put_out) {
  gather();
  hang_up(carol);
  EXPECT_THAT(recorded_.links, Contains("token4"));
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  EXPECT_EQ(recorded_.links, std::vector<std::string>{"token2"});
}

TEST_F(a_page, has_the_links_of_so_many_who_left_and_of_all_who_are_there) {
  start();
  chat(alice);
  const auto hers = recorded_.links;
  chat(bob);
  hang_up(bob);
  const auto with_first = recorded_.links;
  for (uint64_t i = 0; i < limits::page_links_of_departed; ++i) {
    chat(leg_id{100 + i});
    hang_up(leg_id{100 + i});
  }
  EXPECT_EQ(recorded_.links.size(), 1 + limits::page_links_of_departed);
  EXPECT_THAT(recorded_.links, Contains(hers.front()));
  EXPECT_THAT(recorded_.links, Not(Contains(with_first.back()))) << "it left first";
}

TEST_F(a_page_of_three, is_told_anew_to_phones_that_have_asked_for_it) {
  gather();
  const leg_id asks{4}, silent{5};
  audio_call(asks, "sip:phone4@example.com");
  audio_call(silent, "sip:phone5@example.com");
  sip::incoming_message m;
  m.id = message_id{1};
  m.room = room_id{"lunch@host"};
  m.type = "text/plain";
  m.body = "/page";
  m.in_dialog_of = asks;
  caf::anon_send(directory_, message_news{m});
  settle();
  EXPECT_EQ(texts_for(asks), std::vector<std::string>{"http://web/room/token6"});
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  EXPECT_EQ(texts_for(asks), std::vector<std::string>{new_links + "http://web/room/token6"});
  EXPECT_THAT(texts_for(silent), IsEmpty()) << "it was never told a link";
}

TEST_F(a_page_of_three, says_nothing_of_links_where_there_is_no_web) {
  web_ = nullptr;
  start();
  for (const leg_id leg : {alice, bob, carol}) chat(leg);
  (void)read(carol);
  EXPECT_EQ(say(alice, "/kick phone2@example.com"), 200);
  EXPECT_THAT(read(carol), IsEmpty());
  hang_up(bob);
  EXPECT_THAT(read(carol), Contains(HasSubstr("has left the room")));
}

TEST_F(a_page, shows_who_speaks) {
  start();
  chat(alice, true);
  join(bob, "lunch@host");
  pass(1s);
  const auto speaks = [&](leg_id leg, bool on) {
    caf::anon_send(records_[0]->owners.at(leg), media_news{mix::talking_changed{leg, on}});
    settle();
    pass(1s);
    return *recorded_.pages.back()->talking;
  };
  EXPECT_EQ(speaks(bob, true), std::vector<leg_id>{bob});
  EXPECT_EQ(speaks(alice, true), (std::vector<leg_id>{bob, alice}));
  EXPECT_EQ(speaks(bob, false), std::vector<leg_id>{alice});
  hang_up(alice);
  pass(1s);
  EXPECT_THAT(*recorded_.pages.back()->talking, IsEmpty());
}

TEST_F(a_page, is_published_once_for_what_happens_at_once) {
  start();
  chat(alice);
  pass(1s);
  const size_t before = recorded_.pages.size();
  for (uint64_t leg = 10; leg < 30; ++leg) join(leg_id{leg}, "lunch@host");
  pass(1s);
  EXPECT_LE(recorded_.pages.size(), before + 1);
  EXPECT_EQ(recorded_.people().size(), 21u);
}

TEST_F(a_page, is_asked_for_by_chat_and_shows_the_subject) {
  start();
  chat(alice);
  (void)read(alice);
  EXPECT_EQ(say(alice, "/page"), 200);
  EXPECT_THAT(only_line(alice), HasSubstr("http://web/room/token2")) << "its own, once more";
  EXPECT_EQ(say(alice, "/subject Pizza"), 200);
  pass(1s);
  EXPECT_EQ(recorded_.pages.back()->title, "Pizza");
}

}  // namespace
}  // namespace confab::actors::scenario
