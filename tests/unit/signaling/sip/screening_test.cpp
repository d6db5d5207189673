#include "signaling/sip/screening.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

const std::string good =
    "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:c@d>;tag=1\r\nTo: "
    "<sip:a@b>\r\n"
    "Call-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";

std::string with(const std::string& from, const std::string& to) {
  auto out = good;
  return out.replace(out.find(from), from.size(), to);
}

struct screen_case {
  const char* name;
  std::string text;
  uint16_t status;
};

TEST(screening, judges_requests) {
  const screen_case rows[] = {
      {"good", good, 0},
      {"version", with("SIP/2.0\r\n", "SIP/7.0\r\n"), 505},
      {"not SIP", with("SIP/2.0\r\n", "HTTP/1.1\r\n"), 400},
      {"no From", with("From: <sip:c@d>;tag=1\r\n", ""), 400},
      {"two To", with("To: <sip:a@b>\r\n", "To: <sip:a@b>\r\nt: <sip:a@b>\r\n"), 400},
      {"no Via", with("Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n", ""), 400},
      {"other method in CSeq", with("1 OPTIONS", "1 INVITE"), 400},
      {"CSeq too large", with("1 OPTIONS", "2147483648 OPTIONS"), 400},
      {"CSeq without method", with("1 OPTIONS", "1"), 400},
      {"negative length", with("Length: 0", "Length: -5"), 400},
      {"length too large", with("Length: 0", "Length: 5"), 400},
      {"Max-Forwards", with("Content-Length", "Max-Forwards: 300\r\nContent-Length"), 400},
      {"scheme", with("sip:a@b SIP", "pigeon:a@b SIP"), 416},
      {"headers in URI", with("sip:a@b SIP", "sip:a@b?Route=%3Csip:x%3E SIP"), 400},
      {"two spaces", with("OPTIONS sip", "OPTIONS  sip"), 400},
      {"bare newline ends", with("Call-ID: x\r\n", "Call-ID: x\n"), 0},
  };
  for (const auto& row : rows) {
    const auto request = wire_message::split(row.text);
    ASSERT_TRUE(request.ok()) << row.name;
    const auto verdict = screen(*request, true);
    EXPECT_EQ(verdict ? verdict->status : 0, row.status) << row.name;
  }
}

TEST(screening, writes_a_response_from_what_there_is) {
  const auto broken = wire_message::split(std::string_view(good).substr(0, good.find("Call-ID")));
  const auto text = stateless_response(*broken, {400, "Bad Request", {}}, "192.0.2.1", 5062, "t", "confab");
  EXPECT_EQ(text,
            "SIP/2.0 400 Bad Request\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1;received=192.0.2.1;rport=5062\r\n"
            "From: <sip:c@d>;tag=1\r\nTo: <sip:a@b>;tag=t\r\nServer: confab\r\nContent-Length: 0\r\n\r\n");
  const std::string ack = "ACK sip:a@b SIP/2.0\r\nVia: x\r\n\r\n";
  EXPECT_TRUE(stateless_response(*wire_message::split(ack), {400, "x", {}}, "h", 1, "t", "").empty());
}

}  // namespace
}  // namespace confab::sip
