#include "signaling/conference/file_name.hpp"

#include <string>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

using namespace std::string_literals;

TEST(file_name, is_what_can_be_saved_under_and_shown) {
  struct row {
    std::string given, expected;
  };
  for (const auto& [given, expected] : {
           row{"report.pdf", "report.pdf"},
           row{"../../etc/passwd", "passwd"},
           row{"/etc/passwd", "passwd"},
           row{R"(C:\Users\me\plan.doc)", "plan.doc"},
           row{"folder/", "file"},
           row{"", "file"},
           row{".", "file"},
           row{"..", "file"},
           row{"a/..", "file"},
           row{".profile", ".profile"},
           row{"two\r\nlines\t.txt", "two__lines_.txt"},
           row{"nul\0byte"s, "nul_byte"},
           row{"del\x7f", "del_"},
           row{"c1\xC2\x85", "c1_"},
           row{"\xF0\x9F\x98\x80 \xC3\xBC\xC3\x9F \xE2\x80\xAE.txt",
               "\xF0\x9F\x98\x80 \xC3\xBC\xC3\x9F \xE2\x80\xAE.txt"},
           row{"bad\xFFutf\xC0\xAF\xED\xA0\x80",
               "bad\xEF\xBF\xBDutf\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
           row{"cut\xE2\x82", "cut\xEF\xBF\xBD\xEF\xBF\xBD"},
           row{"100% \"quoted\" <b>&amp;", "100% \"quoted\" <b>&amp;"},
       })
    EXPECT_EQ(harmless_name(given), expected) << given;
}

TEST(file_name, is_cut_between_characters_and_keeps_its_extension) {
  const auto plain = harmless_name(std::string(300, 'a') + ".tar");
  EXPECT_EQ(plain.size(), limits::file_name_bytes);
  EXPECT_TRUE(plain.ends_with("a.tar"));
  std::string smiles;
  for (int i = 0; i < 100; ++i) smiles += "\xF0\x9F\x98\x80";
  const auto cut = harmless_name(smiles + ".png");
  EXPECT_LE(cut.size(), limits::file_name_bytes);
  EXPECT_TRUE(cut.ends_with("\x80.png"));
  EXPECT_EQ((cut.size() - 4) % 4, 0U);
  EXPECT_EQ(harmless_name("x." + std::string(300, 'y')).size(), limits::file_name_bytes);
}

TEST(file_name, is_numbered_before_its_extension) {
  EXPECT_EQ(numbered_name("report.pdf", 1), "report-1.pdf");
  EXPECT_EQ(numbered_name("README", 12), "README-12");
  EXPECT_EQ(numbered_name(".profile", 2), ".profile-2");
  EXPECT_EQ(numbered_name(std::string(255, 'a'), 3).size(), limits::file_name_bytes);
  EXPECT_TRUE(numbered_name(std::string(255, 'a'), 3).ends_with("a-3"));
}

}  // namespace
}  // namespace confab::conference
