#include "config/cidr.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

struct containment {
  const char* range;
  const char* host;
  bool inside;
};

TEST(cidr, tells_hosts_inside_from_hosts_outside) {
  const std::vector<containment> cases{
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.0/25", "192.0.2.127", true},
      {"192.0.2.0/25", "192.0.2.128", false},
      {"192.0.2.77/25", "192.0.2.1", true},  // host bits of the range do not count
      {"192.0.2.1/32", "192.0.2.1", true},
      {"192.0.2.1/32", "192.0.2.0", false},
      {"192.0.2.1", "192.0.2.1", true},
      {"192.0.2.1", "192.0.2.3", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.1", false},
      {"2001:db8::/33", "2001:db8:7fff::1", true},
      {"2001:db8::/33", "2001:db8:8000::1", false},
      {"2001:db8::1/128", "2001:db8::1", true},
      {"2001:db8::1/128", "2001:db8::", false},
      {"192.0.2.0/24", "::ffff:192.0.2.9", true},
      {"192.0.2.0/24", "::ffff:192.0.3.9", false},
      {"::/0", "::ffff:192.0.2.9", false},
      {"::ffff:192.0.2.0/120", "::ffff:192.0.2.9", true},
      {"::ffff:192.0.2.0/120", "::ffff:192.0.3.9", false},
  };
  for (const containment& c : cases) {
    const auto range = cidr_range::parse(c.range);
    ASSERT_TRUE(range.ok()) << c.range;
    EXPECT_EQ(range->contains(*socket_address::parse(c.host, 5060)), c.inside) << c.range << " " << c.host;
  }
}

TEST(cidr, never_contains_an_unspecified_address) {
  EXPECT_FALSE(cidr_range::parse("0.0.0.0/0")->contains(socket_address{}));
  EXPECT_FALSE(cidr_range::parse("::/0")->contains(socket_address{}));
  EXPECT_FALSE(cidr_range{}.contains(*socket_address::parse("192.0.2.1", 0)));
}

TEST(cidr, refuses_what_is_not_a_range) {
  for (const char* text : {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+1",
                           "192.0.2.0/8x", "192.0.2.0/8/8", "192.0.2/24", "host/8", "::/129",
                           "::ffff:192.0.2.0/60", "::/99999999999", "192.0.2.0/ 8"}) {
    EXPECT_FALSE(cidr_range::parse(text).ok()) << text;
  }
}

TEST(cidr, writes_what_it_reads_back) {
  for (const char* text : {"192.0.2.0/24", "2001:db8::/32", "192.0.2.1/32"}) {
    EXPECT_EQ(cidr_range::parse(text)->to_string(), text);
  }
  EXPECT_EQ(cidr_range::parse("::1")->to_string(), "::1/128");
}

TEST(cidr, looks_through_a_list_of_ranges) {
  const auto ranges = parse_cidr_list({"192.0.2.0/24", "2001:db8::/32"});
  ASSERT_TRUE(ranges.ok());
  EXPECT_TRUE(contains(*ranges, *socket_address::parse("192.0.2.1", 1)));
  EXPECT_TRUE(contains(*ranges, *socket_address::parse("2001:db8::1", 1)));
  EXPECT_FALSE(contains(*ranges, *socket_address::parse("198.51.100.1", 1)));
  EXPECT_FALSE(contains({}, *socket_address::parse("198.51.100.1", 1)));
  EXPECT_FALSE(parse_cidr_list({"192.0.2.0/24", "x"}).ok());
}

}  // namespace
}  // namespace confab
