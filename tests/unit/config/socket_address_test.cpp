#include "config/socket_address.hpp"

#include <array>

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(socket_address, reads_literals_and_writes_them_back) {
  const std::vector<std::array<const char*, 3>> cases{
      {"192.0.2.1", "192.0.2.1", "192.0.2.1:5060"},
      {"2001:db8::1", "2001:db8::1", "[2001:db8::1]:5060"},
      {"[2001:DB8:0::1]", "2001:db8::1", "[2001:db8::1]:5060"},
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]:5060"},
  };
  for (const auto& [text, host, whole] : cases) {
    const auto address = socket_address::parse(text, 5060);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->host(), host);
    EXPECT_EQ(address->to_string(), whole);
    EXPECT_EQ(address->port(), 5060);
  }
}

TEST(socket_address, refuses_names_and_broken_literals) {
  for (const char* text : {"", "[]", "[", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1:5060",
                           "2001:db8::1::", "fe80::1%lo", "[192.0.2.1", " 192.0.2.1"}) {
    EXPECT_FALSE(socket_address::parse(text, 1).ok()) << text;
  }
  EXPECT_FALSE(socket_address::parse(std::string(1'000, '1'), 1).ok());
}

TEST(socket_address, reads_a_port_where_there_is_one) {
  const std::vector<std::array<const char*, 2>> cases{
      {"192.0.2.1", "192.0.2.1:53"},         {"192.0.2.1:5353", "192.0.2.1:5353"},     {"::1", "[::1]:53"},
      {"[2001:db8::1]", "[2001:db8::1]:53"}, {"[2001:db8::1]:99", "[2001:db8::1]:99"},
  };
  for (const auto& [text, whole] : cases) {
    const auto address = socket_address::parse_with_port(text, 53);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->to_string(), whole);
  }
  for (const char* text : {"", ":", ":53", "192.0.2.1:", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:5x",
                           "[::1]:", "[::1]x:5", "ns.example.com", "ns.example.com:53"})
    EXPECT_FALSE(socket_address::parse_with_port(text, 53).ok()) << text;
}

TEST(socket_address, knows_the_any_hosts) {
  EXPECT_TRUE(socket_address::parse("0.0.0.0", 5060)->is_any_host());
  EXPECT_TRUE(socket_address::parse("::", 5060)->is_any_host());
  EXPECT_FALSE(socket_address::parse("127.0.0.1", 5060)->is_any_host());
  EXPECT_FALSE(socket_address{}.is_any_host());
}

TEST(socket_address, compares_host_and_port) {
  auto a = *socket_address::parse("192.0.2.1", 1);
  const auto b = *socket_address::parse("192.0.2.1", 2);
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(a.same_host(b));
  a.set_port(2);
  EXPECT_TRUE(a == b);
  EXPECT_FALSE(a.same_host(*socket_address::parse("::ffff:192.0.2.1", 2)));
  EXPECT_TRUE(*socket_address::parse("::1", 7) == *socket_address::parse("0:0::1", 7));
}

TEST(socket_address, is_unspecified_until_it_is_set) {
  socket_address address;
  EXPECT_FALSE(address.is_specified());
  EXPECT_EQ(address.host(), "unspecified");
  address.set_port(5060);
  EXPECT_EQ(address.port(), 0);
}

TEST(socket_address, takes_what_the_kernel_fills_in) {
  sockaddr_in raw{};
  raw.sin_family = AF_INET;
  raw.sin_port = htons(5062);
  raw.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const socket_address v4(reinterpret_cast<const sockaddr*>(&raw), sizeof(raw));
  EXPECT_EQ(v4.to_string(), "127.0.0.1:5062");
  EXPECT_EQ(v4.raw_length(), sizeof(sockaddr_in));
  const sockaddr local{.sa_family = AF_UNIX, .sa_data = {}};
  EXPECT_FALSE(socket_address(&local, sizeof(local)).is_specified());
}

TEST(socket_address, belongs_to_a_customer_who_has_the_whole_network_in_ipv6) {
  const auto at = [](const char* host) { return socket_address::parse(host, 5060)->customer(); };
  EXPECT_EQ(at("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(at("2001:db8:1:2:3:4:5:6"), at("2001:db8:1:2::1"));
  EXPECT_NE(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
}

}  // namespace
}  // namespace confab
