#include "media/msrp/data_receiver.hpp"

#include <gtest/gtest.h>

namespace confab::msrp {
namespace {

struct chunk {
  std::string range;  ///< `1-4/8`
  std::string bytes;
  continuation flag = continuation::more;
  std::string id = "file1";
  std::string type = "text/plain";
};

/// What is taken of the chunks, and `code first-last` of each; `!` behind the last of a whole file.
std::string after(const data_plan& plan, const std::vector<chunk>& chunks) {
  data_receiver receiver(plan);
  std::string taken, told;
  for (const auto& one : chunks) {
    send_request send;
    send.message_id = one.id;
    send.range = *parse_byte_range(one.range);
    send.type = *parse_content_type(one.type);
    (void)receiver.on_head(send);
    for (const char c : one.bytes) taken += receiver.on_body({&c, 1});
    const auto end = receiver.on_end(one.flag);
    told += " " + std::to_string(end.code) + (end.last ? "!" : "");
  }
  return taken + told;
}

constexpr auto last = continuation::last;

TEST(data_receiver, takes_the_bytes_of_a_file_in_their_order) {
  struct row {
    const char* name;
    data_plan plan;
    std::vector<chunk> chunks;
    const char* expected;
  };
  const std::vector<row> rows{
      {"one chunk", {.size = 4}, {{"1-4/4", "abcd", last}}, "abcd 200!"},
      {"two chunks", {.size = 4}, {{"1-2/4", "ab"}, {"3-4/4", "cd", last}}, "abcd 200 200!"},
      {"open ranges", {.size = 4}, {{"1-*/4", "ab"}, {"3-*/*", "cd", last}}, "abcd 200 200!"},
      {"an empty file", {.size = 0}, {{"1-0/0", "", last}}, " 200!"},
      {"from where it stopped", {.size = 4, .offset = 2}, {{"3-4/4", "cd", last}}, "cd 200!"},
      {"from before where it stopped", {.size = 4, .offset = 2}, {{"2-4/4", "bcd", last}}, "cd 200!"},
      {"all again", {.size = 4, .offset = 2}, {{"1-2/4", "ab"}, {"3-4/4", "cd", last}}, "cd 200 200!"},
      {"a range as its own message", {.size = 4, .offset = 2, .base = 2}, {{"1-2/2", "cd", last}}, "cd 200!"},
      {"a range that counts as the file",
       {.size = 4, .offset = 2, .base = 2},
       {{"3-4/4", "cd", last}},
       "cd 200!"},
      {"a range that begins before what is missing",
       {.size = 4, .offset = 3, .base = 2},
       {{"1-2/2", "cd", last}},
       "d 200!"},
      {"a chunk again",
       {.size = 4},
       {{"1-2/4", "ab"}, {"1-2/4", "ab"}, {"3-4/4", "cd", last}},
       "abcd 200 200 200!"},
      {"a gap", {.size = 4}, {{"2-4/4", "bcd", last}}, " 400"},
      {"beyond what is here", {.size = 9, .offset = 2}, {{"4-9/9", "defghi", last}}, " 400"},
      {"too early an end", {.size = 4}, {{"1-3/4", "abc", last}}, "abc 400"},
      {"another total", {.size = 4}, {{"1-3/3", "abc", last}}, " 400"},
      {"a larger total", {.size = 4}, {{"1-5/5", "abcde", last}}, " 413"},
      {"more than it says", {.size = 4}, {{"1-*/4", "abcde", last}}, "abcd 413"},
      {"a start past the end", {.size = 4}, {{"9-*/*", "x", last}}, " 400"},
      {"another message", {.size = 4}, {{"1-2/4", "ab"}, {"3-4/4", "cd", last, "file2"}}, "ab 200 400"},
      {"CPIM", {.size = 4}, {{"1-4/4", "abcd", last, "file1", "message/cpim"}}, " 415"},
      {"nothing after a refusal", {.size = 4}, {{"2-4/4", "bcd"}, {"1-4/4", "abcd", last}}, " 400 413"},
      {"nothing after it gave up",
       {.size = 4},
       {{"1-2/4", "ab", continuation::aborted}, {"3-4/4", "cd", last}},
       "ab 200 413"},
  };
  for (const auto& one : rows) EXPECT_EQ(after(one.plan, one.chunks), one.expected) << one.name;
}

TEST(data_receiver, tells_ranges_as_the_sender_counts) {
  data_receiver receiver({.size = 10, .offset = 4, .base = 4});
  EXPECT_FALSE(receiver.begun());
  send_request send;
  send.message_id = "file1";
  send.range = *parse_byte_range("1-3/6");
  EXPECT_EQ(receiver.on_head(send), 200);
  EXPECT_TRUE(receiver.begun());
  EXPECT_EQ(receiver.on_body("efg"), "efg");
  EXPECT_EQ(receiver.at(), 7U);
  EXPECT_EQ(write(receiver.on_end(continuation::more).range), "1-3/6");
}

TEST(data_receiver, says_how_far_what_came_here_is_and_nothing_for_a_repeat) {
  data_receiver receiver({.size = 8, .offset = 4});
  const auto bring = [&](const char* range, const std::string& bytes) {
    send_request send;
    send.message_id = "file1";
    send.range = *parse_byte_range(range);
    (void)receiver.on_head(send);
    (void)receiver.on_body(bytes);
    (void)receiver.on_end(continuation::more);
    return receiver.reached();
  };
  EXPECT_EQ(receiver.reached(), 0U) << "what was here before nobody brought";
  EXPECT_EQ(bring("1-2/8", "ab"), 2U) << "it passes over what is here";
  EXPECT_EQ(bring("1-2/8", "ab"), 2U);
  EXPECT_EQ(bring("3-6/8", "cdef"), 6U);
  EXPECT_EQ(bring("1-2/8", "ab"), 6U);
  EXPECT_EQ(bring("1-9/9", "abcdefghi"), 6U) << "what is refused has not come";
}

}  // namespace
}  // namespace confab::msrp
