#include "media/msrp/requests.hpp"

#include <gtest/gtest.h>

#include "tests/unit/media/msrp/fixture.hpp"

namespace confab::msrp::testing {
namespace {

/// The head of a request with these header lines (LF) behind the paths.
head request(const std::string& method, const std::string& lines) {
  std::string stream = "MSRP tid1 " + method + "\r\nTo-Path: " + room + "\r\nFrom-Path: " + alice + "\r\n";
  for (const char c : lines) stream += c == '\n' ? "\r\n" : std::string(1, c);
  const sight s = frame(stream + "-------tid1$\r\n");
  EXPECT_EQ(s.messages.size(), 1u) << stream;
  return s.messages.empty() ? head{} : s.messages.front().start;
}

TEST(msrp_send, has_the_defaults_of_the_standard) {
  const auto s = read_send(request("SEND", "Message-ID: 87652491\n"));
  ASSERT_TRUE(s.ok());
  EXPECT_EQ(s->message_id, "87652491");
  EXPECT_EQ(s->range, (byte_range{1, {}, {}}));
  EXPECT_FALSE(s->success_report);
  EXPECT_EQ(s->on_failure, failure_report::yes);
  EXPECT_FALSE(s->type);
}

TEST(msrp_send, carries_what_it_does_not_know) {
  const auto s =
      read_send(request("SEND",
                        "message-id: 641f9960ded0638d\nByte-Range: 1-*/245347\nSuccess-Report: yes\n"
                        "Failure-Report: partial\nContent-Disposition: render\nExpires: 60\n"
                        "Content-Type: message/cpim\n"));
  ASSERT_TRUE(s.ok());
  EXPECT_EQ(s->range, (byte_range{1, {}, 245'347}));
  EXPECT_TRUE(s->success_report);
  EXPECT_EQ(s->on_failure, failure_report::partial);
  EXPECT_EQ(s->type->name(), "message/cpim");
  EXPECT_EQ(s->extra, (std::vector<header>{{"Content-Disposition", "render"}, {"Expires", "60"}}));
  const head again = make_send(*s, "tid1", path_of(room), path_of(alice));
  const auto back = read_send(again);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, *s);
  EXPECT_EQ(again.headers.back().name, "Content-Type");
}

TEST(msrp_send, is_refused_when_a_header_is_wrong) {
  for (const std::string lines :
       {"", "Message-ID: a\n", "Message-ID: 1 2 3 4\n", "Message-ID: 12345\nMessage-ID: 12345\n",
        "Message-ID: 12345\nByte-Range: x\n", "Message-ID: 12345\nByte-Range: 1-2/2\nByte-Range: 1-2/2\n",
        "Message-ID: 12345\nSuccess-Report: partial\n", "Message-ID: 12345\nFailure-Report: perhaps\n",
        "Message-ID: 12345\nContent-Type: text\n"}) {
    const auto s = read_send(request("SEND", lines));
    ASSERT_FALSE(s.ok()) << lines;
    EXPECT_EQ(s.error().code, errc::malformed) << lines;
  }
}

TEST(msrp_send, says_whether_it_wants_failures_even_when_it_is_wrong) {
  EXPECT_EQ(failure_report_of(request("SEND", "Failure-Report: no\n")), failure_report::no);
  EXPECT_EQ(failure_report_of(request("SEND", "Failure-Report: Partial\n")), failure_report::partial);
  EXPECT_EQ(failure_report_of(request("SEND", "Failure-Report: x\n")), failure_report::yes);
  EXPECT_EQ(failure_report_of(request("SEND", "")), failure_report::yes);
}

TEST(msrp_report, is_read_as_it_was_made) {
  const report_request r{"12345678", {1, 39, 39}, {0, 413, "Message Too Large"}};
  const auto back = read_report(make_report(r, "tid1", path_of(alice), path_of(room)));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, r);
  EXPECT_FALSE(read_report(request("REPORT", "Message-ID: 12345\nByte-Range: 1-3/3\n")).ok());
  EXPECT_FALSE(read_report(request("REPORT", "Status: 000 200 OK\n")).ok());
  EXPECT_FALSE(read_report(request("REPORT", "Message-ID: 12345\nStatus: 200 OK\n")).ok());
}

TEST(msrp_nickname, is_read_as_it_was_made) {
  const auto back =
      read_nickname(make_nickname("Alice \"the\" great", "tid1", path_of(room), path_of(alice)));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(*back, "Alice \"the\" great");
  EXPECT_EQ(*read_nickname(request("NICKNAME", "Use-Nickname: \"\"\n")), "");
  for (const std::string bad :
       {"", "Use-Nickname: Alice\n", "Use-Nickname: \"A\"\nFailure-Report: no\n",
        "Use-Nickname: \"A\"\nSuccess-Report: no\n", "Use-Nickname: \"A\"\nUse-Nickname: \"B\"\n"}) {
    EXPECT_FALSE(read_nickname(request("NICKNAME", bad)).ok()) << bad;
  }
}

TEST(msrp_write, gives_what_the_framer_reads) {
  const send_request s{.message_id = "12345678", .range = {1, 5, 5}, .type = content_type{"text", "plain"}};
  const head h = make_send(s, "tid1", path_of(room), path_of(alice));
  const sight with_body = frame(write(h, "hello", continuation::more));
  ASSERT_EQ(with_body.messages.size(), 1u);
  EXPECT_EQ(with_body.messages[0], (seen{h, true, "hello", true, continuation::more}));
  const head response{.transaction_id = "tid1",
                      .code = 200,
                      .comment = "OK",
                      .to_path = path_of(alice),
                      .from_path = path_of(room)};
  EXPECT_EQ(write(response),
            "MSRP tid1 200 OK\r\nTo-Path: " + alice + "\r\nFrom-Path: " + room + "\r\n-------tid1$\r\n");
  EXPECT_EQ(frame(write(response)).messages.at(0).start, response);
}

TEST(msrp_identifier, is_one_and_does_not_occur_in_the_body) {
  const auto random = counted(10);
  EXPECT_EQ(make_identifier(random), "000000000000000a");
  EXPECT_EQ(make_session_id(random), "000000000000000b000000000000000c");
  EXPECT_FALSE(holds_end_line("-------abc", "abcd"));
  EXPECT_TRUE(holds_end_line("x--------abcd", "abcd"));
  const std::string body = "\r\n-------0000000000000001$\r\n-------0000000000000002";
  EXPECT_EQ(make_transaction_id(body, counted()), "0000000000000003");
  EXPECT_EQ(make_transaction_id(body, [] { return uint64_t{1}; }), "0000000000000003");
}

}  // namespace
}  // namespace confab::msrp::testing
