#include "signaling/web/http_session.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "config/limits.hpp"
#include "signaling/web/token.hpp"

namespace confab::web {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string room_token(token_characters, 'r'), screen_token(token_characters, 's'),
    file_token(token_characters, 'f');

class a_session : public ::testing::Test {
 protected:
  a_session() {
    std::string path = ::testing::TempDir() + "confab-session-XXXXXX";
    const int descriptor = ::mkstemp(path.data());
    ::close(descriptor);
    path_ = path;
    page_.token = room_token;
    page_.room = "lunch@example.com";
    page_.screens = std::make_shared<const std::vector<page_screen>>(1, page_screen{screen_token, "Alice"});
    publish();
  }
  ~a_session() override { ::unlink(path_.c_str()); }

  void publish() { pages_.publish(std::make_shared<const room_page>(page_)); }
  void share(uint64_t number, size_t bytes = 10) {
    auto frame = std::make_shared<screen_frame>();
    frame->jpeg = std::string(bytes, 'j');
    frame->number = number;
    pages_.publish_frame(screen_token, frame);
  }
  void offer_file(size_t bytes, size_t said) {
    std::ofstream(path_, std::ios::trunc) << std::string(bytes, 'x');
    page_.files = std::make_shared<const std::vector<page_file>>(
        1, page_file{file_token, "a.bin", "", said, "", "Alice", "OK", path_});
    publish();
  }
  [[nodiscard]] times now() const {
    return {now_, std::chrono::system_clock::time_point(seconds(1'800'000'000))};
  }
  std::unique_ptr<http_session> session(bool told_off = false) {
    return std::make_unique<http_session>(pages_, guests_, "192.0.2.1", told_off, now_);
  }
  /// All that is written until nothing more comes.
  std::string drain(http_session& s) {
    std::string all;
    while (true) {
      const auto piece = s.take_output(now());
      if (piece.empty()) return all;
      largest_ = std::max(largest_, piece.size());
      all += piece;
      s.on_written(now());
    }
  }
  std::string ask(http_session& s, const std::string& target, const std::string& more = {}) {
    s.on_bytes("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + more + "\r\n", now());
    return drain(s);
  }
  void pass(seconds span, http_session& s) {
    now_ += span;
    s.on_time(now());
  }

  const std::string image_ = "/screen/" + screen_token + ".jpg";
  const std::string file_ = "/file/" + file_token + "/a.bin";
  site pages_;
  visitors guests_{1'000};
  room_page page_;
  std::string path_;
  http_session::clock_time now_{seconds(1'000)};
  size_t largest_ = 0;
};

TEST_F(a_session, answers_one_request_after_the_other) {
  const auto s = session();
  const auto first = ask(*s, "/room/" + room_token);
  EXPECT_THAT(first, StartsWith("HTTP/1.1 200 OK\r\nDate: Fri, 15 Jan 2027 08:00:00 GMT\r\n"));
  EXPECT_THAT(first, HasSubstr("Connection: keep-alive\r\n\r\n<!doctype html>"));
  EXPECT_TRUE(s->wants_bytes());
  EXPECT_THAT(ask(*s, "/nowhere"), StartsWith("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_FALSE(s->is_over());
}

TEST_F(a_session, answers_requests_that_come_together_in_their_order) {
  const auto s = session();
  share(1);
  s->on_bytes("GET /style.css HTTP/1.1\r\nHost: h\r\n\r\nGET " + image_ +
                  " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
              now());
  EXPECT_FALSE(s->wants_bytes()) << "TCP holds the peer while there is something to say";
  const auto all = drain(*s);
  EXPECT_LT(all.find("text/css"), all.find("image/jpeg"));
  EXPECT_THAT(all, HasSubstr("Content-Length: 10\r\nConnection: close\r\n\r\njjjjjjjjjj"));
  EXPECT_TRUE(s->is_over());
}

TEST_F(a_session, sends_no_body_to_head) {
  const auto s = session();
  share(1);
  s->on_bytes("HEAD " + image_ + " HTTP/1.1\r\nHost: h\r\n\r\n", now());
  const auto all = drain(*s);
  EXPECT_THAT(all, HasSubstr("Content-Length: 10\r\n"));
  EXPECT_TRUE(all.ends_with("\r\n\r\n"));
  EXPECT_TRUE(s->wants_bytes());
}

TEST_F(a_session, sends_no_body_to_head_that_it_refuses) {
  const std::string head = "HEAD /", rest = " HTTP/1.1\r\nHost: h\r\n\r\n";
  const struct {
    const char* status;
    bool told_off;
    std::string bytes;
  } rows[] = {
      {"404", false, head + "nowhere" + rest},
      {"414", false, head + std::string(limits::web_target_bytes, 'a') + rest},
      {"413", false, head + " HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody"},
      {"400", false, head + " HTTP/1.1\r\n\r\n"},
      {"431", false, head + " HTTP/1.1\r\nA: " + std::string(limits::web_head_bytes, 'a') + "\r\n\r\n"},
      {"429", true, head + rest},
  };
  for (const auto& row : rows) {
    const auto s = session(row.told_off);
    s->on_bytes(row.bytes, now());
    const auto all = drain(*s);
    EXPECT_THAT(all, StartsWith("HTTP/1.1 " + std::string(row.status)));
    EXPECT_EQ(all.find("\r\n\r\n"), all.size() - 4) << row.status;
  }
}

TEST_F(a_session, tells_head_of_the_whole_file_whatever_range_it_names) {
  offer_file(1'000, 1'000);
  for (const char* range : {"bytes=0-9", "bytes=9999-"}) {
    const auto s = session();
    s->on_bytes("HEAD " + file_ + " HTTP/1.1\r\nHost: h\r\nRange: " + range + "\r\n\r\n", now());
    const auto all = drain(*s);
    EXPECT_THAT(all, StartsWith("HTTP/1.1 200 OK\r\n")) << range;
    EXPECT_THAT(all, HasSubstr("Content-Length: 1000\r\n"));
    EXPECT_THAT(all, HasSubstr("Accept-Ranges: bytes\r\n"));
    EXPECT_THAT(all, Not(HasSubstr("Content-Range")));
  }
}

TEST_F(a_session, sends_large_pictures_and_files_piece_by_piece) {
  share(1, 300'000);
  offer_file(1'000'000, 1'000'000);
  const auto s = session();
  EXPECT_TRUE(ask(*s, image_).ends_with(std::string(300'000, 'j')));
  EXPECT_TRUE(ask(*s, file_).ends_with("\r\n\r\n" + std::string(1'000'000, 'x')));
  EXPECT_LE(largest_, limits::web_piece_bytes + 4'096) << "beside the head";
  EXPECT_TRUE(s->wants_bytes());
}

TEST_F(a_session, sends_a_part_of_a_file) {
  offer_file(1'000'000, 1'000'000);
  const auto s = session();
  const auto part = ask(*s, file_, "Range: bytes=999990-\r\n");
  EXPECT_THAT(part, StartsWith("HTTP/1.1 206 Partial Content\r\n"));
  EXPECT_TRUE(part.ends_with("\r\n\r\nxxxxxxxxxx"));
}

TEST_F(a_session, says_not_found_of_a_file_that_is_not_what_it_was) {
  offer_file(10, 11);
  const auto s = session();
  EXPECT_THAT(ask(*s, file_), StartsWith("HTTP/1.1 404"));
  ::unlink(path_.c_str());
  EXPECT_THAT(ask(*s, file_), StartsWith("HTTP/1.1 404"));
  offer_file(0, 0);
  EXPECT_TRUE(ask(*s, file_).ends_with("Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"));
}

TEST_F(a_session, breaks_off_when_a_file_becomes_shorter_on_the_way) {
  offer_file(500'000, 500'000);
  const auto s = session();
  s->on_bytes("GET " + file_ + " HTTP/1.1\r\nHost: h\r\n\r\n", now());
  EXPECT_FALSE(s->take_output(now()).empty());
  s->on_written(now());
  ASSERT_EQ(::truncate(path_.c_str(), 10), 0);
  EXPECT_TRUE(s->take_output(now()).empty());
  EXPECT_TRUE(s->is_given_up());
}

TEST_F(a_session, breaks_off_the_file_of_a_room_that_moves) {
  offer_file(300'000, 300'000);
  const auto s = session();
  EXPECT_EQ(s->watches(), "");
  s->on_bytes("GET " + file_ + " HTTP/1.1\r\nHost: h\r\n\r\n", now());
  ASSERT_FALSE(s->take_output(now()).empty());
  s->on_written(now());
  EXPECT_EQ(s->watches(), room_token);
  s->on_moved();
  EXPECT_TRUE(s->is_given_up());
  const auto other = session();
  EXPECT_THAT(ask(*other, file_), HasSubstr("Content-Length: 300000"));
  EXPECT_EQ(other->watches(), "") << "it is out";
  other->on_moved();
  EXPECT_FALSE(other->is_given_up());
}

TEST_F(a_session, tells_a_follower_that_the_room_moved_and_ends) {
  const auto s = session();
  (void)ask(*s, "/room/" + room_token + "/events");
  page_.token = std::string(token_characters, 'R');
  pages_.move(room_token, std::make_shared<const room_page>(page_), {});
  s->on_moved();
  EXPECT_EQ(drain(*s), "event: over\ndata: moved\n\n");
  EXPECT_TRUE(s->is_over());
}

TEST_F(a_session, follows_a_screen_until_its_room_ends) {
  share(1);
  const auto s = session();
  const auto head = ask(*s, "/screen/" + screen_token + "/events");
  EXPECT_THAT(head, HasSubstr("text/event-stream"));
  EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(head, HasSubstr("event: frame\ndata: 1 "));
  EXPECT_EQ(s->watches(), room_token);
  EXPECT_EQ(drain(*s), "");
  share(2);
  EXPECT_THAT(drain(*s), StartsWith("event: frame\ndata: 2 "));
  pass(limits::web_ping, *s);
  EXPECT_EQ(drain(*s), ":\n\n") << "somebody between must not think it dead";
  pages_.withdraw(room_token);
  EXPECT_EQ(drain(*s), "event: over\ndata: \n\n");
  EXPECT_TRUE(s->is_over());
}

TEST_F(a_session, tells_a_slow_follower_the_newest_alone) {
  share(1);
  const auto s = session();
  (void)ask(*s, "/screen/" + screen_token + "/events");
  share(2);
  EXPECT_THAT(s->take_output(now()), HasSubstr("data: 2 "));
  for (uint64_t number = 3; number < 100; ++number) {
    share(number);
    EXPECT_EQ(s->take_output(now()), "") << "the one before is not written yet";
  }
  s->on_written(now());
  EXPECT_THAT(drain(*s), StartsWith("event: frame\ndata: 99 "));
}

TEST_F(a_session, gives_up_on_a_follower_who_takes_nothing) {
  share(1);
  const auto s = session();
  s->on_bytes("GET /screen/" + screen_token + "/events HTTP/1.1\r\nHost: h\r\n\r\n", now());
  EXPECT_FALSE(s->take_output(now()).empty());
  pass(limits::web_stalled - seconds(1), *s);
  EXPECT_FALSE(s->is_given_up());
  pass(seconds(1), *s);
  EXPECT_TRUE(s->is_given_up());
}

TEST_F(a_session, gives_a_request_so_long_however_it_trickles) {
  const auto s = session();
  for (int second = 0; second < limits::web_head_patience.count(); ++second) {
    s->on_bytes("G", now());
    pass(seconds(1), *s);
  }
  EXPECT_THAT(drain(*s), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_TRUE(s->is_over());
}

TEST_F(a_session, closes_when_nothing_is_asked) {
  auto s = session();
  pass(limits::web_head_patience, *s);
  EXPECT_TRUE(s->is_given_up()) << "connected and never asked";
  s = session();
  (void)ask(*s, "/style.css");
  pass(limits::web_idle - seconds(1), *s);
  EXPECT_FALSE(s->is_given_up());
  pass(seconds(1), *s);
  EXPECT_TRUE(s->is_given_up());
}

TEST_F(a_session, refuses_what_it_cannot_read_and_closes) {
  const auto s = session();
  s->on_bytes("nonsense\r\n\r\n", now());
  EXPECT_THAT(drain(*s), StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_TRUE(s->is_over());
}

TEST_F(a_session, says_when_there_are_too_many_connections_or_requests) {
  const auto crowded = session(true);
  EXPECT_THAT(ask(*crowded, "/style.css"), StartsWith("HTTP/1.1 429 Too Many Requests\r\n"));
  EXPECT_TRUE(crowded->is_over());
  guests_ = visitors(2);
  const auto s = session();
  for (int i = 0; i < 10; ++i) ASSERT_THAT(ask(*s, "/style.css"), StartsWith("HTTP/1.1 200")) << i;
  const auto no = ask(*s, "/style.css");
  EXPECT_THAT(no, StartsWith("HTTP/1.1 429"));
  EXPECT_THAT(no, HasSubstr("Retry-After: 5\r\n"));
}

TEST_F(a_session, makes_guessing_slow) {
  guests_ = visitors(4);
  const auto s = session();
  EXPECT_THAT(ask(*s, "/room/guess"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(ask(*s, "/room/guess"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(ask(*s, "/room/guess"), StartsWith("HTTP/1.1 429"));
}

TEST_F(a_session, ends_a_connection_after_very_many_requests) {
  guests_ = visitors(0);
  const auto s = session();
  for (size_t i = 1; i < limits::web_requests_per_connection; ++i) (void)ask(*s, "/icon.svg");
  EXPECT_FALSE(s->is_over());
  (void)ask(*s, "/icon.svg");
  EXPECT_TRUE(s->is_over());
}

}  // namespace
}  // namespace confab::web
