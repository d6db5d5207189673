#include "signaling/web/web_server.hpp"

#include <array>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/socket_address.hpp"
#include "signaling/web/token.hpp"

namespace confab::web {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A client that blocks, for at most ten seconds.
class client {
 public:
  client(const sockaddr* to, socklen_t length) : descriptor_(::socket(to->sa_family, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    connected_ = ::connect(descriptor_, to, length) == 0;
  }
  ~client() { ::close(descriptor_); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void say(const std::string& bytes) const {
    EXPECT_TRUE(connected_);
    EXPECT_EQ(::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Until `end` is there, or the peer closes.
  std::string hear(const std::string& end = "\n\r\t never \t\r\n") const {
    std::string all;
    std::array<char, 4'096> piece{};
    while (all.find(end) == std::string::npos) {
      const ssize_t got = ::recv(descriptor_, piece.data(), piece.size(), 0);
      if (got <= 0) break;
      all.append(piece.data(), static_cast<size_t>(got));
    }
    return all;
  }

 private:
  int descriptor_;
  bool connected_ = false;
};

class a_web_server : public ::testing::Test {
 protected:
  void start(std::vector<std::string> listen, std::string public_url = {}) {
    web_options options;
    options.listen = std::move(listen);
    options.host = "192.0.2.7";
    options.public_url = std::move(public_url);
    auto made = web_server::start(options);
    ASSERT_TRUE(made.ok()) << made.error().text;
    server_ = std::move(*made);
  }
  [[nodiscard]] socket_address address(size_t which = 0) const {
    return socket_address::parse_with_port(server_->listeners().at(which).address, 0).value();
  }
  [[nodiscard]] std::unique_ptr<client> connect() const {
    const auto to = address();
    return std::make_unique<client>(to.raw(), to.raw_length());
  }
  /// What was begun before is done: the thread has answered somebody else.
  void settle() const {
    const auto c = connect();
    c->say("GET /icon.svg HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(c->hear(), StartsWith("HTTP/1.1 200"));
  }
  std::string publish() const {
    auto page = std::make_shared<room_page>();
    page->token = server_->new_token();
    page->room = "lunch@example.com";
    server_->publish(page);
    return page->token;
  }
  std::unique_ptr<web_server> server_;
};

TEST_F(a_web_server, serves_what_is_published_until_it_is_withdrawn) {
  start({"http://127.0.0.1:0"});
  const auto token = publish();
  const auto url = server_->room_url(token);
  EXPECT_THAT(url, StartsWith("http://192.0.2.7:" + std::to_string(address().port()) + "/room/"));
  const auto ask = [&] {
    const auto c = connect();
    c->say("GET /room/" + token + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    return c->hear();
  };
  EXPECT_THAT(ask(), HasSubstr("lunch@example.com"));
  server_->withdraw(token);
  EXPECT_THAT(ask(), StartsWith("HTTP/1.1 404"));
}

TEST_F(a_web_server, pushes_news_to_those_who_follow) {
  start({"http://127.0.0.1:0"});
  const auto token = publish();
  const auto c = connect();
  c->say("GET /room/" + token + "/events HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(c->hear("event: talking\ndata: \n\n"), HasSubstr("event: people\n"));
  auto page = std::make_shared<room_page>();
  page->token = token;
  page->title = "Lunch";
  server_->publish(page);
  EXPECT_THAT(c->hear("Lunch</bdi>\n\n"), HasSubstr("event: title\n"));
  server_->withdraw(token);
  EXPECT_THAT(c->hear(), HasSubstr("event: over\n")) << "and closes";
}

TEST_F(a_web_server, pushes_news_to_who_asked_for_them_behind_another_request) {
  start({"http://127.0.0.1:0"});
  const auto token = publish();
  const auto c = connect();
  c->say("GET /icon.svg HTTP/1.1\r\nHost: h\r\n\r\nGET /room/" + token +
         "/events HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(c->hear("event: talking\ndata: \n\n"), HasSubstr("event: people\n"));
  server_->withdraw(token);
  EXPECT_THAT(c->hear(), HasSubstr("event: over\n")) << "at once, not with the next comment";
}

TEST_F(a_web_server, goes_on_for_who_follows_a_room_that_moves_by_a_link_that_stays) {
  start({"http://127.0.0.1:0"});
  const auto first = std::make_shared<room_page>();
  first->token = server_->new_token();
  server_->publish(first);
  const auto link = server_->new_token();
  server_->link(first->token, link);
  const auto c = connect();
  c->say("GET /room/" + link + "/events HTTP/1.1\r\nHost: h\r\n\r\n");
  (void)c->hear("event: talking\ndata: \n\n");
  auto page = std::make_shared<room_page>(*first);  // nothing is new but its token
  page->token = server_->new_token();
  settle();
  server_->move(first->token, page, {link});
  settle();
  auto later = std::make_shared<room_page>(*page);
  later->title = "Lunch";
  server_->publish(later);
  EXPECT_THAT(c->hear("Lunch</bdi>\n\n"), HasSubstr("event: title\n"))
      << "at once, not with the next comment";
  server_->unlink(link);
  EXPECT_THAT(c->hear(), HasSubstr("event: over\ndata: moved\n\n")) << "and closes";
}

TEST_F(a_web_server, breaks_off_who_follows_a_room_that_moves) {
  start({"http://127.0.0.1:0"});
  const auto token = publish();
  const auto c = connect();
  c->say("GET /room/" + token + "/events HTTP/1.1\r\nHost: h\r\n\r\n");
  (void)c->hear("event: talking\ndata: \n\n");
  auto page = std::make_shared<room_page>();
  page->token = server_->new_token();
  server_->move(token, page, {});
  EXPECT_THAT(c->hear(), HasSubstr("event: over\ndata: moved\n\n")) << "and closes";
  for (const auto& [asked, status] :
       {std::pair(token, "HTTP/1.1 404"), std::pair(page->token, "HTTP/1.1 200")}) {
    const auto other = connect();
    other->say("GET /room/" + asked + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(other->hear(), StartsWith(status));
  }
}

TEST_F(a_web_server, serves_on_a_unix_socket_and_leaves_none_behind) {
  const std::string path = ::testing::TempDir() + "confab-web-" + std::to_string(::getpid());
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  path.copy(at.sun_path, sizeof(at.sun_path) - 1);
  const int stale = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(stale, reinterpret_cast<const sockaddr*>(&at), sizeof(at)), 0);
  ::close(stale);  // of a server that was killed: nobody answers
  start({"unix:" + path}, "https://chat.example.com/rooms/");
  const auto token = publish();
  EXPECT_EQ(server_->room_url(token), "https://chat.example.com/rooms/room/" + token);
  {
    const client c(reinterpret_cast<const sockaddr*>(&at), sizeof(at));
    c.say("GET /room/" + token + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(c.hear(), HasSubstr("lunch@example.com"));
  }
  web_options again;
  again.listen = {"unix:" + path};
  EXPECT_FALSE(web_server::start(again).ok()) << "it is taken";
  server_.reset();
  struct stat about {};
  EXPECT_NE(::stat(path.c_str(), &about), 0);
}

TEST_F(a_web_server, says_which_address_is_taken) {
  start({"http://127.0.0.1:0"});
  web_options again;
  again.listen = {"http://" + server_->listeners()[0].address};
  const auto no = web_server::start(again);
  ASSERT_FALSE(no.ok());
  EXPECT_THAT(no.error().text, HasSubstr(again.listen[0]));
}

TEST_F(a_web_server, says_what_is_wrong_with_the_certificate) {
  web_options options;
  options.listen = {"https://127.0.0.1:0"};
  options.certificate_file = "/nonexistent/cert.pem";
  const auto no = web_server::start(options);
  ASSERT_FALSE(no.ok());
  EXPECT_EQ(no.error().code, errc::bad_setting);
  EXPECT_THAT(no.error().text, HasSubstr("/nonexistent/cert.pem"));
}

TEST_F(a_web_server, makes_tokens_that_differ) {
  start({"http://127.0.0.1:0"});
  const auto one = server_->new_token(), other = server_->new_token();
  EXPECT_TRUE(is_token(one) && is_token(other));
  EXPECT_NE(one, other);
}

TEST_F(a_web_server, ends_with_connections_open) {
  start({"http://127.0.0.1:0"});
  const auto token = publish();
  const auto follower = connect(), idle = connect(), half = connect();
  follower->say("GET /room/" + token + "/events HTTP/1.1\r\nHost: h\r\n\r\n");
  (void)follower->hear("event: people");
  half->say("GET /ro");
  server_.reset();
  (void)follower->hear();
  EXPECT_EQ(idle->hear(), "");
}

}  // namespace
}  // namespace confab::web
