#include "signaling/sip/session_timer.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

using std::chrono::seconds;
constexpr session_timer_policy policy{seconds(1800), seconds(90)};

TEST(session_expires, round_trips_and_refuses_nonsense) {
  for (const char* text : {"1800", "90;refresher=uac", "4000;refresher=uas"}) {
    const auto parsed = parse_session_expires(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(write_session_expires(*parsed), text);
  }
  for (const char* bad : {"", "x", "-1", "90;refresher=me", "99999999999"})
    EXPECT_FALSE(parse_session_expires(bad).ok()) << bad;
}

struct uas_case {
  const char* headers;
  uint16_t status;
  int interval;
  bool we_refresh;
  bool required;
};

TEST(session_timer, is_negotiated_as_uas) {
  const uas_case rows[] = {
      {"", 0, 1800, true, false},
      {"Supported: timer\r\n", 0, 1800, true, false},
      {"Supported: timer\r\nSession-Expires: 600\r\n", 0, 600, true, false},
      {"Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n", 0, 600, false, true},
      {"Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n", 0, 600, true, false},
      {"k: timer\r\nx: 7200\r\n", 0, 1800, true, false},
      {"k: timer\r\nx: 7200\r\nMin-SE: 3600\r\n", 0, 3600, true, false},
      {"Session-Expires: 600;refresher=uac\r\n", 0, 600, true, false},
      {"Supported: timer\r\nSession-Expires: 60\r\n", 422, 0, true, false},
      {"Session-Expires: 60\r\n", 0, 1800, true, false},
      {"Session-Expires: soon\r\n", 400, 0, true, false},
  };
  for (const auto& row : rows) {
    const std::string text = std::string("INVITE sip:a@b SIP/2.0\r\n") + row.headers + "\r\n";
    const auto request = wire_message::split(text);
    ASSERT_TRUE(request.ok());
    const auto got = negotiate_as_uas(*request, policy);
    EXPECT_EQ(got.refused ? got.refused->status : 0, row.status) << row.headers;
    if (got.refused) continue;
    EXPECT_EQ(got.timer.interval, seconds(row.interval)) << row.headers;
    EXPECT_EQ(got.timer.we_refresh, row.we_refresh) << row.headers;
    EXPECT_EQ(got.headers.find("Require: timer") != std::string::npos, row.required) << row.headers;
  }
}

TEST(session_timer, is_read_from_a_2xx) {
  struct row {
    const char* headers;
    int interval;
    bool we_refresh;
  };
  for (const auto& one : {row{"", 1800, true}, row{"Session-Expires: 300;refresher=uac\r\n", 300, true},
                          row{"Session-Expires: 300;refresher=uas\r\n", 300, false}}) {
    const std::string text = std::string("SIP/2.0 200 OK\r\n") + one.headers + "\r\n";
    const auto got = read_as_uac(*wire_message::split(text), policy);
    EXPECT_EQ(got.interval, seconds(one.interval));
    EXPECT_EQ(got.we_refresh, one.we_refresh);
  }
}

TEST(session_timer, acts_at_half_time_or_shortly_before_the_end) {
  EXPECT_EQ((session_timer{seconds(1800), true}).act_after(), seconds(900));
  EXPECT_EQ((session_timer{seconds(1800), false}).act_after(), seconds(1768));
  EXPECT_EQ((session_timer{seconds(90), false}).act_after(), seconds(60));
}

}  // namespace
}  // namespace confab::sip
