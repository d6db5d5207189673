#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "tests/unit/signaling/sdp/fixture.hpp"

// RFC 4574: the peer's name for its stream.

namespace confab::sdp::testing {
namespace {

const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";

std::string label_in(const std::string& lines) {
  const auto outcome = answer(peer(lines), nullptr, server());
  return outcome && outcome->audio ? outcome->audio->label : "no audio";
}

TEST(label, is_taken_from_the_line_that_is_in_use) {
  EXPECT_EQ(label_in(pcmu + "a=label:1\n"), "1");
  EXPECT_EQ(label_in("m=video 5000 RTP/AVP 96\na=label:v\n" + pcmu + "a=label:main-audio\n"), "main-audio");
  EXPECT_EQ(label_in(pcmu), "");
}

TEST(label, is_none_where_it_is_no_token_or_too_long) {
  const std::string longest(limits::sdp_label_bytes, 'x');
  EXPECT_EQ(label_in(pcmu + "a=label:" + longest + "\n"), longest);
  EXPECT_EQ(label_in(pcmu + "a=label:" + longest + "x\n"), "");
  for (const char* bad : {"", "two words", "a:b", "<b>", "\xc3\xa9", "a,b", "\"q\""})
    EXPECT_EQ(label_in(pcmu + "a=label:" + bad + "\n"), "") << bad;
}

TEST(label, is_read_from_an_answer_too) {
  const auto ours = offer(nullptr, server());
  const auto agreed = accept_answer(ours, peer(pcmu + "a=label:x{|}~\n"), server());
  ASSERT_TRUE(agreed.ok() && agreed->audio) << (agreed ? "" : agreed.error().text);
  EXPECT_EQ(agreed->audio->label, "x{|}~");
}

}  // namespace
}  // namespace confab::sdp::testing
