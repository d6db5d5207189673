#include "media/msrp/chunk_assembler.hpp"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

using namespace std::chrono_literals;

const clock_time t0{};

/// `1-*/9`-like range, body, flag; the outcome as text.
struct feed {
  std::string id;
  std::string range;
  std::string body;
  char flag = '$';
};

std::string describe(const chunk_end& end) {
  std::string out = std::to_string(end.code);
  if (end.whole) out += " whole \"" + (end.whole->body ? *end.whole->body : "-") + "\"";
  if (end.lost) {
    constexpr std::string_view words[] = {"aborted", "timed out", "refused"};
    out += " lost: ";
    out += words[static_cast<size_t>(end.lost->why)];
  }
  return out;
}

std::string give(chunk_assembler& a, const feed& f, clock_time now = t0) {
  send_request send{.message_id = f.id, .range = {}};
  if (!f.range.empty()) send.range = *parse_byte_range(f.range);
  static_cast<void>(a.on_head(send, now));
  // In two pieces, as the framer may give them.
  const std::string_view body = f.body;
  a.on_body(body.substr(0, body.size() / 2));
  a.on_body(body.substr(body.size() / 2));
  return describe(a.on_end(*to_continuation(f.flag), now));
}

chunk_assembler small(assembly mode = assembly::whole) {
  return chunk_assembler({.mode = mode, .message_bytes = 100, .open_bytes = 150});
}

TEST(msrp_assembler, makes_messages_of_chunks) {
  struct row {
    const char* name;
    std::vector<feed> chunks;
    std::vector<std::string> expected;
  };
  const std::vector<row> rows{
      {"one chunk", {{"m1", "1-5/5", "hello"}}, {"200 whole \"hello\""}},
      {"no range", {{"m1", "", "hello"}}, {"200 whole \"hello\""}},
      {"empty", {{"m1", "1-0/0", ""}}, {"200 whole \"\""}},
      {"unknown total", {{"m1", "1-*/*", "hel", '+'}, {"m1", "4-*/*", "lo"}}, {"200", "200 whole \"hello\""}},
      {"an empty last chunk",
       {{"m1", "1-*/5", "hello", '+'}, {"m1", "6-5/5", ""}},
       {"200", "200 whole \"hello\""}},
      {"interleaved",
       {{"m1", "1-*/4", "ab", '+'}, {"m2", "1-*/4", "xy", '+'}, {"m1", "3-4/4", "cd"}, {"m2", "3-4/4", "zz"}},
       {"200", "200", "200 whole \"abcd\"", "200 whole \"xyzz\""}},
      {"out of order", {{"m1", "4-5/5", "lo"}, {"m1", "1-3/5", "hel", '+'}}, {"200", "200 whole \"hello\""}},
      {"out of order, three",
       {{"m1", "5-6/6", "ef"}, {"m1", "3-4/6", "cd", '+'}, {"m1", "1-2/6", "ab", '+'}},
       {"200", "200", "200 whole \"abcdef\""}},
      {"the last to come wins",
       {{"m1", "1-4/6", "abcd", '+'}, {"m1", "3-6/6", "XYef"}},
       {"200", "200 whole \"abXYef\""}},
      {"twice the same",
       {{"m1", "1-2/4", "ab", '+'}, {"m1", "1-2/4", "ab", '+'}, {"m1", "3-4/4", "cd"}},
       {"200", "200", "200 whole \"abcd\""}},
      {"shorter than announced: the end counts", {{"m1", "1-9/9", "abc"}}, {"200 whole \"abc\""}},
      {"a repeat of a whole message is no second",
       {{"m1", "1-2/2", "ab"}, {"m1", "1-2/2", "ab"}},
       {"200 whole \"ab\"", "200"}},
      {"aborted", {{"m1", "1-*/9", "abc", '+'}, {"m1", "4-*/9", "d", '#'}}, {"200", "200 lost: aborted"}},
      {"aborted at once", {{"m1", "1-*/9", "abc", '#'}}, {"200 lost: aborted"}},
      {"too large by its word",
       {{"m1", "1-*/101", "abc", '+'}, {"m1", "4-*/101", "abc"}},
       {"413 lost: refused", "413"}},
      {"too large in fact", {{"m1", "1-*/*", std::string(101, 'x')}}, {"413 lost: refused"}},
      {"just large enough",
       {{"m1", "1-*/*", std::string(100, 'x')}},
       {"200 whole \"" + std::string(100, 'x') + "\""}},
      {"beyond its own end",
       {{"m1", "3-4/4", "cd"}, {"m1", "5-6/*", "ef", '+'}},
       {"200", "400 lost: refused"}},
      {"an end before what came",
       {{"m1", "3-4/4", "cd", '+'}, {"m1", "1-2/2", "ab"}},
       {"200", "400 lost: refused"}},
      {"too much at once",
       {{"m1", "1-*/*", std::string(90, 'x'), '+'},
        {"m2", "1-*/*", std::string(61, 'y'), '+'},
        {"m1", "91-*/*", "z"}},
       {"200", "413 lost: refused", "200 whole \"" + std::string(90, 'x') + "z\""}},
  };
  for (const row& r : rows) {
    SCOPED_TRACE(r.name);
    auto a = small();
    for (size_t i = 0; i < r.chunks.size(); ++i) EXPECT_EQ(give(a, r.chunks[i]), r.expected[i]) << i;
  }
}

TEST(msrp_assembler, keeps_nothing_of_messages_that_ended) {
  auto a = small();
  give(a, {"m1", "1-*/*", "abc", '+'});
  give(a, {"m2", "1-*/*", "de", '+'});
  EXPECT_EQ(a.kept_bytes(), 5u);
  EXPECT_EQ(a.open_messages(), 2u);
  give(a, {"m1", "4-*/*", "f"});
  give(a, {"m2", "3-*/*", "", '#'});
  EXPECT_EQ(a.kept_bytes(), 0u);
  EXPECT_EQ(a.open_messages(), 0u);
}

TEST(msrp_assembler, tells_the_whole_by_its_first_head) {
  auto a = small();
  send_request first{
      .message_id = "m1", .range = {1, {}, 4}, .success_report = true, .type = content_type{"text", "plain"}};
  EXPECT_EQ(a.on_head(first, t0), 200);
  a.on_body("ab");
  EXPECT_EQ(a.on_end(continuation::more, t0).range, (byte_range{1, 2, {}}));
  EXPECT_EQ(a.on_head({.message_id = "m1", .range = {3, {}, 4}}, t0), 200);
  a.on_body("cd");
  const auto end = a.on_end(continuation::last, t0);
  EXPECT_EQ(end.range, (byte_range{3, 4, 4}));
  ASSERT_TRUE(end.whole);
  first.range = {1, 4, 4};
  EXPECT_EQ(end.whole->send, first);
}

TEST(msrp_assembler, says_at_once_that_a_message_is_too_large) {
  auto a = small();
  EXPECT_EQ(a.on_head({.message_id = "m1", .range = {1, {}, 1'000}}, t0), 413);
  EXPECT_EQ(a.code(), 413);
  EXPECT_FALSE(a.on_body("abc"));
  EXPECT_EQ(a.kept_bytes(), 0u);
  EXPECT_EQ(describe(a.on_end(continuation::more, t0)), "413 lost: refused");
}

TEST(msrp_assembler, bounds_open_messages_and_gaps) {
  chunk_assembler a({.mode = assembly::whole, .message_bytes = 10'000, .open_bytes = 1'000'000});
  for (size_t i = 0; i < limits::msrp_open_messages; ++i) {
    EXPECT_EQ(give(a, {"m" + std::to_string(i), "1-*/*", "x", '+'}), "200");
  }
  EXPECT_EQ(give(a, {"more", "1-*/*", "x", '+'}), "413 lost: refused");
  EXPECT_EQ(give(a, {"m0", "2-*/*", "y"}), "200 whole \"xy\"");
  EXPECT_EQ(give(a, {"more2", "1-*/*", "x", '+'}), "200");

  chunk_assembler gaps({.mode = assembly::pieces, .message_bytes = 10'000});
  std::string last;
  for (size_t i = 0; i <= limits::msrp_gaps_per_message; ++i) {
    last = give(gaps, {"m1", std::to_string(2 * i + 1) + "-*/*", "x", '+'});
  }
  EXPECT_EQ(last, "413 lost: refused");
}

TEST(msrp_assembler, refuses_what_the_budget_of_all_streams_has_no_room_for) {
  const auto all = std::make_shared<byte_budget>(10);
  const assembler_settings settings{
      .mode = assembly::whole, .message_bytes = 100, .open_bytes = 150, .budget = all};
  chunk_assembler one(settings);
  chunk_assembler other(settings);
  EXPECT_EQ(give(one, {"m1", "1-*/*", "12345678", '+'}), "200");
  EXPECT_EQ(give(other, {"m1", "1-*/*", "123", '+'}), "413 lost: refused");
  EXPECT_EQ(give(other, {"m1", "4-*/*", "456"}), "413") << "and so do its further chunks";
  EXPECT_EQ(give(other, {"m2", "1-2/2", "12"}), "200 whole \"12\"") << "a small one fits beside it";
  EXPECT_EQ(all->taken(), 8U);
  {
    static_cast<void>(one.on_head({.message_id = "m1", .range = {9, {}, {}}}, t0));
    one.on_body("9");
    const auto end = one.on_end(continuation::last, t0);
    ASSERT_TRUE(end.whole);
    EXPECT_EQ(end.whole->share.bytes(), 9U) << "whoever has the body has its share";
    EXPECT_EQ(all->taken(), 9U);
  }
  EXPECT_EQ(all->taken(), 0U);
  EXPECT_EQ(give(other, {"m3", "1-*/*", "1234567890", '+'}), "200");
  EXPECT_EQ(give(other, {"m3", "1-*/*", "", '#'}), "200 lost: aborted");
  EXPECT_EQ(all->taken(), 0U);
}

TEST(msrp_assembler, gives_up_what_nothing_is_heard_of) {
  auto a = small();
  EXPECT_FALSE(a.next_deadline());
  give(a, {"m1", "1-*/*", "a", '+'}, t0);
  give(a, {"m2", "1-*/*", "a", '+'}, t0 + 10s);
  give(a, {"m1", "2-*/*", "b", '+'}, t0 + 20s);
  EXPECT_EQ(a.next_deadline(), t0 + 10s + limits::msrp_message_idle);
  EXPECT_TRUE(a.on_time(t0 + 10s + limits::msrp_message_idle - 1ms).empty());
  const auto lost = a.on_time(t0 + 10s + limits::msrp_message_idle);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].send.message_id, "m2");
  EXPECT_EQ(lost[0].why, lost_message::cause::timed_out);
  EXPECT_EQ(a.kept_bytes(), 2u);
  EXPECT_EQ(give(a, {"m2", "2-*/*", "c"}, t0 + 80s), "408");
  EXPECT_EQ(a.next_deadline(), t0 + 20s + limits::msrp_message_idle);
}

TEST(msrp_assembler, gives_up_what_comes_too_slowly_on_the_whole) {
  chunk_assembler a({.mode = assembly::whole, .message_bytes = 1'000'000, .open_bytes = 1'000'000});
  const std::string most(limits::msrp_writer_pace * 30, 'x');
  give(a, {"m1", "1-*/*", most, '+'}, t0);
  const auto due = t0 + limits::msrp_writer_grace + 30s;
  for (auto now = t0 + 20s; now < due; now += 20s) {
    EXPECT_TRUE(a.on_time(now).empty());
    EXPECT_EQ(give(a, {"m1", std::to_string(most.size() + 1) + "-*/*", "x", '+'}, now), "200");
  }
  EXPECT_EQ(a.on_time(due + 1s).size(), 1u) << "one byte now and then buys no time";
  EXPECT_EQ(a.kept_bytes(), 0u);
}

TEST(msrp_assembler, takes_the_first_bytes_of_a_stream_from_no_budget) {
  const auto all = std::make_shared<byte_budget>(2);
  chunk_assembler a(
      {.mode = assembly::whole, .message_bytes = 100, .open_bytes = 150, .budget = all, .free_bytes = 10});
  EXPECT_EQ(give(a, {"m1", "1-*/*", "12345678", '+'}), "200");
  EXPECT_EQ(give(a, {"m2", "1-*/*", "1234", '+'}), "200");
  EXPECT_EQ(all->taken(), 2U);
  EXPECT_EQ(give(a, {"m3", "1-1/1", "1"}), "413 lost: refused");
  EXPECT_EQ(give(a, {"m1", "9-8/8", ""}), "200 whole \"12345678\"");
  EXPECT_EQ(give(a, {"m4", "1-8/8", "12345678"}), "200 whole \"12345678\"") << "its place is free again";
}

TEST(msrp_assembler, waits_for_the_end_of_a_slow_chunk) {
  auto a = small();
  EXPECT_EQ(a.on_head({.message_id = "m1", .range = {}}, t0), 200);
  EXPECT_FALSE(a.next_deadline());
  EXPECT_TRUE(a.on_time(t0 + 1h).empty());
  a.on_body("slow");
  EXPECT_EQ(describe(a.on_end(continuation::last, t0 + 1h)), "200 whole \"slow\"");
}

TEST(msrp_assembler, hands_pieces_on_with_their_place) {
  chunk_assembler a({.mode = assembly::pieces, .message_bytes = 1'000'000});
  EXPECT_EQ(a.on_head({.message_id = "file", .range = {65'537, {}, 200'000}}, t0), 200);
  const std::string bytes = "abc";
  const auto first = a.on_body(bytes);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->offset, 65'536u);
  EXPECT_EQ(first->bytes.data(), bytes.data());
  EXPECT_EQ(a.on_body("de")->offset, 65'539u);
  EXPECT_EQ(describe(a.on_end(continuation::last, t0)), "200");
  EXPECT_EQ(a.on_head({.message_id = "file", .range = {1, {}, 200'000}}, t0), 200);
  EXPECT_EQ(a.on_body(std::string(65'536, 'x'))->offset, 0u);
  EXPECT_EQ(describe(a.on_end(continuation::more, t0)), "200 whole \"-\"");
  EXPECT_EQ(a.kept_bytes(), 0u);
}

/// Random messages in random chunks, interleaved and shuffled: each comes out once and whole.
TEST(msrp_assembler, gives_each_message_once_for_any_chunks_in_any_order) {
  std::mt19937 random(3);
  const auto up_to = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n)(random); };
  for (int round = 0; round < 300; ++round) {
    chunk_assembler a({.mode = assembly::whole, .message_bytes = 10'000, .open_bytes = 100'000});
    std::vector<std::string> bodies(1 + up_to(5));
    std::vector<feed> chunks;
    for (size_t m = 0; m < bodies.size(); ++m) {
      bodies[m].resize(up_to(200));
      for (char& c : bodies[m]) c = static_cast<char>(up_to(255));
      size_t at = 0;
      do {
        const size_t size = std::min(bodies[m].size() - at, 1 + up_to(60));
        const bool last = at + size == bodies[m].size();
        chunks.push_back({"message" + std::to_string(m), std::to_string(at + 1) + "-*/*",
                          bodies[m].substr(at, size), last ? '$' : '+'});
        at += size;
      } while (at < bodies[m].size());
    }
    std::shuffle(chunks.begin(), chunks.end(), random);
    std::vector<std::string> got(bodies.size());
    size_t whole = 0;
    for (const feed& f : chunks) {
      static_cast<void>(a.on_head({.message_id = f.id, .range = *parse_byte_range(f.range)}, t0));
      for (size_t at = 0; at < f.body.size();) {
        const size_t size = std::min(f.body.size() - at, 1 + up_to(20));
        a.on_body(std::string_view(f.body).substr(at, size));
        at += size;
      }
      const auto end = a.on_end(*to_continuation(f.flag), t0);
      ASSERT_EQ(end.code, 200);
      if (!end.whole) continue;
      ++whole;
      got[std::stoul(end.whole->send.message_id.substr(7))] = *end.whole->body;
    }
    ASSERT_EQ(whole, bodies.size());
    ASSERT_EQ(got, bodies);
    ASSERT_EQ(a.kept_bytes(), 0u);
  }
}

}  // namespace
}  // namespace confab::msrp
