#include "media/msrp/headers.hpp"

#include <gtest/gtest.h>

namespace confab::msrp {
namespace {

struct row {
  const char* in;
  const char* out;  ///< null: refused
};

template <class Parse>
void check_rows(const std::vector<row>& rows, Parse parse) {
  for (const row& r : rows) {
    const auto value = parse(r.in);
    if (r.out == nullptr) {
      ASSERT_FALSE(value.ok()) << r.in;
      EXPECT_EQ(value.error().code, errc::malformed) << r.in;
      continue;
    }
    ASSERT_TRUE(value.ok()) << r.in;
    EXPECT_EQ(std::string(write(*value)), r.out) << r.in;
    const auto again = parse(r.out);
    ASSERT_TRUE(again.ok()) << r.out;
    EXPECT_EQ(*again, *value) << r.out;
  }
}

TEST(msrp_byte_range, counts_from_one_and_knows_stars) {
  check_rows(
      {
          {"1-*/2048", "1-*/2048"},
          {"1-*/*", "1-*/*"},
          {"1-0/0", "1-0/0"},
          {"2049-4096/4385", "2049-4096/4385"},
          {"101-100/100", "101-100/100"},
          {"1-25/*", "1-25/*"},
          {"0-25/25", nullptr},
          {"5-3/25", nullptr},
          {"1-26/25", nullptr},
          {"*-25/25", nullptr},
          {"1-25", nullptr},
          {"1/25", nullptr},
          {"-1-25/25", nullptr},
          {"1-25/25 ", nullptr},
          {"1-99999999999999999999/*", nullptr},
          {"", nullptr},
      },
      parse_byte_range);
}

TEST(msrp_status, has_a_name_space_and_a_code) {
  check_rows(
      {
          {"000 200 OK", "000 200 OK"},
          {"000 413", "000 413"},
          {"001 600 Own words here", "001 600 Own words here"},
          {"0 200 OK", nullptr},
          {"200 OK", nullptr},
          {"000 20 OK", nullptr},
          {"", nullptr},
      },
      parse_status);
}

TEST(msrp_reports, take_the_words_of_the_standard_in_any_case) {
  check_rows({{"yes", "yes"}, {"No", "no"}, {"PARTIAL", "partial"}, {"maybe", nullptr}, {"", nullptr}},
             parse_failure_report);
  EXPECT_EQ(*parse_success_report("Yes"), true);
  EXPECT_EQ(*parse_success_report("no"), false);
  EXPECT_FALSE(parse_success_report("partial").ok());
}

TEST(msrp_nickname, is_a_quoted_string) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"("Alice")", "Alice"},
      {R"("")", ""},
      {R"("Alice \"the great\" \\o/")", R"(Alice "the great" \o/)"},
      {"\"Zo\xc3\xab\"", "Zo\xc3\xab"},
  };
  for (const auto& [in, out] : rows) {
    const auto name = parse_nickname(in);
    ASSERT_TRUE(name.ok()) << in;
    EXPECT_EQ(*name, out);
    EXPECT_EQ(write_nickname(*name), in);
  }
  for (const std::string bad :
       {"Alice", "\"Alice", "Alice\"", "\"Alice\" x", "\"Alice\\\"", "", "\"a\nb\""}) {
    EXPECT_FALSE(parse_nickname(bad).ok()) << bad;
  }
}

TEST(msrp_content_type, keeps_parameters) {
  check_rows(
      {
          {"message/cpim", "message/cpim"},
          {"Text/PLAIN; Charset=UTF-8", "text/plain;charset=UTF-8"},
          {"text/plain;charset=\"utf 8\"", "text/plain;charset=\"utf 8\""},
          {"text/plain ; charset = \"utf8\" ; x", "text/plain;charset=utf8;x=\"\""},
          {"application/im-iscomposing+xml", "application/im-iscomposing+xml"},
          {"multipart/mixed;boundary=\"a;b\"", "multipart/mixed;boundary=\"a;b\""},
          {"text/plain;", "text/plain"},
          {"text", nullptr},
          {"text/", nullptr},
          {"/plain", nullptr},
          {"text/plain/x", nullptr},
          {"text/plain;charset=\"utf8", nullptr},
          {"text/plain;=x", nullptr},
          {"", nullptr},
      },
      parse_content_type);
}

TEST(msrp_content_type, is_accepted_by_patterns) {
  const content_type plain{"text", "plain"};
  for (const char* yes : {"*", "*/*", "text/*", "text/plain", "TEXT/Plain", "text/plain;charset=utf-8"}) {
    EXPECT_TRUE(accepts(yes, plain)) << yes;
  }
  for (const char* no : {"text", "image/*", "text/html", "", "text/plainer"}) {
    EXPECT_FALSE(accepts(no, plain)) << no;
  }
}

}  // namespace
}  // namespace confab::msrp
