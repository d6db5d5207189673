#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

/// An endpoint whose minutes pass in less than a second.
class endpoint_in_haste : public testing::Test {
 protected:
  static endpoint_settings short_sessions() {
    auto settings = local_settings();
    settings.session_expires = std::chrono::seconds(90);
    return settings;
  }

  /// A call that is up; returns the 200.
  std::shared_ptr<message> call(const std::string& headers = {}) {
    ann.ask("INVITE", {.headers = headers, .body = sdp});
    const auto incoming = events.next<incoming_call>();
    EXPECT_TRUE(incoming);
    if (!incoming) return std::make_shared<message>();
    leg = incoming->leg;
    server->accept(leg, other_sdp);
    auto ok = ann.response();
    ann.ack(*ok);
    EXPECT_TRUE(events.next<established>());
    return ok;
  }

  void dial() {
    dial_request request;
    request.leg = leg = server->next_leg_id();
    request.room = {"lunch@example.com"};
    request.target = ann.uri();
    request.sdp = sdp;
    server->dial(std::move(request));
  }

  void expect_end(end_cause cause, uint16_t status = 0) {
    const auto over = events.next<ended>();
    ASSERT_TRUE(over);
    EXPECT_EQ(over->cause, cause);
    EXPECT_EQ(over->status, status);
  }

  event_box events;
  std::unique_ptr<endpoint> server = start(events, short_sessions(), {.haste = 50, .name_servers = {}});
  phone ann{*server, "udp"};
  leg_id leg;
};

TEST_F(endpoint_in_haste, sends_bye_when_no_ack_comes) {
  ann.ask("INVITE", {.body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  server->accept(incoming->leg, other_sdp);
  EXPECT_EQ(ann.request()->wire.method(), "BYE");
  expect_end(end_cause::no_ack);
}

TEST_F(endpoint_in_haste, ends_a_session_that_the_peer_does_not_refresh) {
  const auto ok = call("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
  EXPECT_EQ(ok->header("session-expires"), "90;refresher=uac");
  const auto bye = ann.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  EXPECT_NE(bye->header("reason").find("session timer expired"), std::string::npos);
  expect_end(end_cause::session_expired);
}

TEST_F(endpoint_in_haste, refreshes_by_update_where_the_peer_takes_it) {
  (void)call("Allow: INVITE, ACK, BYE, UPDATE\r\n");
  for (int round = 0; round < 2; ++round) {
    const auto update = ann.request();
    EXPECT_EQ(update->wire.method(), "UPDATE");
    EXPECT_EQ(update->header("session-expires"), "90;refresher=uac");
    EXPECT_TRUE(update->wire.content().empty());
    ann.answer(*update, 200, "OK", "Session-Expires: 90;refresher=uac\r\n");
  }
  EXPECT_TRUE(events.empty());
}

TEST_F(endpoint_in_haste, refreshes_by_reinvite_where_the_peer_does_not_take_update) {
  (void)call("Allow: INVITE, ACK, BYE\r\n");
  for (int round = 0; round < 2; ++round) {
    const auto invite = ann.request();
    EXPECT_EQ(invite->wire.method(), "INVITE");
    EXPECT_EQ(invite->wire.content(), other_sdp);
    ann.answer(*invite, 200, "OK", "Session-Expires: 90;refresher=uac\r\n", sdp);
    EXPECT_EQ(ann.request()->wire.method(), "ACK");
  }
  EXPECT_TRUE(events.empty()) << "an unchanged answer is no news";
}

TEST_F(endpoint_in_haste, turns_to_reinvite_when_update_is_refused) {
  (void)call("Allow: INVITE, ACK, BYE, UPDATE\r\n");
  const auto update = ann.request();
  EXPECT_EQ(update->wire.method(), "UPDATE");
  ann.answer(*update, 405, "Method Not Allowed");
  const auto invite = ann.request();
  EXPECT_EQ(invite->wire.method(), "INVITE");
  ann.answer(*invite, 200, "OK", "Session-Expires: 90;refresher=uac\r\n", sdp);
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
}

TEST_F(endpoint_in_haste, ends_when_a_refresh_is_answered_481) {
  (void)call("Allow: INVITE, ACK, BYE, UPDATE\r\n");
  ann.answer(*ann.request(), 481, "Call Does Not Exist");
  expect_end(end_cause::transport, 481);
}

TEST_F(endpoint_in_haste, gives_up_a_call_whose_reliable_ringing_meets_no_prack) {
  ann.ask("INVITE", {.headers = "Require: 100rel\r\n", .body = sdp});
  EXPECT_TRUE(events.next<incoming_call>());
  auto got = ann.response();
  EXPECT_EQ(got->status(), 180);
  EXPECT_EQ(ann.response()->status(), 504);
  expect_end(end_cause::no_ack, 504);
}

TEST_F(endpoint_in_haste, cancels_a_dialled_call_that_rings_too_long) {
  dial();
  const auto invite = ann.request();
  ann.answer(*invite, 180, "Ringing");
  EXPECT_TRUE(events.next<progress>());
  const auto cancel = ann.request();
  EXPECT_EQ(cancel->wire.method(), "CANCEL");
  EXPECT_EQ(cancel->header("cseq"), "1 CANCEL");
  expect_end(end_cause::refused, 408);
  ann.answer(*cancel, 200, "OK");
  ann.answer(*invite, 487, "Request Terminated");
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
}

TEST_F(endpoint_in_haste, retries_after_491_also_as_the_one_who_dialled) {
  dial();
  const auto invite = ann.request();
  ann.answer(*invite, 200, "OK", {}, other_sdp);
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
  EXPECT_TRUE(events.next<remote_answer>());
  EXPECT_TRUE(events.next<established>());
  server->offer(leg, other_sdp);
  const auto first = ann.request();
  ann.answer(*first, 491, "Request Pending");
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
  const auto second = ann.request();
  EXPECT_EQ(second->wire.method(), "INVITE");
  EXPECT_EQ(second->header("cseq"), "3 INVITE");
  EXPECT_EQ(second->wire.content(), other_sdp);
  ann.answer(*second, 200, "OK", {}, sdp);
  EXPECT_TRUE(events.next<remote_answer>());
}

}  // namespace
}  // namespace confab::sip::test
