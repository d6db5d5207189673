#include "signaling/sip/certificate_identity.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

using enum certificate_trust;

std::string identity(const certificate_names& names, const std::string& from, certificate_trust trust) {
  const std::string text = "INVITE sip:lunch@example.com SIP/2.0\r\nFrom: " + from + ";tag=1\r\n\r\n";
  return certified_identity(names, *wire_message::split(text), trust).value_or("nobody");
}

TEST(certificate_identity, is_the_user_a_certificate_names_whatever_from_says) {
  struct row {
    std::vector<std::string> uris;
    const char* identity;
  };
  const std::vector<row> rows{
      {{"sip:alice@example.com"}, "sip:alice@example.com"},
      {{"SIP:%61lice@Example.COM:5061;transport=tls"}, "sip:alice@example.com"},
      {{"https://example.com/alice", "sip:alice@example.com"}, "sip:alice@example.com"},
      {{"sip:example.com", "sip:alice@example.com"}, "sip:alice@example.com"},
      {{"sip:alice@example.com", "sip:al@example.com"}, "sip:alice@example.com"},
      {{"sip:al@example.com", "sip:eve@example.org"}, "sip:eve@example.org"},  // the one in From
      {{"sips:alice@example.com"}, "nobody"},                                  // RFC 5922 §7.1: sip only
      {{"tel:+1"}, "nobody"},
      {{"mailto:alice@example.com"}, "nobody"},
      {{"alice@example.com"}, "nobody"},
      {{"sip:@example.com"}, "nobody"},
      {{"sip:alice@example.com>", "sip: alice@example.com"}, "nobody"},
      {{std::string("sip:alice@example.com\0.evil.example", 34)}, "nobody"},
      {{"sip:" + std::string(1000, 'a') + "@example.com"}, "nobody"},
      {{}, "nobody"},
  };
  for (const row& r : rows)
    for (const auto trust : {users, domains})
      EXPECT_EQ(identity({r.uris, {}}, "\"Eve\" <sip:eve@example.org>", trust), r.identity)
          << (r.uris.empty() ? "" : r.uris.front());
}

TEST(certificate_identity, is_a_from_of_the_domain_a_certificate_names_where_domains_are_believed) {
  struct row {
    certificate_names names;
    const char* from;
    const char* identity;
  };
  const std::vector<row> rows{
      {{{"sip:example.com"}, {}}, "<sip:bob@example.com>", "sip:bob@example.com"},
      {{{"sip:Example.com"}, {}}, "Bob <sips:b%6fb@EXAMPLE.com:5070;x=y>", "sip:bob@example.com"},
      {{{}, {"other.example", "example.com"}}, "<sip:bob@example.com>", "sip:bob@example.com"},
      {{{"https://example.com"}, {"example.com"}}, "<sip:bob@example.com>", "sip:bob@example.com"},
      {{{"sip:example.com"}, {}}, "<sip:bob@sub.example.com>", "nobody"},
      {{{"sip:sub.example.com"}, {}}, "<sip:bob@example.com>", "nobody"},
      {{{}, {"*.example.com"}}, "<sip:bob@sub.example.com>", "nobody"},  // RFC 5922 §7.2
      {{{"sip:example.org"}, {"example.com"}},
       "<sip:bob@example.com>",
       "nobody"},  // §7.1: no DNS beside a URI
      {{{"sip:alice@example.org"}, {"example.com"}}, "<sip:bob@example.com>", "sip:alice@example.org"},
      {{{"sip:@x"}, {std::string("example.com\0", 12)}}, "<sip:bob@example.com>", "nobody"},
      {{{"sip:example.com"}, {}}, "<sip:example.com>", "nobody"},
      {{{"sip:example.com"}, {}}, "<tel:+1>", "nobody"},
      {{{"sip:example.com"}, {}}, "nonsense <", "nobody"},
  };
  for (const row& r : rows) {
    EXPECT_EQ(identity(r.names, r.from, domains), r.identity) << r.from;
    if (r.names.uris != std::vector<std::string>{"sip:alice@example.org"}) {
      EXPECT_EQ(identity(r.names, r.from, users), "nobody") << r.from;
    }
    EXPECT_EQ(identity(r.names, r.from, none), "nobody") << r.from;
  }
}

TEST(certificate_identity, has_a_name_for_each_trust) {
  EXPECT_EQ(certificate_trust_named("none"), none);
  EXPECT_EQ(certificate_trust_named("users"), users);
  EXPECT_EQ(certificate_trust_named("domains"), domains);
  EXPECT_EQ(certificate_trust_named("all"), std::nullopt);
}

}  // namespace
}  // namespace confab::sip
