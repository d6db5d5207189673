#include "signaling/dns/hosts.hpp"

#include <gtest/gtest.h>

namespace confab::dns {
namespace {

TEST(hosts, finds_names_and_aliases) {
  const char* file =
      "127.0.0.1 localhost\n# 10.0.0.9 ghost\n2001:db8::7  Phone.example six # "
      "ghost\n192.0.2.7\tphone.example\r\nfe80::1%eth0 scoped";
  EXPECT_EQ(find_host(file, "LOCALHOST"), "127.0.0.1");
  EXPECT_EQ(find_host(file, "phone.example"), "192.0.2.7");
  EXPECT_EQ(find_host(file, "six"), "[2001:db8::7]");
  for (const char* none : {"ghost", "example", "scoped", ""}) EXPECT_FALSE(find_host(file, none)) << none;
}

TEST(hosts, leaves_literals_alone) {
  EXPECT_EQ(local_host_address("localhost"), "127.0.0.1");
  EXPECT_FALSE(local_host_address("192.0.2.1"));
  EXPECT_FALSE(local_host_address("[::1]"));
}

}  // namespace
}  // namespace confab::dns
