#include <future>

#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

class endpoint_over : public testing::TestWithParam<const char*> {
 protected:
  event_box events;
  std::unique_ptr<endpoint> server = start(events);
  phone ann{*server, GetParam()};

  /// A call that is up; returns its leg and the 200.
  std::pair<leg_id, std::shared_ptr<message>> call(const std::string& headers = {}) {
    ann.ask("INVITE", {.headers = headers, .body = sdp});
    const auto incoming = events.next<incoming_call>();
    EXPECT_TRUE(incoming);
    if (!incoming) return {};
    server->accept(incoming->leg, other_sdp);
    auto ok = ann.response();
    while (ok->status() < 200 && ok->status() != 0) ok = ann.response();
    EXPECT_EQ(ok->status(), 200);
    ann.ack(*ok);
    EXPECT_TRUE(events.next<established>());
    return {incoming->leg, ok};
  }
};

TEST_P(endpoint_over, answers_an_invite_and_ends_with_bye) {
  ann.ask("INVITE", {.uri = "sip:lunch@Example.COM;x=y",
                     .headers = "Record-Route: <sip:p1.example.com;lr>\r\n",
                     .body = sdp});
  const auto trying = ann.receive();
  ASSERT_TRUE(trying);
  EXPECT_EQ(trying->status(), 100);
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->room.value, "lunch@example.com");
  EXPECT_EQ(incoming->sdp, sdp);
  EXPECT_EQ(incoming->peer.uri, "sip:ann@example.com");
  EXPECT_EQ(incoming->peer.display_name, "Ann");
  EXPECT_EQ(incoming->peer.source.to_string(), ann.address());
  EXPECT_EQ(incoming->peer.transport, GetParam());
  EXPECT_EQ(incoming->local.host(), "127.0.0.1");
  server->ring(incoming->leg);
  EXPECT_EQ(ann.response()->status(), 180);
  server->accept(incoming->leg, other_sdp);
  const auto ok = ann.response();
  EXPECT_EQ(ok->status(), 200);
  EXPECT_EQ(ok->wire.content(), other_sdp);
  EXPECT_EQ(ok->header("record-route"), "<sip:p1.example.com;lr>");
  EXPECT_EQ(ok->header("server"), "confab-test");
  EXPECT_TRUE(ok->header("contact").starts_with("<sip:lunch@127.0.0.1:")) << ok->header("contact");
  EXPECT_TRUE(ok->header("contact").ends_with(">;isfocus")) << ok->header("contact");
  EXPECT_TRUE(list_has(ok->header("supported"), "replaces"));
  ann.ack(*ok);
  const auto up = events.next<established>();
  ASSERT_TRUE(up);
  EXPECT_EQ(up->leg, incoming->leg);
  ann.ask("BYE", {.to_tag = ok->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, end_cause::remote_bye);
}

TEST_P(endpoint_over, lets_the_caller_hear_ringing_by_itself_where_the_answer_takes_long) {
  endpoint_settings patient = local_settings();
  patient.ring_after = std::chrono::milliseconds{1};
  event_box news;
  const auto other = start(news, patient);
  phone bob{*other, GetParam()};
  bob.ask("INVITE", {.body = sdp});
  EXPECT_EQ(bob.receive()->status(), 100);
  EXPECT_EQ(bob.response()->status(), 180);
  const auto incoming = news.next<incoming_call>();
  ASSERT_TRUE(incoming);
  other->accept(incoming->leg, other_sdp);
  EXPECT_EQ(bob.response()->status(), 200);
}

TEST_P(endpoint_over, repeats_the_answer_until_the_ack) {
  if (GetParam() != std::string("udp")) GTEST_SKIP() << "seen with datagrams";
  ann.ask("INVITE", {.body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  const auto first = ann.response();
  ann.ask("OPTIONS", {});  // so that the repeated 200 is not the last message seen
  EXPECT_EQ(ann.response()->header("cseq"), "2 OPTIONS");
  const auto second = ann.response();
  EXPECT_EQ(second->text, first->text);
  ann.ack(*first);
  EXPECT_TRUE(events.next<established>());
}

TEST_P(endpoint_over, offers_in_the_200_when_the_invite_has_no_sdp) {
  ann.ask("INVITE", {});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  EXPECT_FALSE(incoming->sdp);
  server->accept(incoming->leg, sdp);
  const auto ok = ann.response();
  EXPECT_EQ(ok->wire.content(), sdp);
  ann.ack(*ok, other_sdp);
  const auto answer = events.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, other_sdp);
  EXPECT_TRUE(events.next<established>());
}

TEST_P(endpoint_over, ends_a_cancelled_invite_with_487_and_ignores_a_late_accept) {
  ann.ask("INVITE", {.body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  ann.cancel();
  const auto first = ann.response();
  EXPECT_EQ(first->status(), 200);
  EXPECT_EQ(first->header("cseq"), "1 CANCEL");
  const auto last = ann.response();
  EXPECT_EQ(last->status(), 487);
  ann.ack(*last);
  server->accept(incoming->leg, other_sdp);
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, end_cause::remote_cancel);
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.response()->header("cseq"), "2 OPTIONS");
}

TEST_P(endpoint_over, refuses_with_warning_and_retry_after) {
  ann.ask("INVITE", {.body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  refusal why;
  why.warning = "no \"common\" codec";
  why.retry_after = std::chrono::seconds(7);
  server->refuse(incoming->leg, why);
  const auto no = ann.response();
  EXPECT_EQ(no->status(), 488);
  EXPECT_EQ(no->header("warning"), "399 confab \"no \\\"common\\\" codec\"");
  EXPECT_EQ(no->header("retry-after"), "7");
  ann.ack(*no);
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, end_cause::local);
  EXPECT_EQ(over->status, 488);
}

TEST_P(endpoint_over, hangs_up_with_bye_and_a_reason) {
  const auto [leg, ok] = call();
  server->hang_up(leg, "room closed");
  const auto bye = ann.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  EXPECT_EQ(bye->wire.request_uri(), ann.uri());
  EXPECT_NE(bye->header("reason").find("room closed"), std::string::npos);
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, end_cause::local);
  // A BYE that crosses ours is fine.
  ann.ask("BYE", {.to_tag = ok->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
  ann.answer(*bye, 200, "OK");
  EXPECT_TRUE(events.empty());
}

TEST_P(endpoint_over, waits_for_the_ack_before_its_bye) {
  ann.ask("INVITE", {.body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  const auto ok = ann.response();
  server->hang_up(incoming->leg, "");
  EXPECT_TRUE(events.next<ended>());
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.response()->header("cseq"), "2 OPTIONS");
  ann.ack(*ok);
  EXPECT_EQ(ann.request()->wire.method(), "BYE");
}

TEST_P(endpoint_over, reports_dtmf_from_info_and_refuses_other_bodies) {
  const auto [leg, ok] = call();
  ann.ask("INFO",
          {.body = "Signal=5\r\nDuration=160\r\n", .type = "application/dtmf-relay", .to_tag = ok->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
  const auto digit = events.next<info_dtmf>();
  ASSERT_TRUE(digit);
  EXPECT_EQ(digit->digit, '5');
  ann.ask("INFO", {.body = "<x/>", .type = "application/media_control+xml", .to_tag = ok->to_tag()});
  EXPECT_EQ(ann.response()->status(), 415);
  ann.ask("PUBLISH", {.body = "hi", .type = "text/plain", .to_tag = ok->to_tag()});
  const auto no = ann.response();
  EXPECT_EQ(no->status(), 405);
  EXPECT_TRUE(list_has(no->header("allow"), "INVITE"));
  ann.ask("OPTIONS", {.to_tag = ok->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
  ann.ask("OPTIONS", {.to_tag = ok->to_tag(), .cseq = 1});
  EXPECT_EQ(ann.response()->status(), 500);
}

TEST_P(endpoint_over, hands_a_seat_over_to_a_call_that_replaces_it) {
  const auto [leg, ok] = call();
  phone bob(*server, GetParam());
  const auto replaces =
      "Replaces: " + ann.call_id + ";to-tag=" + ok->to_tag() + ";from-tag=" + ann.tag + "\r\n";
  bob.ask("INVITE", {.headers = replaces, .body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->replaces, leg);
  server->accept(incoming->leg, other_sdp);
  bob.ack(*bob.response());
  EXPECT_TRUE(events.next<established>());
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->leg, leg);
  EXPECT_EQ(over->cause, end_cause::replaced);
  EXPECT_EQ(ann.request()->wire.method(), "BYE");
}

TEST_P(endpoint_over, shuts_down_politely) {
  const auto [leg, ok] = call();
  phone bob(*server, GetParam());
  bob.ask("INVITE", {.body = sdp});
  EXPECT_TRUE(events.next<incoming_call>());
  std::promise<void> done;
  server->shut_down(std::chrono::seconds(20), [&] { done.set_value(); });
  const auto bye = ann.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  EXPECT_EQ(bob.response()->status(), 503);
  EXPECT_TRUE(events.next<ended>());
  EXPECT_TRUE(events.next<ended>());
  phone eve(*server, GetParam());
  eve.ask("INVITE", {.body = sdp});
  EXPECT_EQ(eve.response()->status(), 503);
  ann.answer(*bye, 200, "OK");
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

INSTANTIATE_TEST_SUITE_P(transport, endpoint_over, testing::Values("udp", "tcp"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace confab::sip::test
