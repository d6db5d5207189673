// A subscription that shares the dialog of a call (RFC 5057).

#include <gtest/gtest.h>

#include "sip_client.hpp"
#include "watch_box.hpp"

namespace confab::sip::test {
namespace {

constexpr const char* wanted = "Event: conference\r\n";

class subscription_in_a_call : public testing::TestWithParam<const char*> {
 protected:
  event_box events;
  watch_box watches;
  std::unique_ptr<endpoint> server = make();
  phone ann{*server, GetParam()};
  leg_id leg;
  std::string to_tag;
  subscription_id id;

  std::unique_ptr<endpoint> make() {
    auto made = endpoint_tuner::start(local_settings(), {}, events, &watches);
    EXPECT_TRUE(made.ok());
    return made.ok() ? std::move(*made) : nullptr;
  }
  void call() {
    ann.ask("INVITE", {.body = sdp});
    const auto came = events.next<incoming_call>();
    ASSERT_TRUE(came);
    leg = came->leg;
    server->accept(leg, other_sdp);
    const auto ok = ann.response();
    to_tag = ok->to_tag();
    ann.ack(*ok);
    EXPECT_TRUE(events.next<established>());
  }
  void subscribe() {
    ann.ask("SUBSCRIBE", {.headers = wanted, .to_tag = to_tag});
    const auto asked = watches.next<incoming_subscription>();
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->in_dialog_of, leg);
    EXPECT_EQ(asked->room.value, "lunch@example.com");
    EXPECT_EQ(asked->peer.uri, "sip:ann@example.com");
    id = asked->id;
    server->accept_subscription(id, asked->expires);
    EXPECT_EQ(ann.response()->status(), 200);
    server->notify(id, text("first"));
    const auto news = request("NOTIFY");
    EXPECT_EQ(news->wire.content(), "first");
    EXPECT_EQ(news->header("call-id"), ann.call_id);
    EXPECT_EQ(news->to_tag(), ann.tag);
  }
  /// The next request, which must be this one; answered.
  std::shared_ptr<message> request(const std::string& method) {
    auto got = ann.request();
    EXPECT_EQ(got->wire.method(), method);
    ann.answer(*got, 200, "OK");
    const auto number = static_cast<uint32_t>(std::stoul("0" + got->header("cseq")));
    EXPECT_GT(number, last_number_) << got->text;
    last_number_ = number;
    return got;
  }
  void expect_end(watch_end cause) {
    const auto over = watches.next<subscription_ended>();
    ASSERT_TRUE(over);
    EXPECT_EQ(over->cause, cause);
  }
  uint32_t last_number_ = 0;
};

TEST_P(subscription_in_a_call, ends_with_the_call_that_the_phone_ends) {
  call();
  subscribe();
  ann.ask("BYE", {.to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 200);
  const auto last = request("NOTIFY");
  EXPECT_EQ(last->header("subscription-state"), "terminated;reason=noresource");
  expect_end(watch_end::local);
  EXPECT_TRUE(events.next<ended>());
  ann.ask("SUBSCRIBE", {.headers = wanted, .to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 481);
}

TEST_P(subscription_in_a_call, ends_with_the_call_that_we_end) {
  call();
  subscribe();
  server->hang_up(leg, "enough");
  const auto last = request("NOTIFY");
  EXPECT_EQ(last->header("subscription-state"), "terminated;reason=noresource");
  request("BYE");
  expect_end(watch_end::local);
}

TEST_P(subscription_in_a_call, shares_the_numbers_of_the_dialog_with_offers) {
  call();
  subscribe();
  server->offer(leg, sdp);
  const auto invite = ann.request();
  EXPECT_EQ(invite->wire.method(), "INVITE");
  EXPECT_GT(std::stoul(invite->header("cseq")), last_number_);
  last_number_ = static_cast<uint32_t>(std::stoul(invite->header("cseq")));
  server->notify(id, text("second"));
  EXPECT_EQ(request("NOTIFY")->wire.content(), "second");
}

TEST_P(subscription_in_a_call, is_refreshed_and_left_without_ending_the_call) {
  call();
  subscribe();
  ann.ask("SUBSCRIBE", {.headers = std::string(wanted) + "Expires: 60\r\n", .to_tag = to_tag});
  EXPECT_EQ(ann.response()->header("expires"), "60");
  EXPECT_TRUE(watches.next<subscription_refreshed>());
  ann.ask("SUBSCRIBE", {.headers = "Event: conference;id=2\r\n", .to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 403) << "one a call";
  ann.ask("SUBSCRIBE", {.headers = std::string(wanted) + "Expires: 0\r\n", .to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 200);
  EXPECT_TRUE(watches.next<subscription_refreshed>());
  server->notify(id, text("last"));
  EXPECT_EQ(request("NOTIFY")->header("subscription-state"), "terminated;reason=timeout");
  expect_end(watch_end::unsubscribed);
  ann.ask("INFO", {.to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 200) << "the call goes on";
  subscribe();
}

TEST_P(subscription_in_a_call, is_over_alone_when_the_phone_does_not_know_it) {
  call();
  subscribe();
  server->notify(id, text("news"));
  ann.answer(*ann.request(), 481, "Subscription Does Not Exist");
  expect_end(watch_end::unreachable);
  ann.ask("INFO", {.to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 200) << "the call goes on";
}

TEST_P(subscription_in_a_call, is_for_the_packages_there_are_and_calls_that_are_up) {
  ann.ask("INVITE", {.body = sdp});
  const auto came = events.next<incoming_call>();
  ASSERT_TRUE(came);
  server->ring(came->leg);
  to_tag = ann.response()->to_tag();
  ann.ask("SUBSCRIBE", {.headers = wanted, .to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 403) << "it only rings";
  ann.new_call();
  call();
  ann.ask("SUBSCRIBE", {.headers = "Event: presence\r\n", .to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 489);
  ann.ask("SUBSCRIBE", {.headers = "Event: refer\r\n", .to_tag = to_tag});
  EXPECT_EQ(ann.response()->status(), 481);
  EXPECT_TRUE(watches.empty());
}

INSTANTIATE_TEST_SUITE_P(transport, subscription_in_a_call, testing::Values("udp", "tcp"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace confab::sip::test
