#include "media/msrp/framer.hpp"

#include <random>

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "tests/unit/media/msrp/fixture.hpp"

namespace confab::msrp::testing {
namespace {

const std::string paths = "To-Path: " + room + "\r\nFrom-Path: " + alice + "\r\n";
const std::string text = paths + "Message-ID: 12345678\r\nContent-Type: text/plain\r\n\r\n";

std::string send(const std::string& body, const std::string& flag = "$", const std::string& id = "tid1") {
  return "MSRP " + id + " SEND\r\n" + text + body + "\r\n-------" + id + flag + "\r\n";
}

struct row {
  const char* name;
  std::string stream;
  std::string expected;
};

void check_rows(const std::vector<row>& rows) {
  for (const row& r : rows) {
    SCOPED_TRACE(r.name);
    EXPECT_EQ(summary(frame(r.stream)), r.expected);
  }
}

TEST(msrp_framer, finds_requests_responses_and_their_ends) {
  check_rows({
      {"a message", send("hello"), "SEND tid1 \"hello\"$"},
      {"more to come", send("hel", "+"), "SEND tid1 \"hel\"+"},
      {"aborted", send("hel", "#"), "SEND tid1 \"hel\"#"},
      {"an empty body", send(""), "SEND tid1 \"\"$"},
      {"an empty body without its own CRLF", "MSRP tid1 SEND\r\n" + text + "-------tid1$\r\n",
       "SEND tid1 \"\"$"},
      {"no body", "MSRP tid1 SEND\r\n" + paths + "-------tid1$\r\n", "SEND tid1 $"},
      {"a response", "MSRP tid1 200 OK\r\n" + paths + "-------tid1$\r\n", "200 OK tid1 $"},
      {"a response without a comment", "MSRP tid1 413\r\n" + paths + "-------tid1$\r\n", "413  tid1 $"},
      {"a comment of several words", "MSRP tid1 481 No such session\r\n" + paths + "-------tid1$\r\n",
       "481 No such session tid1 $"},
      {"a REPORT", "MSRP tid1 REPORT\r\n" + paths + "Status: 000 200 OK\r\n-------tid1$\r\n",
       "REPORT tid1 $"},
      {"a method with an underscore", "MSRP tid1 FILE_OFFSET\r\n" + paths + "-------tid1$\r\n",
       "FILE_OFFSET tid1 $"},
      {"two in a row", send("a") + send("b", "+", "tid2"), "SEND tid1 \"a\"$; SEND tid2 \"b\"+"},
      {"empty lines between", "\r\n" + send("a") + "\r\n\r\n" + send("b"),
       "SEND tid1 \"a\"$; SEND tid1 \"b\"$"},
      {"not at its end yet", "MSRP tid1 SEND\r\n" + text + "hel", "SEND tid1 \"hel\""},
  });
}

TEST(msrp_framer, takes_for_body_what_only_looks_like_an_end) {
  check_rows({
      {"another id", send("a\r\n-------tid2$\r\nb"), "SEND tid1 \"a\r\n-------tid2$\r\nb\"$"},
      {"a longer id", send("a\r\n-------tid1x$\r\nb"), "SEND tid1 \"a\r\n-------tid1x$\r\nb\"$"},
      {"an unknown flag", send("a\r\n-------tid1!\r\nb"), "SEND tid1 \"a\r\n-------tid1!\r\nb\"$"},
      {"no CRLF after the flag", send("a\r\n-------tid1$ b"), "SEND tid1 \"a\r\n-------tid1$ b\"$"},
      {"no line start", send("a-------tid1$\r\nb"), "SEND tid1 \"a-------tid1$\r\nb\"$"},
      {"more dashes", send("a\r\n--------tid1$\r\nb"), "SEND tid1 \"a\r\n--------tid1$\r\nb\"$"},
      {"line ends at the end", send("a\r\n\r\n\r"), "SEND tid1 \"a\r\n\r\n\r\"$"},
      {"a start of an end right before the end", send("a\r\n-------tid"), "SEND tid1 \"a\r\n-------tid\"$"},
      {"headers of MSRP", send("MSRP tid1 SEND\r\nTo-Path: x"),
       "SEND tid1 \"MSRP tid1 SEND\r\nTo-Path: x\"$"},
      {"bytes of all kinds", send(std::string("\0\xff\r\n\0", 5)),
       "SEND tid1 \"" + std::string("\0\xff\r\n\0", 5) + "\"$"},
  });
}

TEST(msrp_framer, refuses_what_is_not_msrp) {
  const std::string long_line = "X: " + std::string(limits::msrp_line_bytes, 'x') + "\r\n";
  std::string many_headers;
  for (size_t i = 0; i <= limits::msrp_headers; ++i) many_headers += "X: y\r\n";
  std::string big_head;
  for (size_t i = 0; i < 5; ++i) big_head += "X: " + std::string(limits::msrp_head_bytes / 4, 'x') + "\r\n";
  const std::string start = "MSRP tid1 SEND\r\n";
  check_rows({
      {"HTTP", "GET / HTTP/1.1\r\n", "refused: malformed"},
      {"HTTP, at its first byte", "G", "refused: malformed"},
      {"TLS on a plain port", std::string("\x16\x03\x01", 3), "refused: malformed"},
      {"an id too short", "MSRP ti SEND\r\n", "refused: malformed"},
      {"an id too long", "MSRP " + std::string(33, 'a') + " SEND\r\n", "refused: malformed"},
      {"an id with a space for its first letter", "MSRP  tid1 SEND\r\n", "refused: malformed"},
      {"an id that begins with a dash", "MSRP -tid SEND\r\n", "refused: malformed"},
      {"no method", "MSRP tid1\r\n", "refused: malformed"},
      {"a method in small letters", "MSRP tid1 send\r\n", "refused: malformed"},
      {"words after the method", "MSRP tid1 SEND now\r\n", "refused: malformed"},
      {"a status of two digits", "MSRP tid1 20 OK\r\n", "refused: malformed"},
      {"a bare LF", "MSRP tid1 SEND\n", "refused: malformed"},
      {"a CR within a line", "MSRP tid1 SE\rND\r\n", "refused: malformed"},
      {"a NUL in a header", start + std::string("X: \0\r\n", 6), "refused: malformed"},
      {"no From-Path", start + "To-Path: " + room + "\r\n-------tid1$\r\n", "refused: malformed"},
      {"no path at all", start + "\r\n", "refused: malformed"},
      {"two To-Paths", start + paths + "to-path: " + room + "\r\n", "refused: malformed"},
      {"a path that is none", start + "To-Path: sip:room@host\r\n", "refused: malformed"},
      {"a header without a colon", start + paths + "Message-ID 1\r\n", "refused: malformed"},
      {"a header without a name", start + paths + ": x\r\n", "refused: malformed"},
      {"the end of another", start + paths + "-------tid2$\r\n", "refused: malformed"},
      {"a long line", start + long_line, "refused: too large"},
      {"a line that never ends", start + long_line.substr(0, long_line.size() - 2), "refused: too large"},
      {"many headers", start + many_headers, "refused: too large"},
      {"a large head", start + big_head, "refused: too large"},
      {"garbage after a message", send("a") + "garbage", "SEND tid1 \"a\"$; refused: malformed"},
  });
}

TEST(msrp_framer, stays_refused) {
  framer f;
  std::string_view bad = "GET /";
  EXPECT_FALSE(f.next(bad).ok());
  const std::string good = send("a");
  std::string_view rest = good;
  EXPECT_FALSE(f.next(rest).ok());
}

TEST(msrp_framer, knows_the_request_that_broke_off) {
  framer f;
  const std::string broken = "MSRP tid1 SEND\r\n" + paths + "no header\r\n";
  std::string_view rest = broken;
  EXPECT_FALSE(f.next(rest).ok());
  EXPECT_EQ(f.transaction_head().transaction_id, "tid1");
  EXPECT_EQ(write(f.transaction_head().from_path), alice);
}

TEST(msrp_framer, is_idle_between_messages_only) {
  framer f;
  EXPECT_TRUE(f.idle());
  const std::string one = send("a");
  std::string_view first = std::string_view(one).substr(0, one.size() - 1);
  while (true) {
    const auto event = f.next(first);
    ASSERT_TRUE(event.ok());
    if (!*event) break;
  }
  EXPECT_FALSE(f.idle());
  std::string_view last = "\n";
  ASSERT_TRUE(f.next(last).ok());
  EXPECT_TRUE(f.idle());
}

TEST(msrp_framer, keeps_a_large_body_out_of_memory) {
  framer f;
  const std::string start = "MSRP tid1 SEND\r\n" + text;
  std::string_view rest = start;
  ASSERT_TRUE(f.next(rest).ok());
  const std::string block(65'536, 'x');
  size_t got = 0;
  for (int i = 0; i < 160; ++i) {
    std::string_view bytes = block;
    const auto event = f.next(bytes);
    ASSERT_TRUE(event.ok() && *event);
    const auto& body = std::get<frame_body>(**event);
    EXPECT_EQ(body.bytes.data(), block.data());  // borrowed, not copied
    EXPECT_TRUE(bytes.empty());
    got += body.bytes.size();
  }
  EXPECT_EQ(got, 160 * block.size());
}

/// Streams whose bodies are full of starts of their own end-line.
std::string random_stream(std::mt19937& random) {
  const auto up_to = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n)(random); };
  const std::vector<std::string> shards{
      "\r",    "\n",        "\r\n",           "-",    "-------", "tid1",   "tid1$x",  "$\r", "\r\n-------",
      "tid1+", "MSRP tid1", "\r\n-------tid", "\r\r", "x",       "\r\n--", "tid1#\r", "\0"};
  std::string out;
  for (size_t n = 1 + up_to(4); n > 0; --n) {
    std::string body;
    for (size_t i = up_to(12); i > 0; --i) body += shards[up_to(shards.size() - 1)];
    out += send(body, std::string(1, "+$#"[up_to(2)]));
    if (up_to(3) == 0) out += "MSRP tid9 200 OK\r\n" + paths + "-------tid9$\r\n";
  }
  if (up_to(4) == 0) out.resize(up_to(out.size()));
  if (up_to(6) == 0) out += "\x16garbage";
  return out;
}

TEST(msrp_framer, gives_the_same_messages_for_any_cut) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    const std::string stream = random_stream(random);
    const sight whole = frame(stream);
    std::vector<size_t> every;
    for (size_t i = 1; i < stream.size(); ++i) every.push_back(i);
    ASSERT_EQ(frame(stream, every), whole) << stream;
    std::vector<size_t> some;
    for (size_t at = 0; at < stream.size();) {
      at += std::uniform_int_distribution<size_t>(1, 60)(random);
      if (at < stream.size()) some.push_back(at);
    }
    ASSERT_EQ(frame(stream, some), whole) << stream;
  }
}

TEST(msrp_framer, gives_the_same_messages_for_each_single_cut) {
  const std::string stream = send("a\r\n-------tid1", "+") + send("\r\n-------tid1!\r\n") + send("");
  const sight whole = frame(stream);
  ASSERT_EQ(whole.messages.size(), 3u);
  for (size_t cut = 1; cut < stream.size(); ++cut) EXPECT_EQ(frame(stream, {cut}), whole) << cut;
}

}  // namespace
}  // namespace confab::msrp::testing
