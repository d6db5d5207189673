#include "config/web_address.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(web_address, is_a_tcp_listener_or_a_unix_socket) {
  const auto plain = parse_web_address("http://127.0.0.1:8080");
  ASSERT_TRUE(plain.ok());
  EXPECT_FALSE(plain->tls);
  EXPECT_EQ(plain->address.to_string(), "127.0.0.1:8080");
  EXPECT_TRUE(plain->path.empty());
  const auto secure = parse_web_address("https://[::]:0");
  ASSERT_TRUE(secure.ok());
  EXPECT_TRUE(secure->tls);
  const auto local = parse_web_address("unix:/run/confab/web.sock");
  ASSERT_TRUE(local.ok());
  EXPECT_EQ(local->path, "/run/confab/web.sock");
}

TEST(web_address, refuses_anything_else) {
  for (const std::string bad : {"", "http://127.0.0.1", "http://localhost:80", "ftp://127.0.0.1:21",
                                "unix:", "unix:web.sock", "127.0.0.1:80"})
    EXPECT_FALSE(parse_web_address(bad).ok()) << bad;
  EXPECT_FALSE(parse_web_address("unix:/" + std::string(200, 'a')).ok());
}

TEST(public_url, can_have_more_appended) {
  for (const char* good :
       {"http://chat.example.com", "https://chat.example.com:8443/", "https://[2001:db8::1]/rooms"})
    EXPECT_EQ(check_public_url(good), "") << good;
  for (const char* bad :
       {"", "chat.example.com", "ftp://a", "https://", "https:///rooms", "https://a/?b", "https://a/#b",
        "https://user@a", "https://a b", "https://a\"b", "javascript:alert(1)"})
    EXPECT_NE(check_public_url(bad), "") << bad;
}

}  // namespace
}  // namespace confab
