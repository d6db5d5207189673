#include "media/msrp/chunk_writer.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "tests/unit/media/msrp/fixture.hpp"

namespace confab::msrp::testing {
namespace {

shared_body body_of(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

send_request named(const std::string& id) {
  return {.message_id = id, .range = {}, .type = content_type{"text", "plain"}};
}

chunk_writer writer(uint64_t queued_bytes = 20'000'000) {
  return chunk_writer({.to = path_of(alice), .from = path_of(room), .queued_bytes = queued_bytes});
}

/// `m1 1-5/5 "hello"$; 200 tid …`; long bodies by their size.
std::string summary_of(const std::string& bytes) {
  std::string out;
  const sight s = frame(bytes);
  EXPECT_EQ(s.refused, "");
  for (const seen& m : s.messages) {
    out += out.empty() ? "" : "; ";
    if (m.start.is_response()) {
      out += std::to_string(m.start.code);
      continue;
    }
    EXPECT_EQ(write(m.start.to_path), alice);
    EXPECT_EQ(write(m.start.from_path), room);
    EXPECT_TRUE(m.ended);
    const auto send = read_send(m.start);
    EXPECT_TRUE(send.ok());
    if (!send) continue;
    out += send->message_id + " " + write(send->range);
    if (m.has_body) out += m.body.size() > 20 ? " " + std::to_string(m.body.size()) : " \"" + m.body + "\"";
    out += to_char(m.flag);
  }
  return out;
}

std::string all_of(chunk_writer& w, size_t max_bytes = 1'000'000'000) {
  std::string out;
  const auto random = counted();
  while (true) {
    const size_t before = out.size();
    w.write(out, max_bytes, random);
    if (out.size() == before) return out;
    EXPECT_LE(out.size() - before, max_bytes);
  }
}

TEST(msrp_writer, writes_a_message_as_one_chunk) {
  auto w = writer();
  send_request send = named("m1234");
  send.success_report = true;
  send.on_failure = failure_report::partial;
  send.extra = {{"Expires", "60"}};
  ASSERT_TRUE(w.push(send, body_of("hello")));
  EXPECT_FALSE(w.idle());
  std::string out;
  const auto ended = w.write(out, 10'000, counted());
  EXPECT_EQ(out, "MSRP 0000000000000001 SEND\r\nTo-Path: " + alice + "\r\nFrom-Path: " + room +
                     "\r\nMessage-ID: m1234\r\nByte-Range: 1-5/5\r\nSuccess-Report: yes\r\n"
                     "Failure-Report: partial\r\nExpires: 60\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
                     "-------0000000000000001$\r\n");
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].transaction_id, "0000000000000001");
  EXPECT_EQ(ended[0].message_id, "m1234");
  EXPECT_EQ(ended[0].range, (byte_range{1, 5, 5}));
  EXPECT_EQ(ended[0].flag, continuation::last);
  EXPECT_TRUE(ended[0].success_report);
  EXPECT_TRUE(w.idle());
  EXPECT_EQ(w.queued_bytes(), 0u);
}

TEST(msrp_writer, writes_empty_messages_and_keep_alives) {
  auto w = writer();
  ASSERT_TRUE(w.push(named("m1234"), body_of("")));
  ASSERT_TRUE(w.push({.message_id = "keep1", .range = {}}, nullptr));
  const std::string out = all_of(w);
  EXPECT_EQ(summary_of(out), "m1234 1-0/0 \"\"$; keep1 1-0/0$");
}

TEST(msrp_writer, cuts_large_messages_and_announces_no_end_of_what_it_may_cut) {
  auto w = writer();
  ASSERT_TRUE(w.push(named("small"), body_of(std::string(limits::msrp_chunk_least, 'x'))));
  EXPECT_EQ(summary_of(all_of(w)), "small 1-2048/2048 2048$");
  ASSERT_TRUE(w.push(named("large"), body_of(std::string(150'000, 'x'))));
  EXPECT_EQ(summary_of(all_of(w)),
            "large 1-*/150000 65536+; large 65537-*/150000 65536+; large 131073-*/150000 18928$");
}

TEST(msrp_writer, lets_a_small_message_into_a_large_one) {
  auto w = writer();
  const auto random = counted();
  ASSERT_TRUE(w.push(named("large"), body_of(std::string(100'000, 'x'))));
  std::string out;
  w.write(out, 1'000, random);
  ASSERT_TRUE(w.push(named("small"), body_of("hello")));
  w.write(out, 1'000'000, random);
  EXPECT_EQ(summary_of(out),
            "large 1-*/100000 2048+; small 1-5/5 \"hello\"$; large 2049-*/100000 65536+; large "
            "67585-*/100000 32416$");
}

TEST(msrp_writer, waits_for_each_large_message_no_more_than_one_least_chunk) {
  auto w = writer();
  const auto random = counted();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(w.push(named("large" + std::to_string(i)), body_of(std::string(500'000, 'x'))));
  }
  std::string out;
  w.write(out, 300'000, random);  // all are under way
  const size_t pushed_at = out.size();
  ASSERT_TRUE(w.push(named("small"), body_of("hello")));
  w.write(out, 10'000'000, random);
  const size_t waited = out.find("Message-ID: small") - pushed_at;
  EXPECT_LT(waited, 5 * (limits::msrp_chunk_least + 500) + 500);
}

TEST(msrp_writer, takes_turns_between_large_messages) {
  auto w = writer();
  ASSERT_TRUE(w.push(named("large1"), body_of(std::string(40'000, 'x'))));
  ASSERT_TRUE(w.push(named("large2"), body_of(std::string(20'000, 'y'))));
  EXPECT_EQ(summary_of(all_of(w)),
            "large1 1-*/40000 2048+; large2 1-*/20000 16384+; large1 2049-*/40000 16384+; "
            "large2 16385-*/20000 3616$; large1 18433-*/40000 21568$");
}

TEST(msrp_writer, puts_responses_before_the_rest_of_a_long_chunk) {
  auto w = writer();
  const auto random = counted();
  ASSERT_TRUE(w.push(named("large"), body_of(std::string(10'000, 'x'))));
  std::string out;
  w.write(out, 5'000, random);
  const head ok{.transaction_id = "tid1",
                .code = 200,
                .comment = "OK",
                .to_path = path_of(alice),
                .from_path = path_of(room)};
  ASSERT_TRUE(w.push_reply(ok));
  w.write(out, 100'000, random);
  const std::string seen = summary_of(out);
  EXPECT_TRUE(seen.starts_with("large 1-*/10000 ")) << seen;
  EXPECT_NE(seen.find("+; 200; large"), std::string::npos) << seen;
}

TEST(msrp_writer, refuses_what_is_too_much) {
  auto w = writer(1'000);
  EXPECT_FALSE(w.push(named("m1234"), body_of(std::string(1'001, 'x'))));
  EXPECT_TRUE(w.push(named("m1234"), body_of(std::string(900, 'x'))));
  EXPECT_FALSE(w.push(named("m2345"), body_of(std::string(101, 'x'))));
  EXPECT_EQ(w.queued_bytes(), 900u);
  all_of(w);
  EXPECT_TRUE(w.push(named("m2345"), body_of(std::string(101, 'x'))));
  all_of(w);
  for (size_t i = 0; i < limits::msrp_queued_messages; ++i) {
    EXPECT_TRUE(w.push(named("n" + std::to_string(1'000 + i)), body_of("")));
  }
  EXPECT_FALSE(w.push(named("n0000"), body_of("")));
  const head reply{
      .transaction_id = "tid1", .code = 200, .to_path = path_of(alice), .from_path = path_of(room)};
  size_t taken = 0;
  while (w.push_reply(reply)) taken += write(reply).size();
  EXPECT_LE(taken, limits::msrp_queued_replies_bytes);
  EXPECT_GT(taken, limits::msrp_queued_replies_bytes / 2);
}

TEST(msrp_writer, sends_bodies_that_come_in_pieces) {
  auto w = writer();
  ASSERT_TRUE(w.push_open(named("file"), std::nullopt));
  EXPECT_TRUE(w.idle());
  ASSERT_TRUE(w.append("file", body_of("hello ")));
  EXPECT_EQ(summary_of(all_of(w)), "file 1-6/* \"hello \"+");
  EXPECT_TRUE(w.idle());
  ASSERT_TRUE(w.append("file", body_of("wor")));
  ASSERT_TRUE(w.append("file", body_of("ld")));
  EXPECT_TRUE(w.finish("file"));
  EXPECT_EQ(summary_of(all_of(w)), "file 7-9/11 \"wor\"+; file 10-11/11 \"ld\"$");
  EXPECT_FALSE(w.append("file", body_of("x")));
  EXPECT_FALSE(w.finish("file"));

  ASSERT_TRUE(w.push_open(named("other"), 5));
  ASSERT_TRUE(w.append("other", body_of("hello")));
  EXPECT_EQ(summary_of(all_of(w)), "other 1-5/5 \"hello\"+");
  EXPECT_TRUE(w.finish("other"));
  EXPECT_EQ(summary_of(all_of(w)), "other 6-5/5 \"\"$");
}

TEST(msrp_writer, takes_messages_back) {
  auto w = writer();
  const auto random = counted();
  ASSERT_TRUE(w.push(named("large"), body_of(std::string(100'000, 'x'))));
  ASSERT_TRUE(w.push(named("later"), body_of("hello")));
  w.abort("later");
  std::string out;
  w.write(out, 1'000, random);
  w.abort("large");
  EXPECT_EQ(w.queued_bytes(), 0u);
  w.write(out, 1'000'000, random);
  const sight s = frame(out);
  ASSERT_EQ(s.messages.size(), 1u);
  EXPECT_EQ(s.messages[0].flag, continuation::aborted);
  EXPECT_TRUE(w.idle());
  EXPECT_EQ(w.queued_messages(), 0u);

  ASSERT_TRUE(w.push_open(named("file"), std::nullopt));
  ASSERT_TRUE(w.append("file", body_of("abc")));
  EXPECT_EQ(summary_of(all_of(w)), "file 1-3/* \"abc\"+");
  w.abort("file");
  EXPECT_EQ(summary_of(all_of(w)), "file 4-3/* \"\"#");
}

TEST(msrp_writer, never_writes_an_end_line_within_a_body) {
  auto w = writer();
  const std::string tricky = "a\r\n-------0000000000000001$\r\nb";
  ASSERT_TRUE(w.push(named("m1234"), body_of(tricky)));
  const sight s = frame(all_of(w));
  ASSERT_EQ(s.messages.size(), 1u);
  EXPECT_EQ(s.messages[0].start.transaction_id, "0000000000000002");
  EXPECT_EQ(s.messages[0].body, tricky);
}

TEST(msrp_writer, gives_the_same_messages_for_any_credit) {
  std::mt19937 random(5);
  const auto up_to = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n)(random); };
  for (int round = 0; round < 60; ++round) {
    auto w = writer();
    const auto ids = counted(round + 1);
    std::vector<std::string> bodies;
    std::string out;
    std::vector<sent_chunk> ended;
    for (int step = 0; step < 40; ++step) {
      if (bodies.size() < 8 && up_to(2) == 0) {
        bodies.push_back(
            std::string(up_to(3) == 0 ? up_to(200'000) : up_to(300), static_cast<char>('a' + bodies.size())));
        ASSERT_TRUE(w.push(named("message" + std::to_string(bodies.size() - 1)), body_of(bodies.back())));
      }
      for (auto& one : w.write(out, 1 + up_to(20'000), ids)) ended.push_back(std::move(one));
    }
    for (auto& one : w.write(out, 10'000'000, ids)) ended.push_back(std::move(one));
    EXPECT_TRUE(w.idle());
    EXPECT_EQ(w.queued_bytes(), 0u);
    const sight s = frame(out);
    ASSERT_EQ(s.refused, "");
    ASSERT_EQ(s.messages.size(), ended.size());
    std::vector<std::string> got(bodies.size());
    for (size_t i = 0; i < s.messages.size(); ++i) {
      const auto send = read_send(s.messages[i].start);
      ASSERT_TRUE(send.ok());
      std::string& body = got[std::stoul(send->message_id.substr(7))];
      ASSERT_EQ(send->range.start, body.size() + 1);
      body += s.messages[i].body;
      EXPECT_EQ(ended[i].transaction_id, s.messages[i].start.transaction_id);
      EXPECT_EQ(ended[i].range.end, body.size());
      EXPECT_EQ(ended[i].flag, s.messages[i].flag);
    }
    EXPECT_EQ(got, bodies);
  }
}

}  // namespace
}  // namespace confab::msrp::testing
