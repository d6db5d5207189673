#include "signaling/sip/wire_message.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

TEST(wire_message, splits_a_request_with_compact_and_folded_headers) {
  const auto parsed = wire_message::split(
      "\r\nINVITE sip:a@b SIP/2.0\r\nv: one\r\nVia: two\r\ns: a\r\n  b\r\nl: 3\r\n\r\nxyzREST");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->method(), "INVITE");
  EXPECT_EQ(parsed->request_uri(), "sip:a@b");
  EXPECT_EQ(parsed->count("via"), 2u);
  EXPECT_EQ(parsed->joined("via"), "one, two");
  EXPECT_EQ(parsed->first("subject"), "a b");
  EXPECT_EQ(parsed->content(), "xyz");
  EXPECT_TRUE(parsed->head_complete());
}

TEST(wire_message, reads_status_and_reason_of_a_response) {
  const auto parsed = wire_message::split("SIP/2.0 486 Busy Here\r\n\r\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_TRUE(parsed->is_response());
  EXPECT_EQ(parsed->status(), 486);
  EXPECT_EQ(parsed->reason(), "Busy Here");
  for (const char* odd : {"SIP/2.0 100\r\n\r\n", "SIP/2.0\r\n\r\n", "SIP/2.0 4294967301 x\r\n\r\n"})
    EXPECT_TRUE(wire_message::split(odd).ok()) << odd;
}

TEST(wire_message, notices_what_is_missing) {
  EXPECT_FALSE(wire_message::split("").ok());
  EXPECT_FALSE(wire_message::split("no line end").ok());
  const auto cut = wire_message::split("INVITE sip:a@b SIP/2.0\r\nVia: x\r\n");
  ASSERT_TRUE(cut.ok());
  EXPECT_FALSE(cut->head_complete());
  const auto bad = wire_message::split("INVITE sip:a@b SIP/2.0\r\n folded\r\nno colon\r\n\r\n");
  ASSERT_TRUE(bad.ok());
  EXPECT_TRUE(bad->bad_line());
}

}  // namespace
}  // namespace confab::sip
