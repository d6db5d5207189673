#include "signaling/web/jpeg_head.hpp"

#include <gtest/gtest.h>

#include "tests/support/jpegs.hpp"

namespace confab::web {
namespace {

using testing::jpeg_frame;
using testing::jpeg_segment;
using testing::small_jpeg;

const std::string begin = "\xFF\xD8", end = "\xFF\xD9";
const std::string scan = jpeg_segment(0xDA, std::string("\1\1\0\0\x3F\0", 6)) + "scan";

TEST(jpeg_head, has_the_size_of_the_picture) {
  EXPECT_EQ(read_jpeg_head(small_jpeg(1920, 1080)).value(), (jpeg_head{1920, 1080}));
  EXPECT_EQ(read_jpeg_head(small_jpeg(7'680, 4'320)).value(), (jpeg_head{7'680, 4'320})) << "8K";
  for (const uint8_t kind : {0xC0, 0xC1, 0xC2})
    EXPECT_TRUE(read_jpeg_head(begin + jpeg_frame(7, 9, kind) + scan + end).ok()) << int{kind};
}

TEST(jpeg_head, passes_over_fill_bytes_and_segments_nobody_needs) {
  const auto bytes = begin + "\xFF\xFF\xFF" + jpeg_segment(0xE1, std::string(60'000, '\xFF')).substr(1) +
                     jpeg_segment(0xC4, "tables") + "\xFF\x01" + jpeg_frame(3, 4) + scan + end +
                     std::string("\0\r\n", 3);
  EXPECT_EQ(read_jpeg_head(bytes).value(), (jpeg_head{3, 4}));
}

TEST(jpeg_head, refuses_what_is_no_jpeg) {
  const struct {
    const char* what;
    std::string bytes;
    errc expected;
  } rows[] = {
      {"nothing", "", errc::malformed},
      {"a PNG", "\x89PNG\r\n\x1A\n", errc::malformed},
      {"HTML", "<html><script>alert(1)</script>", errc::malformed},
      {"no end", small_jpeg().substr(0, small_jpeg().size() - 2), errc::malformed},
      {"SOI and EOI", begin + end, errc::malformed},
      {"no marker", begin + "x" + jpeg_frame(3, 4) + scan + end, errc::malformed},
      {"a scan before the frame", begin + scan + jpeg_frame(3, 4) + end, errc::malformed},
      {"two frames", begin + jpeg_frame(3, 4) + jpeg_frame(3, 4) + scan + end, errc::malformed},
      {"a segment of length 1", begin + std::string("\xFF\xE0\0\1", 4) + end, errc::malformed},
      {"a segment past the end", begin + "\xFF\xE0\xFF\xFF" + end, errc::malformed},
      {"another picture inside", begin + begin + jpeg_frame(3, 4) + scan + end, errc::malformed},
      {"no width", begin + jpeg_frame(0, 4) + scan + end, errc::malformed},
      {"no height", begin + jpeg_frame(4, 0) + scan + end, errc::malformed},
      {"a frame header that is cut", begin + jpeg_segment(0xC0, "\x08") + scan + end, errc::malformed},
      {"a frame header with too much",
       begin + jpeg_segment(0xC0, std::string("\x08\0\1\0\1\1abcdef", 12)) + scan + end, errc::malformed},
      {"12 bits", begin + jpeg_frame(3, 4, 0xC1, 12) + scan + end, errc::unsupported},
      {"lossless", begin + jpeg_frame(3, 4, 0xC3) + scan + end, errc::unsupported},
      {"arithmetic coding", begin + jpeg_frame(3, 4, 0xC9) + scan + end, errc::unsupported},
      {"too wide", begin + jpeg_frame(20'000, 1) + scan + end, errc::too_large},
      {"a few bytes that fill a browser's memory", small_jpeg(16'384, 4'096), errc::too_large},
      {"one row more than the most pixels", small_jpeg(8'192, 4'097), errc::too_large},
      {"too many pixels", begin + jpeg_frame(16'000, 16'000) + scan + end, errc::too_large},
  };
  for (const auto& row : rows) {
    const auto read = read_jpeg_head(row.bytes);
    ASSERT_FALSE(read.ok()) << row.what;
    EXPECT_EQ(read.error().code, row.expected) << row.what << ": " << read.error().text;
  }
}

TEST(jpeg_head, gives_up_on_too_many_segments) {
  std::string bytes = begin;
  for (int i = 0; i < 5'000; ++i) bytes += "\xFF\x01";
  const auto read = read_jpeg_head(bytes + jpeg_frame(3, 4) + scan + end);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, errc::too_large);
}

TEST(jpeg_head, reads_nothing_past_the_end_of_any_prefix) {
  const auto whole = small_jpeg();
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(read_jpeg_head(std::string(whole, 0, length)).ok()) << length;
}

}  // namespace
}  // namespace confab::web
