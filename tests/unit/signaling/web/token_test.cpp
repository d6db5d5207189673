#include "signaling/web/token.hpp"

#include <gtest/gtest.h>

namespace confab::web {
namespace {

TEST(token, is_written_in_characters_that_need_no_escape_in_a_url) {
  std::array<uint8_t, token_bytes> bytes{};
  bytes.fill(0xFB);  // "+/" in plain base64
  bytes[1] = 0xFF;
  const auto text = write_token(bytes);
  EXPECT_EQ(text.size(), token_characters);
  EXPECT_EQ(text.find_first_of("+/="), std::string::npos);
  EXPECT_TRUE(is_token(text));
}

TEST(token, is_nothing_of_another_length_or_with_other_characters) {
  const std::string good(token_characters, 'a');
  EXPECT_TRUE(is_token(good));
  EXPECT_FALSE(is_token(good.substr(1)));
  EXPECT_FALSE(is_token(good + "a"));
  EXPECT_FALSE(is_token(""));
  for (const char c : {'/', '.', '%', '+', '=', ' ', '\0', '\xC3'}) {
    auto bad = good;
    bad[7] = c;
    EXPECT_FALSE(is_token(bad)) << static_cast<int>(c);
  }
}

}  // namespace
}  // namespace confab::web
