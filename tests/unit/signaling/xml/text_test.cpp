#include "signaling/xml/text.hpp"

#include <random>

#include <gtest/gtest.h>

using namespace confab::xml;

namespace {

struct row {
  std::string_view value;
  std::string_view as_text;
  std::string_view as_attribute;
};

}  // namespace

TEST(xml_text, keeps_what_xml_can_carry_and_replaces_the_rest) {
  using namespace std::string_view_literals;
  const row rows[] = {
      {"", "", ""},
      {"Zo\xC3\xAB <z@example.com> & \"co\"", "Zo\xC3\xAB <z@example.com> & \"co\"",
       "Zo\xC3\xAB <z@example.com> & \"co\""},
      {"\xF0\x9F\x93\x9E", "\xF0\x9F\x93\x9E", "\xF0\x9F\x93\x9E"},
      {"a\tb\nc", "a\tb\nc", "a b c"},
      {"a\r\nb\rc", "a\nb\nc", "a b c"},
      {"a\0b\x01"sv,
       "a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD",
       "a\xEF\xBF\xBD"
       "b\xEF\xBF\xBD"},
      {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", "\xEF\xBF\xBD\xEF\xBF\xBD"},  // overlong
      {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
       "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},  // surrogate
      {"\xEF\xBF\xBF", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
       "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},                                 // U+FFFF
      {"caf\xE9", "caf\xEF\xBF\xBD", "caf\xEF\xBF\xBD"},                        // Latin-1
      {"x\xE2\x82", "x\xEF\xBF\xBD\xEF\xBF\xBD", "x\xEF\xBF\xBD\xEF\xBF\xBD"},  // cut off
  };
  for (const row& r : rows) {
    EXPECT_EQ(cleaned(r.value, place::text), r.as_text);
    EXPECT_EQ(cleaned(r.value, place::attribute), r.as_attribute);
    EXPECT_EQ(is_clean(r.value, place::text), r.value == r.as_text);
    EXPECT_EQ(is_clean(r.value, place::attribute), r.value == r.as_attribute);
  }
}

TEST(xml_text, is_clean_after_one_cleaning_whatever_it_was) {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 12, '\0');
    for (char& b : bytes) b = static_cast<char>(random());
    for (const place where : {place::text, place::attribute})
      EXPECT_TRUE(is_clean(cleaned(bytes, where), where));
  }
}

TEST(xml_text, calls_only_white_space_blank) {
  EXPECT_TRUE(is_blank(""));
  EXPECT_TRUE(is_blank(" \t\r\n"));
  EXPECT_FALSE(is_blank(" x "));
  EXPECT_FALSE(is_blank("\xC2\xA0"));  // XML 1.0 §2.3 does not count the no-break space
}
