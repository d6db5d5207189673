#include "bench/load/sip_message.hpp"

#include <gtest/gtest.h>

namespace confab::load {
namespace {

constexpr const char* ok =
    "SIP/2.0 200 OK\r\n"
    "v: SIP/2.0/UDP 127.0.0.1:4000;rport=4000;branch=z9hG4bK-1\r\n"
    "f: <sip:leg0@127.0.0.1>;tag=a\r\n"
    "t: \"Room, one; big\" <sip:load0@127.0.0.1;tag=no>;x=1;tag=b7\r\n"
    "i: 0-1@127.0.0.1\r\n"
    "CSeq: 1 INVITE\r\n"
    "Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n"
    "Record-Route: <sip:p3;lr>\r\n"
    "m: <sip:focus@127.0.0.1:5070;transport=udp>;isfocus\r\n"
    "Subject: folded\r\n line\r\n"
    "\r\n"
    "v=0\r\n";

TEST(load_sip_message, reads_a_response_with_compact_and_folded_headers) {
  const auto m = sip_message::parse(ok);
  ASSERT_TRUE(m.ok()) << m.error().text;
  EXPECT_EQ(m->status(), 200);
  EXPECT_EQ(m->method(), "INVITE");
  EXPECT_EQ(m->cseq(), 1U);
  EXPECT_EQ(m->header("call-id"), "0-1@127.0.0.1");
  EXPECT_EQ(m->header("Subject"), "folded line");
  EXPECT_EQ(m->body(), "v=0\r\n");
  EXPECT_EQ(tag_of(m->header("To")), "b7");
  EXPECT_EQ(uri_of(m->header("Contact")), "sip:focus@127.0.0.1:5070;transport=udp");
  EXPECT_EQ(branch_of(m->header("Via")), "z9hG4bK-1");
  const auto routes = m->headers("Record-Route");
  ASSERT_EQ(routes.size(), 3U);
  EXPECT_EQ(routes[1], "<sip:p2;lr>");
  EXPECT_EQ(routes[2], "<sip:p3;lr>");
}

TEST(load_sip_message, refuses_what_is_not_sip) {
  for (const auto* text :
       {"", "\r\n\r\n", "hello", "SIP/2.0 xyz\r\n\r\n", "SIP/2.0 99 No\r\n\r\n",
        "INVITE sip:a@b SIP/2.0\r\n\r\n", "SIP/2.0 200 OK\r\nno colon\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: x\r\nFrom: x\r\nTo: x\r\nCall-ID: x\r\nCSeq: INVITE\r\n\r\n"}) {
    EXPECT_FALSE(sip_message::parse(text).ok()) << text;
  }
}

TEST(load_sip_message, survives_every_truncation) {
  const std::string whole = ok;
  for (size_t length = 0; length < whole.size(); ++length) {
    const auto m = sip_message::parse(whole.substr(0, length));
    if (m) (void)m->headers("Record-Route");
  }
}

TEST(load_sip_message, answers_a_request_with_what_it_must_copy) {
  const auto request = sip_message::parse(
      "OPTIONS sip:x@y SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP "
      "b;branch=z9hG4bK2\r\n"
      "From: <sip:s@y>;tag=1\r\nTo: <sip:x@y>\r\nCall-ID: c\r\nCSeq: 7 OPTIONS\r\n\r\n");
  ASSERT_TRUE(request.ok());
  const auto text = response_to(*request, 200, "OK", "mine", {}, {});
  const auto answer = sip_message::parse(text);
  ASSERT_TRUE(answer.ok()) << text;
  EXPECT_EQ(answer->headers("Via").size(), 2U);
  EXPECT_EQ(tag_of(answer->header("To")), "mine");
  EXPECT_EQ(answer->cseq(), 7U);
  EXPECT_EQ(answer->method(), "OPTIONS");
}

}  // namespace
}  // namespace confab::load
