#include "signaling/web/conditions.hpp"

#include <gtest/gtest.h>

namespace confab::web {
namespace {

TEST(conditions, find_a_tag_in_a_list) {
  EXPECT_TRUE(has_etag("*", "\"a\""));
  EXPECT_TRUE(has_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(has_etag(" \"b\" , W/\"a\" ", "\"a\""));
  EXPECT_TRUE(has_etag("\"x,y\", \"a\"", "\"a\"")) << "a comma within a tag";
  EXPECT_FALSE(has_etag("", "\"a\""));
  EXPECT_FALSE(has_etag("a", "\"a\""));
  EXPECT_FALSE(has_etag("\"b\"", "\"a\""));
  EXPECT_FALSE(has_etag("\"a", "\"a\""));
  EXPECT_FALSE(has_etag("\"b\" \"a\"", "\"a\"")) << "no comma";
}

TEST(conditions, read_one_range_of_bytes) {
  const struct {
    const char* text;
    wanted_bytes expected;
  } rows[] = {
      {"bytes=0-0", byte_range{0, 1}},
      {"bytes=0-99", byte_range{0, 100}},
      {"bytes=10-", byte_range{10, 90}},
      {"bytes=99-", byte_range{99, 1}},
      {"bytes=90-1000", byte_range{90, 10}},
      {"bytes=-1", byte_range{99, 1}},
      {"bytes=-1000", byte_range{0, 100}},
      {"BYTES = 5 - 6", byte_range{5, 2}},
      {"bytes=5-99999999999999999999999999", byte_range{5, 95}},
      {"bytes=100-", unsatisfiable{}},
      {"bytes=99999999999999999999999999-", unsatisfiable{}},
      {"bytes=-0", unsatisfiable{}},
      {"bytes=6-5", std::monostate{}},
      {"bytes=0-1,3-4", std::monostate{}},
      {"bytes=", std::monostate{}},
      {"bytes=-", std::monostate{}},
      {"bytes=a-b", std::monostate{}},
      {"bytes=+1-2", std::monostate{}},
      {"lines=1-2", std::monostate{}},
      {"", std::monostate{}},
  };
  for (const auto& row : rows) EXPECT_EQ(read_range(row.text, "", "\"e\"", 100), row.expected) << row.text;
}

TEST(conditions, read_a_range_only_of_the_version_that_the_peer_has) {
  EXPECT_EQ(read_range("bytes=1-2", "\"e\"", "\"e\"", 9), wanted_bytes(byte_range{1, 2}));
  EXPECT_EQ(read_range("bytes=1-2", "\"f\"", "\"e\"", 9), wanted_bytes{});
  EXPECT_EQ(read_range("bytes=1-2", "W/\"e\"", "\"e\"", 9), wanted_bytes{})
      << "a weak one tells no bytes apart";
  EXPECT_EQ(read_range("bytes=1-2", "Fri, 27 Nov 2026 07:00:00 GMT", "\"e\"", 9), wanted_bytes{});
}

TEST(conditions, have_no_range_of_nothing) {
  EXPECT_EQ(read_range("bytes=0-", "", "\"e\"", 0), wanted_bytes(unsatisfiable{}));
  EXPECT_EQ(read_range("bytes=-5", "", "\"e\"", 0), wanted_bytes(unsatisfiable{}));
}

}  // namespace
}  // namespace confab::web
