#include "signaling/conference/nickname_form.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

TEST(a_nickname, is_the_same_in_other_letters_and_blanks) {
  const std::pair<const char*, const char*> rows[] = {
      {"Alice", "aLICE"},
      {"  Alice   Wonder ", "alice wonder"},
      {"Alice\u00a0Wonder", "Alice Wonder"},
      {"Alice\u3000Wonder", "alice wonder"},
      {"\u00c9mile", "\u00e9mile"},
      {"\u0160imon \u0141", "\u0161imon \u0142"},
      {"\u0178", "\u00ff"},
      {"\u0391\u03a3", "\u03b1\u03c2"},
      {"\u0386\u038f", "\u03ac\u03ce"},
      {"\u0410\u0401\u0490", "\u0430\u0451\u0491"},
      {"\uff21lice", "alice"},
      {"A\ufe0flice", "alice"},
      {"\u04c1\u04c0", "\u04c2\u04cf"},
      {"\u017f", "S"},
  };
  for (const auto& [one, other] : rows) {
    ASSERT_TRUE(nickname_key(one)) << one;
    EXPECT_EQ(nickname_key(one), nickname_key(other)) << one;
  }
}

TEST(a_nickname, differs_where_letters_do) {
  const std::pair<const char*, const char*> rows[] = {
      {"Alice", "Alicia"}, {"A lice", "Alice"},           {"\u00d7", "\u00f7"},         {"\u0131", "\u0130"},
      {"A", "\u0410"},     {"\u00e9mile", "e\u0301mile"}, {"\U0001F600", "\U0001F601"},
  };
  for (const auto& [one, other] : rows) EXPECT_NE(nickname_key(one), nickname_key(other)) << one;
}

TEST(a_nickname, can_be_seen) {
  for (const char* bad :
       {"",        " ",           "\u00a0\u3000", "a\tb",        "a\nb",       "a\x7f",
        "a\u0085", "A\u00adlice", "A\u200blice",  "\u202eecilA", "a\u2066b",   "\ufeffAlice",
        "\u3164",  "\u2800",      "\ue000",       "a\U000e0041", "\U000f0000", "\U0001d173",
        "\uffff",  "bad \xff",    "cut \xc3"})
    EXPECT_FALSE(nickname_key(bad)) << bad;
  EXPECT_TRUE(nickname_key("\u2603 \U0001F600 \u4e2d\u6587"));
  EXPECT_TRUE(nickname_key(std::string(limits::nickname_bytes, 'x')));
  EXPECT_FALSE(nickname_key(std::string(limits::nickname_bytes + 1, 'x')));
}

TEST(a_name, is_taken_for_the_nickname_that_it_looks_like) {
  for (const char* name :
       {"Alice", " aLICE ", "A\u200blice", "\u202eAlice", "\ufeffAlice\n", "Al\u00adice", "A\U000e0041lice"})
    EXPECT_EQ(name_as_read(name), nickname_key("Alice")) << name;
  EXPECT_NE(name_as_read("Alic\xff"), nickname_key("Alic"));
  EXPECT_EQ(name_as_read("\u200b\u2028 "), "");
  std::string longer = "Al";
  for (size_t i = 0; i < limits::nickname_bytes; ++i) longer += "\u200b";
  EXPECT_EQ(name_as_read(longer + "ice"), "alice");
}

TEST(a_name, is_one_line_of_what_can_be_seen) {
  EXPECT_EQ(seen_name("Al\u200bice\r\nBob\u2029x\u0085"), "Alice Bob x ");
  EXPECT_EQ(seen_name("\u00c9mile \U0001F600\ufe0f"), "\u00c9mile \U0001F600\ufe0f");
  EXPECT_EQ(seen_name(""), "");
}

}  // namespace
}  // namespace confab::conference