#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

class endpoint_in_call : public testing::Test {
 protected:
  void set_up_call(const std::string& headers = {}) {
    ann.ask("INVITE", {.headers = headers, .body = sdp});
    const auto incoming = events.next<incoming_call>();
    ASSERT_TRUE(incoming);
    leg = incoming->leg;
    server->accept(leg, other_sdp);
    ok = ann.response();
    ASSERT_EQ(ok->status(), 200);
    ann.ack(*ok);
    ASSERT_TRUE(events.next<established>());
  }

  event_box events;
  std::unique_ptr<endpoint> server = start(events);
  phone ann{*server, "udp"};
  leg_id leg;
  std::shared_ptr<message> ok;
};

TEST_F(endpoint_in_call, passes_reinvite_and_update_offers_to_the_leg) {
  set_up_call();
  for (const char* method : {"INVITE", "UPDATE"}) {
    ann.ask(method, {.body = other_sdp, .to_tag = ok->to_tag()});
    const auto offer = events.next<remote_offer>();
    ASSERT_TRUE(offer) << method;
    EXPECT_EQ(offer->sdp, other_sdp);
    server->accept(leg, sdp);
    const auto yes = ann.response();
    EXPECT_EQ(yes->status(), 200);
    EXPECT_EQ(yes->wire.content(), sdp);
    EXPECT_TRUE(yes->header("contact").ends_with(";isfocus"));
    if (method == std::string("INVITE")) ann.ack(*yes);
  }
}

TEST_F(endpoint_in_call, offers_in_the_200_to_a_reinvite_without_sdp) {
  set_up_call();
  ann.ask("INVITE", {.to_tag = ok->to_tag()});
  const auto offer = events.next<remote_offer>();
  ASSERT_TRUE(offer);
  EXPECT_FALSE(offer->sdp);
  server->accept(leg, sdp);
  const auto yes = ann.response();
  EXPECT_EQ(yes->wire.content(), sdp);
  ann.ack(*yes, other_sdp);
  const auto answer = events.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, other_sdp);
}

TEST_F(endpoint_in_call, takes_a_reinvite_that_overtakes_the_ack) {
  ann.ask("INVITE", {.body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  const auto first = ann.response();
  ann.ask("INVITE", {.body = other_sdp, .to_tag = first->to_tag()});
  EXPECT_TRUE(events.next<established>());
  EXPECT_TRUE(events.next<remote_offer>());
  ann.ack(*first);
  server->accept(incoming->leg, sdp);
  const auto second = ann.response();
  EXPECT_EQ(second->header("cseq"), "2 INVITE");
  EXPECT_EQ(second->status(), 200);
  ann.ack(*second);
}

TEST_F(endpoint_in_call, answers_500_while_an_earlier_offer_is_open) {
  set_up_call();
  ann.ask("INVITE", {.body = other_sdp, .to_tag = ok->to_tag()});
  EXPECT_TRUE(events.next<remote_offer>());
  ann.ask("UPDATE", {.body = sdp, .to_tag = ok->to_tag()});
  const auto no = ann.response();
  EXPECT_EQ(no->status(), 500);
  EXPECT_FALSE(no->header("retry-after").empty());
  server->refuse(leg, {});
  EXPECT_EQ(ann.response()->status(), 488);
}

TEST_F(endpoint_in_call, confirms_an_update_that_only_refreshes) {
  set_up_call();
  ann.ask("UPDATE",
          {.headers = "Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n", .to_tag = ok->to_tag()});
  const auto yes = ann.response();
  EXPECT_EQ(yes->status(), 200);
  EXPECT_EQ(yes->header("session-expires"), "600;refresher=uac");
  EXPECT_TRUE(list_has(yes->header("require"), "timer"));
  EXPECT_TRUE(events.empty());
}

TEST_F(endpoint_in_call, sends_its_own_offer_and_reports_answer_or_refusal) {
  set_up_call();
  server->offer(leg, sdp);
  const auto invite = ann.request();
  EXPECT_EQ(invite->wire.method(), "INVITE");
  EXPECT_EQ(invite->wire.content(), sdp);
  EXPECT_TRUE(invite->header("contact").ends_with(";isfocus"));
  EXPECT_EQ(invite->header("via").find("0.0.0.0"), std::string::npos);
  ann.answer(*invite, 200, "OK", {}, other_sdp);
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
  const auto answer = events.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, other_sdp);
  server->offer(leg, other_sdp);
  const auto again = ann.request();
  ann.answer(*again, 488, "No");
  const auto no = events.next<offer_refused>();
  ASSERT_TRUE(no);
  EXPECT_EQ(no->status, 488);
}

TEST_F(endpoint_in_call, answers_491_when_offers_cross_and_retries_its_own) {
  set_up_call();
  server->offer(leg, sdp);
  const auto ours = ann.request();
  ann.ask("INVITE", {.body = other_sdp, .to_tag = ok->to_tag()});
  const auto no = ann.response();
  EXPECT_EQ(no->status(), 491);
  ann.ack(*no);
  ann.answer(*ours, 491, "Request Pending");
  std::shared_ptr<message> again = ann.request();
  while (again->wire.method() == "ACK") again = ann.request();
  EXPECT_EQ(again->wire.method(), "INVITE");
  EXPECT_NE(again->header("cseq"), ours->header("cseq"));
  ann.answer(*again, 200, "OK", {}, other_sdp);
  EXPECT_TRUE(events.next<remote_answer>());
}

TEST_F(endpoint_in_call, ends_when_the_peer_no_longer_knows_the_call) {
  set_up_call();
  server->offer(leg, sdp);
  ann.answer(*ann.request(), 481, "Call Does Not Exist");
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, end_cause::transport);
  EXPECT_EQ(over->status, 481);
}

TEST_F(endpoint_in_call, reaches_a_phone_behind_nat_at_its_source) {
  ann.ask("INVITE", {.headers = "Contact: <sip:phone@10.99.99.99:5070>\r\n", .body = sdp, .contact = false});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  ann.ack(*ann.response());
  EXPECT_TRUE(events.next<established>());
  server->hang_up(incoming->leg, "");
  const auto bye = ann.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  EXPECT_EQ(bye->wire.request_uri(), "sip:phone@10.99.99.99:5070");
}

TEST_F(endpoint_in_call, falls_back_to_the_contact_when_the_connection_is_gone) {
  auto bob = std::make_unique<phone>(*server, "tcp");
  bob->ask("INVITE", {.headers = "Contact: <" + ann.uri() + ">\r\n", .body = sdp, .contact = false});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  bob->ack(*bob->response());
  EXPECT_TRUE(events.next<established>());
  bob.reset();
  server->hang_up(incoming->leg, "");
  EXPECT_EQ(ann.request()->wire.method(), "BYE");
}

TEST_F(endpoint_in_call, rings_reliably_when_the_caller_requires_it) {
  ann.ask("INVITE", {.headers = "Require: 100rel\r\n", .body = sdp});
  const auto ringing = ann.response();
  EXPECT_EQ(ringing->status(), 180);
  EXPECT_TRUE(list_has(ringing->header("require"), "100rel"));
  const auto rseq = ringing->header("rseq");
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  ann.ask("PRACK", {.headers = "RAck: " + rseq + " 7 INVITE\r\n", .to_tag = ringing->to_tag()});
  EXPECT_EQ(ann.response()->status(), 481);
  ann.ask("PRACK", {.headers = "RAck: " + rseq + " 1 INVITE\r\n", .to_tag = ringing->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
  server->accept(incoming->leg, other_sdp);
  const auto yes = ann.response();
  EXPECT_EQ(yes->status(), 200);
  EXPECT_EQ(yes->wire.content(), other_sdp);
  ann.ack(*yes);
  EXPECT_TRUE(events.next<established>());
}

TEST_F(endpoint_in_call, holds_its_200_back_until_the_ringing_is_acknowledged) {
  ann.ask("INVITE", {.headers = "Require: 100rel\r\n", .body = sdp});
  const auto ringing = ann.response();
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  ann.ask("PRACK", {.headers = "RAck: " + ringing->header("rseq") + " 1 INVITE\r\n", .to_tag = ringing->to_tag()});
  const auto acknowledged = ann.response();
  EXPECT_EQ(acknowledged->status(), 200);
  EXPECT_TRUE(acknowledged->header("cseq").ends_with("PRACK"));
  const auto yes = ann.response();
  EXPECT_TRUE(yes->header("cseq").ends_with("INVITE"));
  EXPECT_EQ(yes->wire.content(), other_sdp);
  ann.ack(*yes);
  EXPECT_TRUE(events.next<established>());
}

TEST_F(endpoint_in_call, puts_its_offer_into_the_reliable_183_when_the_invite_had_none) {
  ann.ask("INVITE", {.headers = "Require: 100rel\r\n"});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, sdp);
  const auto session = ann.response();
  EXPECT_EQ(session->status(), 183);
  EXPECT_EQ(session->wire.content(), sdp);
  ann.ask("PRACK", {.headers = "RAck: " + session->header("rseq") + " 1 INVITE\r\n",
                    .body = other_sdp,
                    .to_tag = session->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
  const auto answer = events.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, other_sdp);
  const auto yes = ann.response();
  EXPECT_EQ(yes->status(), 200);
  EXPECT_TRUE(yes->wire.content().empty());
  ann.ack(*yes);
  EXPECT_TRUE(events.next<established>());
}

}  // namespace
}  // namespace confab::sip::test
