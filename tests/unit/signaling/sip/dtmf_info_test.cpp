#include "signaling/sip/dtmf_info.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

struct dtmf_case {
  const char* type;
  const char* body;
  char digit;  // 0: malformed, 1: unsupported
};

TEST(dtmf_info, finds_the_digit) {
  const dtmf_case rows[] = {
      {"application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5'},
      {"Application/DTMF-Relay; x=y", "signal = # \nDuration=100", '#'},
      {"application/dtmf-relay", "Duration=1\r\nSignal=d", 'D'},
      {"application/dtmf-relay", "Signal=10\r\n", '*'},
      {"application/dtmf-relay", "Signal=11\r\n", '#'},
      {"application/dtmf", "7", '7'},
      {"application/dtmf", "*\r\n", '*'},
      {"application/dtmf", "", 0},
      {"application/dtmf", "55", 0},
      {"application/dtmf-relay", "Duration=160\r\n", 0},
      {"application/dtmf-relay", "Signal=x\r\n", 0},
      {"text/plain", "5", 1},
      {"", "5", 1},
  };
  for (const auto& row : rows) {
    const auto digit = parse_dtmf_info(row.type, row.body);
    EXPECT_EQ(digit.ok(), row.digit > 1) << row.body;
    if (digit) {
      EXPECT_EQ(*digit, row.digit) << row.body;
    } else {
      EXPECT_EQ(digit.error().code, row.digit == 1 ? errc::unsupported : errc::malformed) << row.body;
    }
  }
}

}  // namespace
}  // namespace confab::sip
