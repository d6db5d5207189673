#include "media/rtp/header_extension.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace confab::rtp {
namespace {

using bytes = std::vector<uint8_t>;

TEST(header_extension, finds_an_element_or_says_that_it_is_not_there) {
  const struct {
    const char* name;
    uint16_t profile;
    bytes body;
    uint8_t id;
    std::optional<bytes> expected;
  } rows[] = {
      {"one byte, first", 0xbede, {0x10, 0x85, 0, 0}, 1, bytes{0x85}},
      {"one byte, behind another and padding", 0xbede, {0x21, 1, 2, 0, 0x30, 0x7f, 0, 0}, 3, bytes{0x7f}},
      {"one byte, another id", 0xbede, {0x10, 0x85, 0, 0}, 2, std::nullopt},
      {"one byte, cut off", 0xbede, {0x13, 0x85, 0, 0}, 1, std::nullopt},
      {"one byte, behind the end mark", 0xbede, {0xf0, 0x10, 0x10, 0x85}, 1, std::nullopt},
      {"one byte, behind a padding with a length", 0xbede, {0x01, 0x10, 0x10, 0x85}, 1, std::nullopt},
      {"one byte, id 15 is no id", 0xbede, {0xf0, 0x85, 0, 0}, 15, std::nullopt},
      {"two bytes", 0x1000, {1, 1, 0x85, 0}, 1, bytes{0x85}},
      {"two bytes with application bits", 0x100f, {0, 9, 0, 200, 1, 0x12, 0, 0}, 200, bytes{0x12}},
      {"two bytes, empty element", 0x1000, {1, 0, 2, 0}, 1, bytes{}},
      {"two bytes, cut off", 0x1000, {1, 3, 0x85, 0}, 1, std::nullopt},
      {"two bytes, id alone at the end", 0x1000, {0, 0, 0, 1}, 1, std::nullopt},
      {"another profile", 0x2000, {0x10, 0x85, 0, 0}, 1, std::nullopt},
      {"none", 0, {}, 1, std::nullopt},
      {"id 0", 0xbede, {0, 0, 0, 0}, 0, std::nullopt},
  };
  for (const auto& row : rows) {
    packet p;
    p.extension_profile = row.profile;
    p.extension = row.body;
    const auto found = find_extension(p, row.id);
    ASSERT_EQ(found.has_value(), row.expected.has_value()) << row.name;
    if (found) {
      EXPECT_EQ(bytes(found->begin(), found->end()), *row.expected) << row.name;
    }
  }
}

TEST(audio_level, is_the_first_octet_and_voice_where_the_bit_is_not_used) {
  const bytes body{0x10, 0x32, 0x20, 0xff};
  packet p;
  EXPECT_EQ(audio_level_of(p, 1, true), no_audio_level);
  p.extension_profile = 0xbede;
  p.extension = body;
  EXPECT_EQ(audio_level_of(p, 1, true), 0x32);
  EXPECT_EQ(audio_level_of(p, 1, false), 0xb2);
  EXPECT_EQ(audio_level_of(p, 2, true), 0xff);
  EXPECT_EQ(audio_level_of(p, 3, true), no_audio_level);
}

}  // namespace
}  // namespace confab::rtp
