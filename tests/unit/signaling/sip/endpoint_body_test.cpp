#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

constexpr const char* mixed = "multipart/mixed;boundary=\"=_7\"";

std::string part(const std::string& headers, const std::string& content) {
  return "--=_7\r\n" + headers + "\r\n" + content + "\r\n";
}

std::string list(const std::string& entries) {
  return part("Content-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list\r\n",
              "<resource-lists xmlns=\"urn:ietf:params:xml:ns:resource-lists\"><list>" + entries +
                  "</list></resource-lists>");
}

std::string with_sdp(const std::string& more) {
  return part("Content-Type: application/sdp\r\n", sdp) + more + "--=_7--\r\n";
}

const std::string two = R"(<entry uri="sip:bob@example.org"/><entry uri="sip:carol@example.org"/>)";

/// Bodies of more than one part (RFC 5621), and lists of recipients in them (RFC 5366).
class a_body_of_parts_over : public testing::TestWithParam<const char*> {
 protected:
  event_box events;
  std::unique_ptr<endpoint> server = start(events);
  phone ann{*server, GetParam()};
};

TEST_P(a_body_of_parts_over, carries_the_offer_and_whom_to_call_in) {
  ann.ask("INVITE",
          {.headers = "Require: recipient-list-invite\r\n", .body = with_sdp(list(two)), .type = mixed});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call);
  EXPECT_EQ(call->sdp, sdp);
  EXPECT_EQ(call->recipients, (std::vector<std::string>{"sip:bob@example.org", "sip:carol@example.org"}));
  server->accept(call->leg, other_sdp);
  const auto ok = ann.response();
  EXPECT_EQ(ok->status(), 200);
  EXPECT_TRUE(list_has(ok->header("supported"), "recipient-list-invite"));
  ann.ack(*ok);
  ASSERT_TRUE(events.next<established>());

  for (const char* method : {"INVITE", "UPDATE"}) {
    ann.ask(method, {.body = with_sdp(""), .type = mixed, .to_tag = ok->to_tag()});
    const auto offer = events.next<remote_offer>();
    ASSERT_TRUE(offer) << method;
    EXPECT_EQ(offer->sdp, sdp);
    server->accept(call->leg, other_sdp);
    const auto yes = ann.response();
    EXPECT_EQ(yes->status(), 200);
    if (method == std::string("INVITE")) ann.ack(*yes);
  }
  // RFC 5366 §5.1: within a dialog a list means nothing.
  ann.ask("INVITE", {.headers = "Require: recipient-list-invite\r\n",
                     .body = with_sdp(list(two)),
                     .type = mixed,
                     .to_tag = ok->to_tag()});
  const auto required = ann.response();
  EXPECT_EQ(required->status(), 420);
  EXPECT_EQ(required->header("unsupported"), "recipient-list-invite");
  ann.ack(*required);
  ann.ask("INVITE", {.body = with_sdp(list(two)), .type = mixed, .to_tag = ok->to_tag()});
  const auto silent = ann.response();
  EXPECT_EQ(silent->status(), 415);
  ann.ack(*silent);
}

TEST_P(a_body_of_parts_over, carries_the_answer_in_an_ack) {
  ann.ask("INVITE", {.body = list(two) + "--=_7--\r\n", .type = mixed});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call);
  EXPECT_FALSE(call->sdp);
  EXPECT_EQ(call->recipients.size(), 2U);
  server->accept(call->leg, other_sdp);
  const auto ok = ann.response();
  ASSERT_EQ(ok->status(), 200);
  ann.send(ann.make("ACK", {.body = with_sdp(""), .type = mixed, .to_tag = ok->to_tag(), .cseq = ann.cseq}));
  const auto answer = events.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, sdp);
}

TEST_P(a_body_of_parts_over, is_refused_where_it_cannot_be_understood) {
  const std::tuple<const char*, std::string, int, const char*, const char*> rows[] = {
      {"unknown part", with_sdp(part("Content-Type: text/plain\r\n", "hi")), 415, "accept",
       "multipart/mixed"},
      {"cut off", part("Content-Type: application/sdp\r\n", sdp), 400, nullptr, nullptr},
      {"no list", with_sdp(list("<entry")), 400, "warning", "399 confab"},
      {"not here", with_sdp(list("<external/>")), 488, "warning", "external"},
      {"bomb",
       with_sdp(
           part("Content-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list\r\n",
                "<!DOCTYPE a [<!ENTITY b \"&c;&c;\">]><a/>")),
       400, "warning", "document type"},
  };
  for (const auto& [name, body, status, header, value] : rows) {
    ann.new_call();
    ann.ask("INVITE", {.body = body, .type = mixed});
    const auto response = ann.response();
    ASSERT_TRUE(response) << name;
    EXPECT_EQ(response->status(), status) << name;
    if (header != nullptr) {
      EXPECT_NE(response->header(header).find(value), std::string::npos) << name << ": " << response->text;
    }
    ann.ack(*response);
  }
  EXPECT_TRUE(events.empty());
}

INSTANTIATE_TEST_SUITE_P(transport, a_body_of_parts_over, testing::Values("udp", "tcp"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace
}  // namespace confab::sip::test
