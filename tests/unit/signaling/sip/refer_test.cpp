#include <gtest/gtest.h>

#include "news_box.hpp"
#include "signaling/sip/refer_events.hpp"
#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

constexpr const char* bob = "Refer-To: <sip:bob@example.org>\r\n";

/// Keeps the news of REFERs until a test asks for it.
class refer_box : public refer_listener, public news_box<refer_event> {
 public:
  void on_refer_event(refer_event event) override { put(std::move(event)); }
};

class refer_over : public testing::TestWithParam<const char*> {
 protected:
  event_box events;
  refer_box refers;
  std::unique_ptr<endpoint> server = make();
  phone ann{*server, GetParam()};

  std::unique_ptr<endpoint> make() {
    auto made = endpoint_tuner::start(local_settings(), {}, events, nullptr, &refers);
    EXPECT_TRUE(made.ok());
    return made.ok() ? std::move(*made) : nullptr;
  }
  incoming_refer refer(const std::string& headers, const std::string& to_tag = {}) {
    ann.ask("REFER", {.headers = headers, .to_tag = to_tag});
    const auto asked = refers.next<incoming_refer>();
    EXPECT_TRUE(asked);
    return asked.value_or(incoming_refer{});
  }
  /// The next NOTIFY, answered.
  std::shared_ptr<message> news(int status = 200) {
    auto notify = ann.request();
    EXPECT_TRUE(notify);
    if (!notify) return nullptr;
    EXPECT_EQ(notify->wire.method(), "NOTIFY");
    EXPECT_EQ(notify->header("content-type"), "message/sipfrag;version=2.0");
    ann.answer(*notify, status, "Whatever");
    return notify;
  }
  std::string call() {
    ann.ask("INVITE", {.body = sdp});
    const auto came = events.next<incoming_call>();
    EXPECT_TRUE(came);
    if (!came) return {};
    server->accept(came->leg, other_sdp);
    const auto ok = ann.response();
    EXPECT_EQ(ok->status(), 200);
    ann.ack(*ok);
    EXPECT_TRUE(events.next<established>());
    leg = came->leg;
    return ok->to_tag();
  }
  leg_id leg;
};

TEST_P(refer_over, tells_how_it_goes_until_the_end) {
  const auto asked = refer(std::string(bob) + "Referred-By: <sip:ann@example.com>\r\n");
  EXPECT_EQ(asked.room.value, "lunch@example.com");
  EXPECT_EQ(asked.peer.uri, "sip:ann@example.com");
  EXPECT_EQ(asked.target, "sip:bob@example.org");
  EXPECT_EQ(asked.method, refer_method::invite);
  EXPECT_EQ(asked.referred_by, "<sip:ann@example.com>");
  EXPECT_FALSE(asked.in_dialog_of);
  server->accept_refer(asked.id);
  const auto accepted = ann.response();
  EXPECT_EQ(accepted->status(), 202);
  EXPECT_TRUE(accepted->header("contact").ends_with(">;isfocus"));
  EXPECT_FALSE(accepted->wire.has("refer-sub"));
  auto told = news();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->header("event"), "refer");
  EXPECT_TRUE(told->header("subscription-state").starts_with("active;expires=1")) << told->text;
  EXPECT_EQ(told->wire.content(), "SIP/2.0 100 Trying\r\n");
  server->refer_progress(asked.id, 180, "Ringing");
  told = news();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->wire.content(), "SIP/2.0 180 Ringing\r\n");
  server->refer_progress(asked.id, 603, "Decline");
  told = news();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->wire.content(), "SIP/2.0 603 Decline\r\n");
  EXPECT_EQ(told->header("subscription-state"), "terminated;reason=noresource");
}

TEST_P(refer_over, keeps_what_happens_before_it_is_accepted) {
  const auto asked = refer("Refer-To: <sip:bob@example.org;method=BYE>\r\n");
  EXPECT_EQ(asked.method, refer_method::bye);
  server->refer_progress(asked.id, 404, "Not\r\nFound");
  server->accept_refer(asked.id);
  EXPECT_EQ(ann.response()->status(), 202);
  EXPECT_EQ(news()->wire.content(), "SIP/2.0 100 Trying\r\n");
  const auto last = news();
  EXPECT_TRUE(last->wire.content().starts_with("SIP/2.0 404 Not")) << last->text;
  EXPECT_EQ(last->wire.content().find('\r'), last->wire.content().size() - 2) << "one line";
}

TEST_P(refer_over, says_nothing_to_who_wants_no_subscription) {
  const auto asked = refer(std::string(bob) + "Refer-Sub: false\r\nRequire: norefersub\r\n");
  server->accept_refer(asked.id);
  const auto accepted = ann.response();
  EXPECT_EQ(accepted->status(), 202);
  EXPECT_EQ(accepted->header("refer-sub"), "false");
  server->refer_progress(asked.id, 200, "OK");
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.receive()->status(), 200) << "no NOTIFY came before";
}

TEST_P(refer_over, is_refused_as_the_owner_says) {
  const auto asked = refer(bob);
  server->refuse_refer(asked.id, {403, "Forbidden", "not you", std::nullopt});
  const auto refused = ann.response();
  EXPECT_EQ(refused->status(), 403);
  EXPECT_EQ(refused->header("warning"), "399 confab \"not you\"");
}

TEST_P(refer_over, is_taken_back_by_an_unsubscribe) {
  const auto asked = refer(bob);
  server->accept_refer(asked.id);
  const auto tag = ann.response()->to_tag();
  ASSERT_TRUE(news());
  ann.ask("SUBSCRIBE", {.headers = "Event: refer\r\nExpires: 0\r\n", .to_tag = tag});
  EXPECT_EQ(ann.response()->status(), 200);
  const auto cancelled = refers.next<refer_cancelled>();
  ASSERT_TRUE(cancelled);
  EXPECT_EQ(cancelled->id, asked.id);
  EXPECT_EQ(cancelled->room.value, "lunch@example.com");
  const auto last = news();
  EXPECT_EQ(last->header("subscription-state"), "terminated;reason=timeout");
  ann.ask("SUBSCRIBE", {.headers = "Event: refer\r\nExpires: 60\r\n", .to_tag = tag});
  EXPECT_EQ(ann.response()->status(), 481);
}

TEST_P(refer_over, can_be_refreshed) {
  const auto asked = refer(bob);
  server->accept_refer(asked.id);
  const auto tag = ann.response()->to_tag();
  ASSERT_TRUE(news());
  ann.ask("SUBSCRIBE", {.headers = "Event: refer\r\nExpires: 9000\r\n", .to_tag = tag});
  const auto ok = ann.response();
  EXPECT_EQ(ok->status(), 200);
  EXPECT_EQ(ok->header("expires"), "180");
  ann.ask("BYE", {.to_tag = tag});
  EXPECT_EQ(ann.response()->status(), 481);
  server->refer_progress(asked.id, 200, "OK");
  EXPECT_EQ(news()->header("subscription-state"), "terminated;reason=noresource");
}

TEST_P(refer_over, stops_telling_who_is_gone) {
  const auto asked = refer(bob);
  server->accept_refer(asked.id);
  EXPECT_EQ(ann.response()->status(), 202);
  ASSERT_TRUE(news(481));
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.receive()->status(), 200);
  server->refer_progress(asked.id, 200, "OK");
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.receive()->status(), 200) << "no NOTIFY came before";
}

TEST_P(refer_over, is_taken_in_the_dialog_of_a_call) {
  const auto tag = call();
  const auto asked = refer(bob, tag);
  EXPECT_EQ(asked.in_dialog_of, leg);
  server->accept_refer(asked.id);
  EXPECT_EQ(ann.response()->status(), 202);
  const auto told = news();
  ASSERT_TRUE(told);
  EXPECT_EQ(told->header("event"), "refer");
  EXPECT_EQ(told->header("call-id"), ann.call_id);
  const auto second = refer(bob, tag);
  server->accept_refer(second.id);
  EXPECT_EQ(ann.response()->status(), 202);
  EXPECT_EQ(news()->header("event"), "refer;id=" + std::to_string(ann.cseq));
  ann.ask("SUBSCRIBE", {.headers = "Event: refer\r\nExpires: 0\r\n", .to_tag = tag});
  EXPECT_EQ(ann.response()->status(), 200);
  EXPECT_EQ(refers.next<refer_cancelled>()->id, asked.id);
  EXPECT_EQ(news()->header("subscription-state"), "terminated;reason=timeout");
  server->refer_progress(second.id, 200, "OK");
  EXPECT_EQ(news()->wire.content(), "SIP/2.0 200 OK\r\n");
  ann.ask("SUBSCRIBE", {.headers = "Event: conference\r\n", .to_tag = tag});
  EXPECT_EQ(ann.response()->status(), 480) << "nobody here is told of watchers";
}

TEST_P(refer_over, falls_silent_with_the_call_it_came_in) {
  const auto tag = call();
  const auto asked = refer(bob, tag);
  server->accept_refer(asked.id);
  EXPECT_EQ(ann.response()->status(), 202);
  ASSERT_TRUE(news());
  ann.ask("BYE", {.to_tag = tag});
  EXPECT_EQ(ann.response()->status(), 200);
  EXPECT_TRUE(events.next<ended>());
  server->refer_progress(asked.id, 200, "OK");
  ann.new_call();
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.receive()->status(), 200) << "no NOTIFY came before";
}

TEST_P(refer_over, refuses_what_it_cannot_read) {
  const std::vector<std::pair<std::string, int>> rows{{"", 400},
                                                      {"Refer-To: <tel:+1>\r\n", 416},
                                                      {"Refer-To: <sip:a@b;method=MESSAGE>\r\n", 488},
                                                      {std::string(bob) + "Require: foo\r\n", 420}};
  for (const auto& [headers, status] : rows) {
    ann.new_call();
    ann.ask("REFER", {.headers = headers});
    EXPECT_EQ(ann.response()->status(), status) << headers;
  }
  ann.new_call();
  ann.ask("REFER", {.headers = bob, .contact = false});
  EXPECT_EQ(ann.response()->status(), 400);
  ann.new_call();
  ann.ask("SUBSCRIBE", {.headers = "Event: refer\r\n"});
  EXPECT_EQ(ann.response()->status(), 403);
}

TEST_P(refer_over, turns_a_flood_away) {
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    ann.new_call();
    ann.ask("REFER", {.headers = "Refer-To: <tel:+1>\r\n"});
    const auto answer = ann.response();
    ASSERT_TRUE(answer);
    if (answer->status() != 503) continue;
    EXPECT_EQ(answer->header("retry-after"), "5");
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(transports, refer_over, testing::Values("udp", "tcp"));

TEST(refer_without_an_owner, is_forbidden) {
  event_box events;
  auto server = start(events);
  phone ann{*server, "udp"};
  ann.ask("REFER", {.headers = bob});
  EXPECT_EQ(ann.response()->status(), 403);
}

}  // namespace
}  // namespace confab::sip::test
