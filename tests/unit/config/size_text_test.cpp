#include "config/size_text.hpp"

#include <gtest/gtest.h>

namespace confab {
namespace {

TEST(size_text, says_sizes_as_people_do) {
  const struct {
    uint64_t bytes;
    const char* text;
  } rows[] = {
      {0, "0 bytes"},
      {1, "1 byte"},
      {999, "999 bytes"},
      {1'000, "1.0 kB"},
      {1'500, "1.5 kB"},
      {9'949, "9.9 kB"},
      {9'960, "10 kB"},
      {151'036, "151 kB"},
      {999'499, "999 kB"},
      {999'500, "1.0 MB"},
      {1'572'864, "1.6 MB"},
      {300'000, "300 kB"},
      {5'000'000'000, "5.0 GB"},
      {UINT64_MAX, "18447 PB"},
  };
  for (const auto& row : rows) EXPECT_EQ(size_text(row.bytes), row.text) << row.bytes;
}

}  // namespace
}  // namespace confab
