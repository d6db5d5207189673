#include "signaling/sip/text.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

using pieces = std::vector<std::string_view>;

TEST(text, splits_outside_quotes_and_brackets) {
  EXPECT_EQ(split("a, b ,,c", ','), (pieces{"a", "b", "c"}));
  EXPECT_EQ(split("\"x, y\" <sip:a,b@c>, <sip:d>", ','), (pieces{"\"x, y\" <sip:a,b@c>", "<sip:d>"}));
  EXPECT_EQ(split("\"a\\\", b\", c", ','), (pieces{"\"a\\\", b\"", "c"}));
  EXPECT_TRUE(split("", ',').empty());
}

TEST(text, finds_parameters_of_the_header_not_of_the_uri) {
  EXPECT_EQ(parameter("<sip:a;tag=no@b>;Tag=yes", "tag"), "yes");
  EXPECT_EQ(parameter("<sip:a@b>;lr ;x = 1", "lr"), "");
  EXPECT_EQ(parameter("<sip:a@b>;lr ;x = 1", "x"), "1");
  EXPECT_FALSE(parameter("<sip:a@b>", "tag"));
}

TEST(text, reads_numbers_within_their_bound) {
  EXPECT_EQ(parse_number("255", 255), 255u);
  for (const char* bad : {"", "256", "-1", "1x", " 1", "36893488147419103232"})
    EXPECT_FALSE(parse_number(bad, 255)) << bad;
  EXPECT_EQ(parse_number("18446744073709551615", UINT64_MAX), UINT64_MAX);
  EXPECT_FALSE(parse_number("18446744073709551616", UINT64_MAX));
}

TEST(text, keeps_line_breaks_out_of_headers) {
  EXPECT_EQ(header_safe("a\r\nVia: evil\x7f"), "aVia: evil");
  EXPECT_EQ(quoted("say \"hi\\\"\r\n"), "\"say \\\"hi\\\\\\\"\"");
}

TEST(text, lists_ignore_case_and_parameters) {
  EXPECT_TRUE(list_has("100REL, timer", "100rel"));
  EXPECT_TRUE(list_has("text/html, application/sdp;level=1", "application/sdp"));
  EXPECT_FALSE(list_has("timers", "timer"));
}

}  // namespace
}  // namespace confab::sip
