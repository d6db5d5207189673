#include "signaling/sip/dialog.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

dialog accepted(const std::string& contact, const std::string& routes, const char* source,
                const char* transport) {
  const std::string text =
      "INVITE sip:r@s SIP/2.0\r\nFrom: <sip:a@b>;tag=A\r\nTo: <sip:r@s>\r\nCall-ID: c\r\nCSeq: 7 "
      "INVITE\r\nContact: <" +
      contact + ">\r\n" + routes + "\r\n";
  return dialog::accept(*wire_message::split(text), "L", *socket_address::parse(source, 5555), transport);
}

struct hop_case {
  const char* name;
  const char* contact;
  const char* routes;
  const char* source;
  const char* transport;
  const char* hop;
};

TEST(dialog, sends_where_the_peer_is) {
  const hop_case rows[] = {
      {"plain UDP goes to the Contact", "sip:a@192.0.2.1:5060", "", "192.0.2.1", "udp",
       "sip:a@192.0.2.1:5060"},
      {"NAT goes to the source", "sip:a@10.0.0.1:5060", "", "192.0.2.1", "udp",
       "sip:192.0.2.1:5555;transport=udp"},
      {"TCP reuses the connection", "sip:a@192.0.2.1:5060", "", "192.0.2.1", "tcp",
       "sip:192.0.2.1:5555;transport=tcp"},
      {"IPv6", "sip:a@[2001:db8::9]", "", "2001:db8::1", "udp", "sip:[2001:db8::1]:5555;transport=udp"},
      {"a route is left alone", "sip:a@10.0.0.1", "Record-Route: <sip:p;lr>, <sip:q;lr>\r\n", "192.0.2.1",
       "udp", "sip:p;lr"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(accepted(row.contact, row.routes, row.source, row.transport).next_hop(), row.hop) << row.name;
}

TEST(dialog, writes_the_headers_of_a_request) {
  auto made = accepted("sip:a@192.0.2.1", "Record-Route: <sip:p;lr>\r\n", "192.0.2.1", "udp");
  EXPECT_EQ(
      made.headers("BYE", made.next_sequence()),
      "Route: <sip:p;lr>\r\nFrom: <sip:r@s>;tag=L\r\nTo: <sip:a@b>;tag=A\r\nCall-ID: c\r\nCSeq: 1 BYE\r\n");
  EXPECT_TRUE(made.matches("c", "L", "A"));
  EXPECT_FALSE(made.matches("c", "A", "L"));
}

TEST(dialog, refuses_lower_sequence_numbers) {
  auto made = accepted("sip:a@192.0.2.1", "", "192.0.2.1", "udp");
  EXPECT_FALSE(made.take_sequence(6));
  EXPECT_FALSE(made.take_sequence(7));
  EXPECT_TRUE(made.take_sequence(9));
}

TEST(dialog, reverses_the_route_set_of_a_response) {
  auto made = dialog::begin("c", "L", "Conference \"Call\"", "sip:r@s", "sip:a@b", {});
  const std::string text =
      "SIP/2.0 200 OK\r\nTo: <sip:a@b>;tag=R\r\nContact: <sip:a@h>\r\nRecord-Route: <sip:p;lr>, "
      "<sip:q;lr>\r\n\r\n";
  made.adopt(*wire_message::split(text), *socket_address::parse("192.0.2.1", 5060), "udp");
  EXPECT_EQ(made.headers("ACK", 1),
            "Route: <sip:q;lr>\r\nRoute: <sip:p;lr>\r\nFrom: \"Conference \\\"Call\\\"\" "
            "<sip:r@s>;tag=L\r\nTo: <sip:a@b>;tag=R\r\n"
            "Call-ID: c\r\nCSeq: 1 ACK\r\n");
  EXPECT_EQ(made.request_uri(), "sip:a@h");
}

}  // namespace
}  // namespace confab::sip
