#include "config/shown_text.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(shown_text, turns_no_text_around_and_stays_on_its_line) {
  const struct {
    std::string_view given, expected;
  } rows[] = {
      {"", ""},
      {"Alice <alice@example.com>\nBob", "Alice <alice@example.com>\nBob"},
      {"x\u202Egpj.exe", "xgpj.exe"},
      {"\u061C\u200E\u200F\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069", ""},
      {"a\u2028b\u2029c\u0085d", "a b c d"},
      {"\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627",
       "\u05E9\u05DC\u05D5\u05DD \u0645\u0631\u062D\u0628\u0627"},
      {"\u200D\u200B\u2030\u2065\u206A\u061B\u0086", "\u200D\u200B\u2030\u2065\u206A\u061B\u0086"},
      {"cut \xE2\x80", "cut \xE2\x80"},
      {"a\xE2\xE2\x80\xAE\x80\xAE", "a"},
  };
  for (const auto& row : rows) EXPECT_EQ(shown_text(row.given), row.expected) << row.given;
}

}  // namespace
}  // namespace confab
