#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

struct refusal_case {
  const char* name;
  const char* method;
  phone::parts parts;
  uint16_t status;
  const char* header;
  const char* token;
};

void PrintTo(const refusal_case& row, std::ostream* out) {
  *out << row.name;
}

class endpoint_refusing : public testing::TestWithParam<refusal_case> {};

TEST_P(endpoint_refusing, answers_as_the_rfc_asks) {
  const auto& row = GetParam();
  event_box events;
  auto settings = local_settings();
  settings.room_domains = {"Example.com"};
  auto server = start(events, settings);
  for (const char* transport : {"udp", "tcp"}) {
    phone ann(*server, transport);
    ann.ask(row.method, row.parts);
    const auto no = ann.response();
    EXPECT_EQ(no->status(), row.status) << transport;
    if (row.header == nullptr) continue;
    EXPECT_TRUE(list_has(no->wire.joined(row.header), row.token)) << no->text;
  }
  EXPECT_TRUE(events.empty());
}

const refusal_case refusals[] = {
    {"options", "OPTIONS", {}, 200, "allow", "UPDATE"},
    {"options_accept", "OPTIONS", {}, 200, "accept", "application/sdp"},
    {"options_supported", "OPTIONS", {}, 200, "supported", "timer"},
    {"unknown_extension",
     "INVITE",
     {.headers = "Require: 100rel, nothing\r\n", .body = sdp},
     420,
     "unsupported",
     "nothing"},
    {"unknown_body", "INVITE", {.body = "x", .type = "text/plain"}, 415, "accept", "application/sdp"},
    {"encoded_body",
     "INVITE",
     {.headers = "Content-Encoding: gzip\r\n", .body = sdp},
     415,
     "accept-encoding",
     "identity"},
    {"no_sdp_back", "INVITE", {.headers = "Accept: text/html\r\n", .body = sdp}, 406, nullptr, nullptr},
    {"foreign_domain", "INVITE", {.uri = "sip:lunch@elsewhere.org", .body = sdp}, 404, nullptr, nullptr},
    {"no_user", "INVITE", {.uri = "sip:example.com", .body = sdp}, 404, nullptr, nullptr},
    {"unknown_scheme", "INVITE", {.uri = "mailto:lunch@example.com", .body = sdp}, 416, nullptr, nullptr},
    {"unknown_method", "PINEAPPLE", {}, 405, "allow", "INVITE"},
    {"message_without_owner", "MESSAGE", {.body = "hi", .type = "text/plain"}, 403, nullptr, nullptr},
    {"publish", "PUBLISH", {.headers = "Refer-To: <sip:a@b>\r\n"}, 405, "allow", "BYE"},
    {"subscribe_without_owner", "SUBSCRIBE", {.headers = "Event: conference\r\n"}, 480, nullptr, nullptr},
    {"other_event", "SUBSCRIBE", {.headers = "Event: presence\r\n"}, 489, "allow-events", "conference"},
    {"no_event", "SUBSCRIBE", {}, 489, "allow-events", "conference"},
    {"other_document",
     "SUBSCRIBE",
     {.headers = "Event: conference\r\nAccept: text/plain\r\n"},
     406,
     "accept",
     "application/conference-info+xml"},
    {"bad_expires", "SUBSCRIBE", {.headers = "o: conference\r\nExpires: soon\r\n"}, 400, nullptr, nullptr},
    {"subscribe_elsewhere",
     "SUBSCRIBE",
     {.uri = "sip:lunch@elsewhere.org", .headers = "Event: conference\r\n"},
     404,
     nullptr,
     nullptr},
    {"refresh_of_nothing",
     "SUBSCRIBE",
     {.headers = "Event: conference\r\n", .to_tag = "gone"},
     481,
     nullptr,
     nullptr},
    {"bye_of_no_call", "BYE", {.to_tag = "gone"}, 481, nullptr, nullptr},
    {"reinvite_of_no_call", "INVITE", {.body = sdp, .to_tag = "gone"}, 481, nullptr, nullptr},
    {"cancel_of_nothing", "CANCEL", {}, 481, nullptr, nullptr},
    {"no_contact", "INVITE", {.body = sdp, .contact = false}, 400, nullptr, nullptr},
    {"short_session",
     "INVITE",
     {.headers = "Supported: timer\r\nSession-Expires: 20\r\n", .body = sdp},
     422,
     "min-se",
     "90"},
    {"replaces_unknown",
     "INVITE",
     {.headers = "Replaces: a@b;to-tag=1;from-tag=2\r\n", .body = sdp},
     481,
     nullptr,
     nullptr},
    {"replaces_twice",
     "INVITE",
     {.headers = "Replaces: a@b;to-tag=1;from-tag=2\r\nReplaces: a@b;to-tag=1;from-tag=2\r\n", .body = sdp},
     400,
     nullptr,
     nullptr},
    {"two_call_ids",
     "INVITE",
     {.headers = "Call-ID: other@example.com\r\n", .body = sdp},
     400,
     nullptr,
     nullptr},
};

INSTANTIATE_TEST_SUITE_P(case_of, endpoint_refusing, testing::ValuesIn(refusals),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(endpoint, refuses_strangers_with_403) {
  event_box events;
  auto settings = local_settings();
  settings.trusted_peers = {"192.0.2.0/24"};
  auto server = start(events, settings);
  phone ann(*server, "udp");
  ann.ask("INVITE", {.body = sdp});
  EXPECT_EQ(ann.response()->status(), 403);
}

TEST(endpoint, refuses_more_legs_than_allowed_with_503) {
  event_box events;
  auto settings = local_settings();
  settings.max_legs = 1;
  auto server = start(events, settings);
  phone ann(*server, "udp");
  ann.ask("INVITE", {.body = sdp});
  EXPECT_TRUE(events.next<incoming_call>());
  phone bob(*server, "udp");
  bob.ask("INVITE", {.body = sdp});
  const auto no = bob.response();
  EXPECT_EQ(no->status(), 503);
  EXPECT_FALSE(no->header("retry-after").empty());
}

TEST(endpoint, answers_482_to_a_request_that_came_by_two_ways) {
  event_box events;
  auto server = start(events);
  phone ann(*server, "udp");
  ann.ask("INVITE", {.body = sdp});
  EXPECT_TRUE(events.next<incoming_call>());
  ann.ask("INVITE", {.body = sdp, .cseq = 1});
  EXPECT_EQ(ann.response()->status(), 482);
}

TEST(endpoint, says_what_it_cannot_open) {
  event_box events;
  auto settings = local_settings();
  settings.listen = {"udp://192.0.2.1:5060"};
  auto made = endpoint::start(settings, events);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().text.find("udp://192.0.2.1:5060"), std::string::npos) << made.error().text;
  settings.listen = {"sctp://127.0.0.1:5060"};
  made = endpoint::start(settings, events);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, errc::bad_setting);
}

TEST(endpoint, names_a_concrete_address_when_it_listens_everywhere) {
  event_box events;
  auto settings = local_settings();
  settings.listen = {"udp://0.0.0.0:0", "tcp://0.0.0.0:0", "udp://[::]:0", "tcp://[::]:0"};
  auto server = start(events, settings);
  ASSERT_TRUE(server);
  for (const char* transport : {"udp", "tcp"}) {
    phone ann(*server, transport);
    ann.ask("INVITE", {.body = sdp});
    const auto incoming = events.next<incoming_call>();
    ASSERT_TRUE(incoming);
    EXPECT_EQ(incoming->local.host(), "127.0.0.1");
    server->accept(incoming->leg, sdp);
    const auto ok = ann.response();
    EXPECT_TRUE(ok->header("contact").starts_with("<sip:lunch@127.0.0.1:")) << ok->header("contact");
    ann.ack(*ok);
    EXPECT_TRUE(events.next<established>());
    server->hang_up(incoming->leg, "");
    const auto bye = ann.request();
    EXPECT_EQ(bye->header("via").find("0.0.0.0"), std::string::npos) << bye->header("via");
    EXPECT_TRUE(events.next<ended>());
  }
}

}  // namespace
}  // namespace confab::sip::test
