#include "signaling/sip/asserted_identity.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

std::string request(const std::string& lines) {
  return "INVITE sip:room@example.com SIP/2.0\r\n" + lines + "\r\n";
}

TEST(asserted_identity, is_the_sip_address_else_the_number) {
  struct row {
    const char* lines;
    const char* identity;  // empty: none
  };
  const std::vector<row> rows{
      {"P-Asserted-Identity: \"Alice, A.\" <sip:alice@Example.com:5070;user=phone>\r\n",
       "sip:alice@example.com"},
      {"P-Asserted-Identity: sips:al%69ce@example.com\r\n", "sip:alice@example.com"},
      {"P-Asserted-Identity: <sip:+123@example.com>, <tel:+123>\r\n", "sip:+123@example.com"},
      {"P-Asserted-Identity: tel:+123\r\np-asserted-identity: <sip:a@b.example>\r\n", "sip:a@b.example"},
      {"P-Asserted-Identity: <tel:+123;phone-context=x>\r\n", "tel:+123"},
      {"From: <sip:alice@example.com>\r\n", ""},
      {"P-Asserted-Identity:\r\n", ""},
      {"P-Asserted-Identity: <sip:a@b.example>, <sip:c@d.example>\r\n", ""},
      {"P-Asserted-Identity: <tel:+1>, <tel:+2>\r\n", ""},
      {"P-Asserted-Identity: <sip:b.example>\r\n", ""},
      {"P-Asserted-Identity: <mailto:a@b.example>\r\n", ""},
      {"P-Asserted-Identity: <sip:a@b.example>, nonsense <\r\n", ""},
  };
  for (const row& r : rows) {
    const auto text = request(r.lines);
    EXPECT_EQ(asserted_identity(*wire_message::split(text)).value_or(""), r.identity) << r.lines;
  }
}

TEST(asserted_identity, has_a_bound) {
  const auto text = request("P-Asserted-Identity: <sip:" + std::string(600, 'a') + "@b.example>\r\n");
  EXPECT_FALSE(asserted_identity(*wire_message::split(text)));
}

TEST(wants_privacy, reads_the_wishes_that_hide_a_name) {
  for (const char* wish : {"id", "ID", "user", "header;critical", "session ; id", "none\r\nPrivacy: id"}) {
    const auto text = request(std::string("Privacy: ") + wish + "\r\n");
    EXPECT_TRUE(wants_privacy(*wire_message::split(text))) << wish;
  }
  for (const char* wish : {"none", "session", "critical", "identity", ""}) {
    const auto text = request(std::string("Privacy: ") + wish + "\r\n");
    EXPECT_FALSE(wants_privacy(*wire_message::split(text))) << wish;
  }
}

}  // namespace
}  // namespace confab::sip
