#include "signaling/sip/admission.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

TEST(address_ranges, hold_addresses_of_their_family) {
  const auto ranges = address_ranges::parse({"192.0.2.0/24", "198.51.100.7", "2001:db8::/33"});
  ASSERT_TRUE(ranges.ok());
  for (const char* in : {"192.0.2.255", "198.51.100.7", "2001:db8:7fff::1", "::ffff:192.0.2.1"})
    EXPECT_TRUE(ranges->contains(*socket_address::parse(in, 5060))) << in;
  for (const char* out : {"192.0.3.0", "198.51.100.8", "2001:db8:8000::1", "::1"})
    EXPECT_FALSE(ranges->contains(*socket_address::parse(out, 5060))) << out;
  EXPECT_TRUE(address_ranges::parse({"0.0.0.0/0"})->contains(*socket_address::parse("203.0.113.9", 0)));
  EXPECT_FALSE(address_ranges::parse({})->contains(*socket_address::parse("203.0.113.9", 0)));
}

TEST(address_ranges, refuse_what_is_no_range) {
  for (const char* bad : {"", "example.com", "192.0.2.0/33", "192.0.2.0/", "2001:db8::/129", "1.2.3/8"})
    EXPECT_FALSE(address_ranges::parse({bad}).ok()) << bad;
}

struct admit_case {
  const char* name;
  const char* uri;
  const char* headers;
  const char* body;
  admission_rules rules;
  uint16_t status;
};

TEST(admission, admits_or_refuses_an_invite) {
  const admission_rules open{{}, 0, 10, false};
  const admit_case rows[] = {
      {"plain", "sip:a@b", "", "", open, 0},
      {"sdp", "sip:a@b", "Content-Type: application/SDP; x=y\r\n", "v=0", open, 0},
      {"closing", "sip:a@b", "", "", {{}, 0, 10, true}, 503},
      {"full", "sip:a@b", "", "", {{}, 10, 10, false}, 503},
      {"other domain", "sip:a@b", "", "", {{"c"}, 0, 10, false}, 404},
      {"right domain", "sip:a@B:99", "", "", {{"b"}, 0, 10, false}, 0},
      {"extension", "sip:a@b", "Require: timer, foo\r\n", "", open, 420},
      {"body", "sip:a@b", "Content-Type: text/plain\r\n", "hi", open, 415},
      {"optional body", "sip:a@b", "Content-Type: text/plain\r\nContent-Disposition: x;handling=optional\r\n",
       "hi", open, 0},
      {"no room", "sip:b", "", "", open, 404},
      {"list", "sip:a@b",
       "Require: recipient-list-invite\r\nContent-Type: application/resource-lists+xml\r\n"
       "Content-Disposition: recipient-list\r\n",
       "<x/>", open, 0},
      {"list of another kind", "sip:a@b", "Content-Type: application/resource-lists+xml\r\n", "<x/>", open,
       415},
  };
  for (const auto& row : rows) {
    const std::string text = std::string("INVITE ") + row.uri + " SIP/2.0\r\nContact: <sip:x@y>\r\n" +
                             row.headers + "\r\n" + row.body;
    const auto request = wire_message::split(text);
    const auto verdict = admit_invite(*request, *parse_uri(row.uri), row.rules);
    EXPECT_EQ(verdict ? verdict->status : 0, row.status) << row.name;
  }
}

TEST(admission, knows_lists_of_recipients_outside_of_dialogs_only) {
  const auto request =
      wire_message::split("INVITE sip:a@b SIP/2.0\r\nRequire: timer, recipient-list-invite\r\n\r\n");
  EXPECT_FALSE(check_require(*request));
  const auto refused = check_require(*request, supported_in_dialog);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 420);
  EXPECT_EQ(refused->headers, "Unsupported: recipient-list-invite\r\n");
}

TEST(admission, reads_whom_an_invite_wants_called_in) {
  const auto asked = [](const std::string& list) {
    const std::string text =
        "INVITE sip:a@b SIP/2.0\r\nContent-Type: application/resource-lists+xml\r\n"
        "Content-Disposition: recipient-list;handling=required\r\n\r\n"
        "<resource-lists xmlns='urn:ietf:params:xml:ns:resource-lists'><list>" +
        list + "</list></resource-lists>";
    const auto request = wire_message::split(text);
    return recipients_of(*request);
  };
  const auto all = asked("<entry uri='sip:x@y'/><entry uri='sip:z@y'/>");
  const auto* listed = std::get_if<std::vector<std::string>>(&all);
  ASSERT_NE(listed, nullptr);
  EXPECT_EQ(*listed, (std::vector<std::string>{"sip:x@y", "sip:z@y"}));
  const std::pair<const char*, uint16_t> rows[] = {
      {"<entry uri='x'/>", 400}, {"<entry", 400}, {"<external/>", 488}, {"<entry uri='mailto:a@b'/>", 488}};
  for (const auto& [list, status] : rows) {
    const auto got = asked(list);
    const auto* bad = std::get_if<rejection>(&got);
    ASSERT_NE(bad, nullptr) << list;
    EXPECT_EQ(bad->status, status) << list;
    EXPECT_TRUE(bad->headers.starts_with("Warning: 399 confab \"")) << bad->headers;
  }
}

}  // namespace
}  // namespace confab::sip
