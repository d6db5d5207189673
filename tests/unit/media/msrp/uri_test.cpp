#include "media/msrp/uri.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "tests/unit/media/msrp/fixture.hpp"

namespace confab::msrp::testing {
namespace {

TEST(msrp_uri, is_read_and_written_the_same) {
  for (const std::string& text :
       {alice, room, std::string("msrp://host.example.com/s-._~+=/x;tcp"),
        std::string("msrp://[2001:db8::1]:2855/abc;tcp"),
        std::string("msrps://user@192.0.2.1:9/abc;tcp;x=y;z"), std::string("msrp://192.0.2.1;tcp"),
        std::string("msrp://192.0.2.1:2855/abc;ws")}) {
    const auto u = parse_uri(text);
    ASSERT_TRUE(u.ok()) << text;
    EXPECT_EQ(write(*u), text);
  }
}

TEST(msrp_uri, has_parts) {
  const auto u = parse_uri("MSRPS://bob@[2001:DB8::1]:7777/iau39soe2843z;TCP;a=b");
  ASSERT_TRUE(u.ok());
  EXPECT_TRUE(u->secure);
  EXPECT_EQ(u->user, "bob");
  EXPECT_EQ(u->host, "2001:DB8::1");
  EXPECT_EQ(u->port, 7777);
  EXPECT_EQ(u->session_id, "iau39soe2843z");
  EXPECT_EQ(u->transport, "TCP");
  EXPECT_EQ(u->parameters, "a=b");
}

TEST(msrp_uri, is_refused_where_it_is_none) {
  for (const char* bad : {"",
                          "sip:a@b",
                          "msrp://",
                          "msrp://host",
                          "msrp://host/abc",
                          "msrp:///abc;tcp",
                          "msrp://host:0/a;tcp",
                          "msrp://host:65536/a;tcp",
                          "msrp://host:/a;tcp",
                          "msrp://host:x/a;tcp",
                          "msrp://host/;tcp",
                          "msrp://host/a b;tcp",
                          "msrp://host/a%20;tcp",
                          "msrp://[::1/a;tcp",
                          "msrp://[::1]x/a;tcp",
                          "msrp://[host]/a;tcp",
                          "msrp://h st/a;tcp",
                          "msrp://host/a;",
                          "msrp://host/a;t-p",
                          "msrp://@host/a;tcp",
                          "msrp://host/a;tcp;=x",
                          "msrp://host/a;tcp;x=(",
                          "msrp://ho<st/a;tcp",
                          "http://host/a;tcp"}) {
    EXPECT_FALSE(parse_uri(bad).ok()) << bad;
  }
  const auto huge = parse_uri("msrp://host/" + std::string(limits::msrp_uri_bytes, 'a') + ";tcp");
  ASSERT_FALSE(huge.ok());
  EXPECT_EQ(huge.error().code, errc::too_large);
}

TEST(msrp_uri, compares_as_the_standard_says) {
  const auto base = parse_uri("msrp://host.example.com:2855/abc;tcp");
  ASSERT_TRUE(base.ok());
  struct row {
    const char* other;
    bool equal;
    bool session;
  };
  const std::vector<row> rows{
      {"msrp://HOST.example.com:2855/abc;TCP", true, true},
      {"msrp://user@host.example.com:2855/abc;tcp;x=y", true, true},
      {"msrps://host.example.com:2855/abc;tcp", false, true},
      {"msrp://host.example.com/abc;tcp", false, true},
      {"msrp://host.example.com:2856/abc;tcp", false, true},
      {"msrp://host.example.com:2855/ABC;tcp", false, false},
      {"msrp://host.example.com:2855;tcp", false, false},
      {"msrp://host.example.com:2855/abc;ws", false, true},
      {"msrp://192.0.2.1:2855/abc;tcp", false, true},
  };
  for (const row& r : rows) {
    const auto other = parse_uri(r.other);
    ASSERT_TRUE(other.ok()) << r.other;
    EXPECT_EQ(equivalent(*base, *other), r.equal) << r.other;
    EXPECT_EQ(same_session(*base, *other), r.session) << r.other;
  }
  EXPECT_TRUE(
      equivalent(*parse_uri("msrp://[2001:db8::1]/a;tcp"), *parse_uri("msrp://[2001:DB8:0::1]/a;tcp")));
  EXPECT_FALSE(same_session(*parse_uri("msrp://h;tcp"), *parse_uri("msrp://h;tcp")));
}

TEST(msrp_path, is_a_bounded_list) {
  const auto two = parse_path(room + " " + alice);
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two->size(), 2u);
  EXPECT_EQ(write(*two), room + " " + alice);
  EXPECT_FALSE(parse_path("").ok());
  EXPECT_FALSE(parse_path(room + "  " + alice).ok());
  EXPECT_FALSE(parse_path(room + " x").ok());
  std::string many = alice;
  for (size_t i = 0; i < limits::msrp_path_uris; ++i) many += " " + alice;
  const auto refused = parse_path(many);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::too_large);
}

}  // namespace
}  // namespace confab::msrp::testing
