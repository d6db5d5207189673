#include "signaling/sip/multipart.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::sip {
namespace {

constexpr const char* mixed = "multipart/mixed;boundary=7a9c";

TEST(multipart, takes_parts_between_their_delimiters) {
  const auto parts = split_multipart(mixed,
                                     "a preamble\r\n--7a9c\r\nContent-Type: text/plain;\r\n charset=utf-8\r\n"
                                     "content-disposition : render; handling=optional\r\n"
                                     "Content-Transfer-Encoding: binary\r\nX-More: 1\r\n\r\nHello\r\n\r\n"
                                     "--7a9c  \r\n\r\nno head\r\n--7a9c--\r\nan epilogue\r\n--7a9c\r\n");
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].type, "text/plain; charset=utf-8");
  EXPECT_EQ((*parts)[0].disposition, "render; handling=optional");
  EXPECT_EQ((*parts)[0].transfer_encoding, "binary");
  EXPECT_EQ((*parts)[0].content, "Hello\r\n") << "one line end belongs to the delimiter";
  EXPECT_EQ((*parts)[1].type, "text/plain");
  EXPECT_EQ((*parts)[1].content, "no head");
}

TEST(multipart, keeps_every_byte_of_a_part) {
  const std::string bytes("\x00\xff--7a9c\r\n--7a9cx\r\n-- 7a9c", 24);
  const std::string body = "--7a9c\r\n\r\n" + bytes + "\r\n--7a9c--";
  const auto parts = split_multipart(mixed, body);
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 1U);
  EXPECT_EQ((*parts)[0].content, bytes);
}

TEST(multipart, reads_lines_that_end_with_lf_and_parts_that_are_empty) {
  const auto parts = split_multipart("Multipart/Mixed; boundary=\"a b'()+_,-./:=?\"",
                                     "--a b'()+_,-./:=?\nContent-Type: x/y\n\n1\n--a b'()+_,-./:=?\n"
                                     "--a b'()+_,-./:=?--");
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 2U);
  EXPECT_EQ((*parts)[0].content, "1");
  EXPECT_EQ((*parts)[1].content, "");
}

TEST(multipart, refuses_what_is_none) {
  const std::string long_boundary(71, 'b');
  const std::pair<std::string, std::string> rows[] = {
      {"multipart/mixed", "--a\r\n\r\n1\r\n--a--"},
      {"multipart/mixed;boundary=", "--\r\n\r\n1\r\n----"},
      {"multipart/mixed;boundary=\"\"", "--\r\n\r\n1\r\n----"},
      {"multipart/mixed;boundary=\"a \"", "--a \r\n\r\n1\r\n--a --"},
      {"multipart/mixed;boundary=a\"b", "--a\"b\r\n\r\n1\r\n--a\"b--"},
      {"multipart/mixed;boundary=" + long_boundary,
       "--" + long_boundary + "\r\n\r\n--" + long_boundary + "--"},
      {mixed, ""},
      {mixed, "no parts"},
      {mixed, "--7a9c--"},
      {mixed, "--7a9c\r\n\r\ncut off"},
      {mixed, "--7a9c\r\n\r\n1\r\n--7a9c\r\n"},
      {mixed, "--7a9c\r\nno colon\r\n\r\n1\r\n--7a9c--"},
      {mixed, "--7a9c\r\n: no name\r\n\r\n1\r\n--7a9c--"},
      {mixed, "--7a9c\r\n folded: first\r\n\r\n1\r\n--7a9c--"},
  };
  for (const auto& [type, body] : rows) {
    const auto parts = split_multipart(type, body);
    ASSERT_FALSE(parts.ok()) << type << "\n" << body;
    EXPECT_EQ(parts.error().code, errc::malformed) << body;
  }
}

TEST(multipart, has_bounds) {
  std::string body;
  for (size_t i = 0; i < limits::multipart_parts; ++i) body += "--7a9c\r\n\r\n1\r\n";
  EXPECT_TRUE(split_multipart(mixed, body + "--7a9c--").ok());
  const auto many = split_multipart(mixed, body + "--7a9c\r\n\r\n1\r\n--7a9c--");
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(many.error().code, errc::too_large);
  const auto tall = split_multipart(
      mixed, "--7a9c\r\nX: " + std::string(limits::multipart_head_bytes, 'x') + "\r\n\r\n1\r\n--7a9c--");
  ASSERT_FALSE(tall.ok());
  EXPECT_EQ(tall.error().code, errc::too_large);
}

TEST(multipart, is_known_by_its_type) {
  for (const char* yes : {"multipart/mixed", " Multipart/X;boundary=a", "multipart/"})
    EXPECT_TRUE(is_multipart(yes)) << yes;
  for (const char* no : {"", "text/plain", "multipart", "xmultipart/mixed"})
    EXPECT_FALSE(is_multipart(no)) << no;
}

}  // namespace
}  // namespace confab::sip
