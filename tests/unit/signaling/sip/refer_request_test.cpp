#include "signaling/sip/refer_request.hpp"

#include <string>

#include <gtest/gtest.h>

namespace confab::sip::test {
namespace {

std::variant<refer_request, rejection> read(const std::string& lines) {
  const std::string text = "REFER sip:lunch@example.com SIP/2.0\r\n" + lines + "\r\n";
  const auto message = wire_message::split(text);
  EXPECT_TRUE(message.ok());
  return read_refer(*message);
}

struct row {
  const char* refer_to;
  const char* target;
  refer_method method;
};
class a_refer_to : public testing::TestWithParam<row> {};

TEST_P(a_refer_to, names_whom_and_what_for) {
  const auto all = read(std::string("Refer-To: ") + GetParam().refer_to + "\r\n");
  const auto* asked = std::get_if<refer_request>(&all);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->target, GetParam().target);
  EXPECT_EQ(asked->method, GetParam().method);
  EXPECT_FALSE(asked->silent);
}

constexpr auto invite = refer_method::invite;
constexpr auto bye = refer_method::bye;
INSTANTIATE_TEST_SUITE_P(
    forms, a_refer_to,
    testing::Values(row{"sip:bob@example.org", "sip:bob@example.org", invite},
                    row{"<sip:bob@example.org>", "sip:bob@example.org", invite},
                    row{"<sip:bob@example.org;method=BYE>", "sip:bob@example.org", bye},
                    row{"<sip:bob@example.org>;method=BYE", "sip:bob@example.org", bye},
                    row{"sip:bob@example.org;method=bye", "sip:bob@example.org", bye},
                    row{"<3333@sip2sip.info>;method=INVITE", "sip:3333@sip2sip.info", invite},
                    row{"<bob@example.org:5070>", "sip:bob@example.org:5070", invite},
                    row{"\"Bob, B.\" <sips:bob@example.org:5070;method=INVITE;transport=tcp>",
                        "sips:bob@example.org:5070;transport=tcp", invite},
                    row{"<sip:bob@example.org?Route=%3Csip:evil.example%3E&Replaces=x>",
                        "sip:bob@example.org", invite},
                    row{"<sip:bob@[2001:db8::1]:5070>", "sip:bob@[2001:db8::1]:5070", invite}));

struct bad_row {
  const char* lines;
  uint16_t status;
};
class a_bad_refer_to : public testing::TestWithParam<bad_row> {};

TEST_P(a_bad_refer_to, is_refused_and_says_why) {
  const auto all = read(GetParam().lines);
  const auto* bad = std::get_if<rejection>(&all);
  ASSERT_TRUE(bad);
  EXPECT_EQ(bad->status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(forms, a_bad_refer_to,
                         testing::Values(bad_row{"", 400}, bad_row{"Refer-To:\r\n", 400},
                                         bad_row{"Refer-To: <sip:a@b>\r\nRefer-To: <sip:c@d>\r\n", 400},
                                         bad_row{"Refer-To: <sip:a@b>, <sip:c@d>\r\n", 400},
                                         bad_row{"Refer-To: <sip:a b@c>\r\n", 400},
                                         bad_row{"Refer-To: <sip:bob@example.org\r\n", 400},
                                         bad_row{"Refer-To: <tel:+1234>\r\n", 416},
                                         bad_row{"Refer-To: <https://example.org/>\r\n", 416},
                                         bad_row{"Refer-To: <sip:a@b;method=SUBSCRIBE>\r\n", 488},
                                         bad_row{"Refer-To: <sip:a@b>;method=MESSAGE\r\n", 488}));

TEST(a_refer, may_want_no_notifies_and_say_who_sent_it) {
  const auto all =
      read("r: <sip:bob@example.org>\r\nRefer-Sub: false\r\nReferred-By: <sip:ann@example.com>\r\n");
  const auto* asked = std::get_if<refer_request>(&all);
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->silent);
  EXPECT_EQ(asked->referred_by, "<sip:ann@example.com>");
}

TEST(a_refer, drops_a_name_that_is_too_long) {
  const auto all = read("Refer-To: <sip:b@c>\r\nReferred-By: <sip:" + std::string(2'000, 'a') + "@b>\r\n");
  const auto* asked = std::get_if<refer_request>(&all);
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->referred_by, "");
}

}  // namespace
}  // namespace confab::sip::test
