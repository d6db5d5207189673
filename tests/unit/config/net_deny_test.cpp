#include "config/net_deny.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

socket_address host(const char* text) {
  return *socket_address::parse(text, 5060);
}

const socket_address stranger = host("198.51.100.7");

net_deny rules(const std::vector<std::string>& items = {"loopback", "link-local", "private"}) {
  const auto parsed = net_deny::parse(items);
  EXPECT_TRUE(parsed.ok());
  return *parsed;
}

TEST(net_deny, keeps_strangers_away_from_what_is_not_public) {
  for (const char* target : {"127.0.0.1",
                             "127.255.255.255",
                             "0.0.0.0",
                             "0.1.2.3",
                             "::1",
                             "::",
                             "169.254.0.1",
                             "169.254.169.254",
                             "fe80::1",
                             "febf::1",
                             "10.0.0.0",
                             "10.255.255.255",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.168.0.1",
                             "192.168.255.255",
                             "100.64.0.1",
                             "100.127.255.255",
                             "fc00::1",
                             "fdff::1",
                             "fec0::1",
                             "::ffff:127.0.0.1",
                             "::ffff:10.1.2.3",
                             "::ffff:0.0.0.0",
                             "::127.0.0.1",
                             "::10.0.0.1",
                             "64:ff9b::127.0.0.1",
                             "64:ff9b::10.0.0.1",
                             "2002:7f00:1::",
                             "2002:c0a8:101::1"}) {
    EXPECT_TRUE(rules().denied(host(target), stranger)) << target;
    EXPECT_TRUE(rules().denied(host(target), host("2001:db8::7"))) << target;
  }
}

TEST(net_deny, lets_strangers_name_public_hosts) {
  for (const char* target :
       {"198.51.100.7",    "192.0.2.1",      "126.255.255.255",  "128.0.0.0",       "1.0.0.0",
        "9.255.255.255",   "11.0.0.0",       "172.15.255.255",   "172.32.0.0",      "192.167.255.255",
        "192.169.0.0",     "100.63.255.255", "100.128.0.0",      "169.253.255.255", "169.255.0.0",
        "223.255.255.255", "2001:db8::1",    "::ffff:192.0.2.1", "fbff::1",         "64:ff9b::192.0.2.1",
        "2002:c000:201::1"}) {
    EXPECT_FALSE(rules().denied(host(target), stranger)) << target;
  }
}

TEST(net_deny, lets_a_peer_name_its_own_network) {
  struct row {
    const char* target;
    const char* peer;
    bool denied;
  };
  const std::vector<row> rows{
      {"127.0.0.1", "127.0.0.1", false},
      {"127.0.0.2", "127.0.0.1", false},
      {"::1", "127.0.0.1", false},
      {"0.0.0.0", "::1", false},
      {"::ffff:127.0.0.1", "::1", false},
      {"169.254.1.1", "169.254.2.2", false},
      {"fe80::1", "169.254.2.2", false},
      {"10.2.2.2", "10.1.1.1", false},
      {"10.2.2.2", "::ffff:10.1.1.1", false},
      {"64:ff9b::10.2.2.2", "10.1.1.1", false},
      {"fd00::1", "fd01::1", false},
      {"192.168.0.1", "10.1.1.1", true},
      {"100.64.0.1", "10.1.1.1", true},
      {"fd00::1", "10.1.1.1", true},
      {"127.0.0.1", "10.1.1.1", true},
      {"169.254.169.254", "10.1.1.1", true},
      {"10.1.1.1", "127.0.0.1", true},
      {"192.0.2.1", "10.1.1.1", false},
  };
  for (const row& r : rows)
    EXPECT_EQ(rules().denied(host(r.target), host(r.peer)), r.denied) << r.target << " named by " << r.peer;
}

TEST(net_deny, sends_to_no_group_and_no_reserved_address_whatever_is_configured) {
  for (const char* target : {"224.0.0.1", "239.255.255.255", "255.255.255.255", "240.0.0.1", "ff02::1",
                             "::ffff:224.0.0.1", "64:ff9b::224.0.0.1"}) {
    EXPECT_TRUE(rules({}).denied(host(target), stranger)) << target;
    EXPECT_TRUE(rules({}).denied(host(target), host(target))) << target;
  }
  EXPECT_TRUE(rules({}).denied(socket_address{}, stranger));
}

TEST(net_deny, denies_no_more_than_it_is_told) {
  EXPECT_FALSE(rules({}).denied(host("127.0.0.1"), stranger));
  EXPECT_FALSE(rules({"loopback"}).denied(host("10.0.0.1"), stranger));
  EXPECT_FALSE(rules({"private"}).denied(host("127.0.0.1"), stranger));
  EXPECT_FALSE(rules({"link-local"}).denied(host("10.0.0.1"), stranger));
}

TEST(net_deny, takes_networks_beside_words) {
  const auto some = rules({"192.0.2.0/24", "2001:db8:5::/48", "private", "10.9.0.0/16"});
  EXPECT_TRUE(some.denied(host("192.0.2.1"), stranger));
  EXPECT_TRUE(some.denied(host("2001:db8:5::1"), stranger));
  EXPECT_FALSE(some.denied(host("192.0.2.1"), host("192.0.2.2")));
  EXPECT_TRUE(some.denied(host("10.9.0.1"), host("10.1.0.1"))) << "a part that only itself may name";
  EXPECT_FALSE(some.denied(host("10.9.0.1"), host("10.9.0.2")));
}

TEST(net_deny, knows_nothing_of_a_peer_without_an_address) {
  EXPECT_TRUE(rules().denied(host("127.0.0.1"), socket_address{}));
  EXPECT_FALSE(rules().denied(host("192.0.2.1"), socket_address{}));
}

TEST(net_deny, refuses_other_words) {
  for (const char* item : {"", "intranet", "Loopback", "10.0.0.0/33", "host.example.com"}) {
    const auto parsed = net_deny::parse({"private", item});
    ASSERT_FALSE(parsed.ok()) << item;
    EXPECT_EQ(parsed.error().code, errc::bad_setting);
    EXPECT_EQ(parsed.error().text, check_deny_item(item));
    EXPECT_NE(parsed.error().text.find("neither loopback, link-local or private nor a network"),
              std::string::npos);
  }
  EXPECT_EQ(check_deny_item("loopback"), "");
  EXPECT_EQ(check_deny_item("192.0.2.0/24"), "");
}

TEST(private_network, is_what_hosts_behind_nat_have) {
  for (const char* address : {"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "fd00::1"})
    EXPECT_TRUE(is_private_network(host(address))) << address;
  for (const char* address :
       {"127.0.0.1", "169.254.0.1", "0.0.0.0", "224.0.0.1", "198.51.100.1", "fe80::1", "::1"})
    EXPECT_FALSE(is_private_network(host(address))) << address;
  EXPECT_FALSE(is_private_network({}));
}

}  // namespace
}  // namespace confab
