#include "config/log_format.hpp"

#include <gtest/gtest.h>

namespace confab::log {
namespace {

using namespace std::chrono;

constexpr system_clock::time_point moment = sys_days(year(2026) / 11 / 23) + 19h + 20min + 1s + 123ms;

std::string text_line(level l, std::string_view message, const std::vector<field>& fields) {
  return format_text(record{moment, l, message, fields});
}

std::string json_line(std::string_view message, const std::vector<field>& fields) {
  return format_json(record{moment, level::info, message, fields});
}

TEST(log_format, writes_a_call_event_as_one_line_of_text) {
  EXPECT_EQ(
      text_line(level::info, "call joined", {{"room", "lunch@host"}, {"leg", "4"}, {"peer", "sip:a@b"}}),
      "2026-11-23T19:20:01.123Z info  call joined room=lunch@host leg=4 peer=sip:a@b");
}

TEST(log_format, writes_a_call_event_as_one_json_object) {
  EXPECT_EQ(
      json_line("call joined", {{"room", "lunch@host"}, {"leg", "4"}}),
      R"({"time":"2026-11-23T19:20:01.123Z","level":"info","message":"call joined","room":"lunch@host","leg":"4"})");
}

TEST(log_format, names_every_level) {
  EXPECT_EQ(text_line(level::debug, "m", {}), "2026-11-23T19:20:01.123Z debug m");
  EXPECT_EQ(text_line(level::warning, "m", {}), "2026-11-23T19:20:01.123Z warning m");
  EXPECT_EQ(text_line(level::error, "m", {}), "2026-11-23T19:20:01.123Z error m");
}

TEST(log_format, writes_times_before_1970_and_whole_seconds) {
  EXPECT_EQ(format_time(system_clock::time_point(-1ms)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(format_time(sys_days(year(2028) / 2 / 29)), "2028-02-29T00:00:00.000Z");
}

TEST(log_format, quotes_values_that_would_look_like_more_than_one) {
  const std::string start = "2026-11-23T19:20:01.123Z info  m k=";
  EXPECT_EQ(text_line(level::info, "m", {{"k", ""}}), start + R"("")");
  EXPECT_EQ(text_line(level::info, "m", {{"k", "a b"}}), start + R"("a b")");
  EXPECT_EQ(text_line(level::info, "m", {{"k", "a=b"}}), start + R"("a=b")");
  EXPECT_EQ(text_line(level::info, "m", {{"k", "\"x\""}}), start + R"("\"x\"")");
  EXPECT_EQ(text_line(level::info, "m", {{"k", "a\nleg=9"}}), start + R"("a\nleg=9")");
}

TEST(log_format, lets_no_control_character_through) {
  const std::vector<std::pair<std::string_view, const char*>> cases{
      {"\x1b[31m", "\\x1b[31m"},
      {"a\r\n\tb", "a\\r\\n\\tb"},
      {std::string_view("\0", 1), "\\x00"},
      {"\x7f", "\\x7f"},
      {"\xc2\x9b", "\\xc2\\x9b"},                    // C1: a terminal takes it for ESC [
      {"\xe2\x80\xae", "\\xe2\\x80\\xae"},           // right-to-left override
      {"Gr\xc3\xbc\xc3\x9f", "Gr\xc3\xbc\xc3\x9f"},  // UTF-8 stays
      {"\xf0\x9f\x8e\xa7", "\xf0\x9f\x8e\xa7"},
      {"\xff\xfe", "\\xff\\xfe"},
      {"\xc0\xaf", "\\xc0\\xaf"},                    // overlong
      {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           // surrogate
      {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  // past U+10FFFF
      {"\xe2\x82", "\\xe2\\x82"},                    // cut short
  };
  for (const auto& [bytes, expected] : cases) EXPECT_EQ(escape(bytes), expected);
}

TEST(log_format, escapes_json_by_its_rules) {
  EXPECT_EQ(json_line("a\"\\\n\x01\xff\xc2\x9b", {}),
            "{\"time\":\"2026-11-23T19:20:01.123Z\",\"level\":\"info\",\"message\":"
            "\"a\\\"\\\\\\n\\u0001\\\\xff\\u009b\"}");
}

TEST(log_format, shows_each_line_of_a_sip_message_on_its_own) {
  const wire_record r{moment,           wire::sip,        true,
                      "192.0.2.1:5060", "192.0.2.2:5060", "BYE sip:a@b SIP/2.0\r\nTo: \x1b\r\n\r\n"};
  EXPECT_EQ(format_text(r),
            "2026-11-23T19:20:01.123Z trace sip sent local=192.0.2.1:5060 remote=192.0.2.2:5060 size=30\n"
            " | BYE sip:a@b SIP/2.0\n"
            " | To: \\x1b\n"
            " | ");
}

TEST(log_format, shows_packets_as_bytes) {
  const wire_record r{moment, wire::rtp, false, "a", "b", std::string_view("\x80\x00\x41\x0a", 4)};
  EXPECT_EQ(format_text(r),
            "2026-11-23T19:20:01.123Z trace rtp received local=a remote=b size=4\n | \\x80\\x00A");
  EXPECT_EQ(format_json(r),
            "{\"time\":\"2026-11-23T19:20:01.123Z\",\"level\":\"trace\",\"wire\":\"rtp\",\"direction\":"
            "\"received\",\"local\":\"a\",\"remote\":\"b\",\"bytes\":\"\\\\x80\\u0000A\\n\"}");
}

}  // namespace
}  // namespace confab::log
