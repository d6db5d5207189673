#include "signaling/web/text.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::web {
namespace {

TEST(web_text, escapes_what_means_something_in_html) {
  EXPECT_EQ(escape_html("<b onclick='x'>\"&\"</b>"),
            "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/b&gt;");
  EXPECT_EQ(escape_html("Zoë 😀"), "Zoë 😀");
  EXPECT_EQ(escape_html("a\r\nb\tc\u2028d"), "a b c d");
  EXPECT_EQ(escape_html("x\u202Egpj.exe"), "xgpj.exe");
  EXPECT_EQ(escape_html(std::string_view("a\0b\x1B\xFF", 5)),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(web_text, cuts_long_names_between_characters) {
  const std::string name = std::string(limits::web_name_bytes - 1, 'a') + "é";
  EXPECT_EQ(escape_html(name), std::string(limits::web_name_bytes - 1, 'a'));
}

TEST(web_text, names_a_download_so_that_every_browser_reads_it) {
  const struct {
    const char* name;
    const char* expected;
  } rows[] = {
      {"report.pdf", "attachment; filename=\"report.pdf\"; filename*=UTF-8''report.pdf"},
      {"naïve \"plan\" 100%.txt",
       "attachment; filename=\"na_ve _plan_ 100_.txt\"; "
       "filename*=UTF-8''na%C3%AFve%20%22plan%22%20100%25.txt"},
      {"../../etc/passwd", "attachment; filename=\"passwd\"; filename*=UTF-8''passwd"},
      {"C:\\temp\\a.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a.txt"},
      {"..", "attachment; filename=\"file\"; filename*=UTF-8''file"},
      {".bashrc", "attachment; filename=\"bashrc\"; filename*=UTF-8''bashrc"},
      {"", "attachment; filename=\"file\"; filename*=UTF-8''file"},
      {"a\r\nX: y", "attachment; filename=\"a X: y\"; filename*=UTF-8''a%20X%3A%20y"},
      {"\u202E.bashrc", "attachment; filename=\"bashrc\"; filename*=UTF-8''bashrc"},
      {"\u202E\u2066", "attachment; filename=\"file\"; filename*=UTF-8''file"},
      {"a\u2028b", "attachment; filename=\"a b\"; filename*=UTF-8''a%20b"},
  };
  for (const auto& row : rows) EXPECT_EQ(attachment_named(row.name), row.expected) << row.name;
}

TEST(web_text, saves_no_name_that_shows_another_end_than_it_has) {
  for (const char* mark : {"\u061C", "\u200E", "\u200F", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                           "\u2066", "\u2067", "\u2068", "\u2069"}) {
    EXPECT_EQ(attachment_named("photo" + std::string(mark) + "gpj.exe"),
              "attachment; filename=\"photogpj.exe\"; filename*=UTF-8''photogpj.exe")
        << percent_encode(mark);
  }
  EXPECT_EQ(attachment_named("\u05E9\u05DC\u05D5\u05DD.txt"),
            "attachment; filename=\"____.txt\"; filename*=UTF-8''%D7%A9%D7%9C%D7%95%D7%9D.txt")
      << "words that are written from right to left stay";
}

TEST(web_text, lets_only_media_types_into_a_header) {
  EXPECT_EQ(media_type("application/pdf"), "application/pdf");
  EXPECT_EQ(media_type("text/html; charset=utf-8"), "text/html");
  for (const char* bad : {"", "pdf", "/", "a/", "/b", "a/b\r\nX: y", "a/b/c", "a\tb/c"})
    EXPECT_EQ(media_type(bad), "application/octet-stream") << bad;
}

TEST(web_text, writes_events_whose_data_cannot_be_another_event) {
  EXPECT_EQ(event_text("people", "<li>a</li>"), "event: people\ndata: <li>a</li>\n\n");
  EXPECT_EQ(event_text("x", "a\n\nevent: y\r\ndata: z"),
            "event: x\ndata: a\ndata: \ndata: event: y\ndata: \ndata: data: z\n\n");
  EXPECT_EQ(event_text("over", ""), "event: over\ndata: \n\n");
}

TEST(web_text, percent_encodes_all_but_unreserved_characters) {
  EXPECT_EQ(percent_encode("a b/é?.~-_"), "a%20b%2F%C3%A9%3F.~-_");
}

}  // namespace
}  // namespace confab::web
