#include "config/listen_address.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(listen_address, reads_and_writes_scheme_host_and_port) {
  for (const char* text :
       {"udp://0.0.0.0:5060", "tcp://127.0.0.1:0", "tls://[::]:5061", "udp://[2001:db8::1]:65535"}) {
    const auto address = parse_listen_address(text, sip_schemes);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(address->to_string(), text);
  }
}

TEST(listen_address, takes_the_schemes_it_is_given) {
  constexpr std::array<std::string_view, 1> schemes{"msrps"};
  EXPECT_TRUE(parse_listen_address("msrps://0.0.0.0:2855", schemes).ok());
  EXPECT_FALSE(parse_listen_address("udp://0.0.0.0:5060", schemes).ok());
}

TEST(listen_address, says_what_is_wrong) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"", "there is no \"://\""},
      {"0.0.0.0:5060", "there is no \"://\""},
      {"sctp://0.0.0.0:5060", "the scheme is not known here"},
      {"UDP://0.0.0.0:5060", "the scheme is not known here"},
      {"udp://0.0.0.0", "the port is missing"},
      {"udp://[::]", "the port is missing"},
      {"udp://", "the port is missing"},
      {"udp://0.0.0.0:", "the port is not from 0 to 65535"},
      {"udp://0.0.0.0:65536", "the port is not from 0 to 65535"},
      {"udp://0.0.0.0:-1", "the port is not from 0 to 65535"},
      {"udp://0.0.0.0:5060/", "the port is not from 0 to 65535"},
      {"udp://:::5060", "an IPv6 address stands in brackets"},
      {"udp://[0.0.0.0]:5060", "brackets hold an IPv6 address"},
      {"udp://:5060", "not an IP address: "},
      {"udp://example.com:5060", "not an IP address: example.com"},
  };
  for (const auto& [text, expected] : cases) {
    const auto address = parse_listen_address(text, sip_schemes);
    ASSERT_FALSE(address.ok()) << text;
    EXPECT_EQ(address.error().text, expected) << text;
  }
}

}  // namespace
}  // namespace confab
