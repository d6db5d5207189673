#include <future>

#include <gtest/gtest.h>

#include "signaling/sip/subscribe_request.hpp"
#include "sip_client.hpp"
#include "watch_box.hpp"

namespace confab::sip::test {
namespace {

constexpr const char* wanted = "Event: conference\r\n";

class subscription_over : public testing::TestWithParam<const char*> {
 protected:
  event_box events;
  watch_box watches;
  std::unique_ptr<endpoint> server = make({});
  phone ann{*server, GetParam()};

  std::unique_ptr<endpoint> make(tuning tuned) {
    auto made = endpoint_tuner::start(local_settings(), std::move(tuned), events, &watches);
    EXPECT_TRUE(made.ok());
    return made.ok() ? std::move(*made) : nullptr;
  }

  struct watch {
    subscription_id id;
    std::string to_tag;
  };
  /// A subscription whose first document has arrived.
  watch subscribe(const std::string& headers = {}) {
    ann.ask("SUBSCRIBE", {.headers = wanted + headers});
    const auto asked = watches.next<incoming_subscription>();
    EXPECT_TRUE(asked);
    if (!asked) return {};
    server->accept_subscription(asked->id, asked->expires);
    server->notify(asked->id, text("first"));
    const auto ok = ann.response();
    EXPECT_EQ(ok->status(), 200);
    const auto news = ann.request();
    EXPECT_EQ(news->wire.content(), "first");
    ann.answer(*news, 200, "OK");
    return {asked->id, ok->to_tag()};
  }
  void expect_end(watch_end cause) {
    const auto over = watches.next<subscription_ended>();
    ASSERT_TRUE(over);
    EXPECT_EQ(over->cause, cause);
  }
};

TEST_P(subscription_over, waits_for_the_owner_and_notifies_at_once) {
  ann.ask("SUBSCRIBE", {.headers = "Event: Conference;id=7\r\nExpires: 7200\r\nRecord-Route: "
                                   "<sip:" +
                                   ann.address() + ";lr;transport=" + GetParam() + ">\r\n"});
  const auto asked = watches.next<incoming_subscription>();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->room.value, "lunch@example.com");
  EXPECT_EQ(asked->event, "conference");
  EXPECT_EQ(asked->peer.uri, "sip:ann@example.com");
  EXPECT_EQ(asked->expires.count(), 3600);
  EXPECT_FALSE(asked->fetch);
  EXPECT_EQ(asked->max_body_bytes > 60'000, GetParam() == std::string("tcp"));
  server->accept_subscription(asked->id, std::chrono::seconds(600));
  server->notify(asked->id, text("<all/>"));
  const auto ok = ann.response();
  EXPECT_EQ(ok->status(), 200);
  EXPECT_EQ(ok->header("expires"), "600");
  EXPECT_TRUE(ok->header("contact").ends_with(">;isfocus")) << ok->header("contact");
  EXPECT_TRUE(ok->wire.has("record-route"));
  const auto news = ann.request();
  EXPECT_EQ(news->wire.method(), "NOTIFY");
  EXPECT_EQ(news->header("event"), "conference;id=7");
  EXPECT_TRUE(news->header("subscription-state").starts_with("active;expires=")) << news->text;
  EXPECT_EQ(news->header("content-type"), "application/conference-info+xml");
  EXPECT_EQ(news->wire.content(), "<all/>");
  EXPECT_EQ(news->wire.request_uri(), ann.uri());
  EXPECT_TRUE(news->header("contact").ends_with(">;isfocus"));
}

TEST_P(subscription_over, refuses_as_the_owner_says) {
  ann.ask("SUBSCRIBE", {.headers = wanted});
  const auto asked = watches.next<incoming_subscription>();
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->expires.count(), 3600);
  refusal why;
  why.status = 480;
  why.reason = "No Such Room";
  server->refuse_subscription(asked->id, why);
  EXPECT_EQ(ann.response()->status(), 480);
  expect_end(watch_end::local);
}

TEST_P(subscription_over, answers_a_fetch_with_one_last_document) {
  ann.ask("SUBSCRIBE", {.headers = std::string(wanted) + "Expires: 0\r\n"});
  const auto asked = watches.next<incoming_subscription>();
  ASSERT_TRUE(asked);
  EXPECT_TRUE(asked->fetch);
  server->accept_subscription(asked->id, asked->expires);
  server->notify(asked->id, text("all"));
  EXPECT_EQ(ann.response()->header("expires"), "0");
  const auto news = ann.request();
  EXPECT_EQ(news->header("subscription-state"), "terminated;reason=timeout");
  EXPECT_EQ(news->wire.content(), "all");
  expect_end(watch_end::fetched);
}

TEST_P(subscription_over, asks_for_a_document_when_the_watcher_refreshes_or_leaves) {
  const auto one = subscribe();
  ann.ask("SUBSCRIBE", {.headers = std::string(wanted) + "Expires: 60\r\n", .to_tag = one.to_tag});
  EXPECT_EQ(ann.response()->header("expires"), "60");
  auto again = watches.next<subscription_refreshed>();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->expires.count(), 60);
  server->notify(one.id, text("second"));
  auto news = ann.request();
  EXPECT_EQ(news->wire.content(), "second");
  ann.answer(*news, 200, "OK");
  ann.ask("SUBSCRIBE", {.headers = std::string(wanted) + "Expires: 0\r\n", .to_tag = one.to_tag});
  EXPECT_EQ(ann.response()->status(), 200);
  again = watches.next<subscription_refreshed>();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->expires.count(), 0);
  server->notify(one.id, text("last"));
  news = ann.request();
  EXPECT_EQ(news->header("subscription-state"), "terminated;reason=timeout");
  EXPECT_EQ(news->wire.content(), "last");
  expect_end(watch_end::unsubscribed);
  ann.ask("SUBSCRIBE", {.headers = wanted, .to_tag = one.to_tag});
  EXPECT_EQ(ann.response()->status(), 481);
}

TEST_P(subscription_over, sends_the_newest_of_what_waited) {
  const auto one = subscribe();
  phone bob(*server, GetParam());
  bob.ask("SUBSCRIBE", {.headers = wanted});
  const auto other = watches.next<incoming_subscription>();
  ASSERT_TRUE(other);
  server->notify(one.id, text("a"));
  auto news = ann.request();
  for (const char* body : {"b", "c"}) server->notify(one.id, text(body));
  // Calls are taken in order: once this one has had its effect, both documents wait.
  server->refuse_subscription(other->id, {});
  expect_end(watch_end::local);
  EXPECT_EQ(news->wire.content(), "a");
  ann.answer(*news, 200, "OK");
  news = ann.request();
  EXPECT_EQ(news->wire.content(), "c");
  ann.answer(*news, 200, "OK");
}

TEST_P(subscription_over, sends_partial_documents_in_order_and_asks_for_a_full_one_when_too_many_wait) {
  const auto one = subscribe();
  for (const char* body : {"a", "b", "c"}) server->notify(one.id, text(body, true));
  for (const char* body : {"a", "b", "c"}) {
    const auto news = ann.request();
    EXPECT_EQ(news->wire.content(), body);
    ann.answer(*news, 200, "OK");
  }
  for (int i = 0; i < 10; ++i) server->notify(one.id, text(std::to_string(i), true));
  EXPECT_TRUE(watches.next<subscription_refreshed>());
}

TEST_P(subscription_over, drops_a_watcher_that_does_not_know_its_subscription) {
  const auto one = subscribe();
  server->notify(one.id, text("a"));
  ann.answer(*ann.request(), 500, "Server Internal Error");
  server->notify(one.id, text("b"));
  ann.answer(*ann.request(), 481, "Subscription Does Not Exist");
  expect_end(watch_end::unreachable);
  EXPECT_TRUE(watches.empty());
}

TEST_P(subscription_over, ends_a_subscription_behind_the_document_on_its_way) {
  const auto one = subscribe();
  server->notify(one.id, text("a"));
  auto news = ann.request();
  server->end_subscription(one.id, termination::noresource, text("last"));
  expect_end(watch_end::local);
  EXPECT_EQ(news->wire.content(), "a");
  ann.answer(*news, 200, "OK");
  news = ann.request();
  EXPECT_EQ(news->header("subscription-state"), "terminated;reason=noresource");
  EXPECT_EQ(news->wire.content(), "last");
}

TEST_P(subscription_over, ends_what_is_not_refreshed) {
  watch_box others;
  tuning fast;
  fast.haste = 10;
  auto made = endpoint_tuner::start(local_settings(), fast, events, &others);
  ASSERT_TRUE(made.ok());
  phone bob(**made, GetParam());
  bob.ask("SUBSCRIBE", {.headers = std::string(wanted) + "Expires: 5\r\n"});
  const auto asked = others.next<incoming_subscription>();
  ASSERT_TRUE(asked);
  (*made)->accept_subscription(asked->id, asked->expires);
  EXPECT_EQ(bob.response()->status(), 200);
  EXPECT_EQ(bob.request()->header("subscription-state"), "terminated;reason=timeout");
  const auto over = others.next<subscription_ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, watch_end::expired);
}

TEST_P(subscription_over, tells_watchers_when_the_server_leaves) {
  (void)subscribe();
  std::promise<void> done;
  server->shut_down(std::chrono::seconds(20), [&] { done.set_value(); });
  EXPECT_EQ(ann.request()->header("subscription-state"), "terminated;reason=deactivated");
  expect_end(watch_end::local);
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(5)), std::future_status::ready);
}

INSTANTIATE_TEST_SUITE_P(transport, subscription_over, testing::Values("udp", "tcp"),
                         [](const auto& one) { return std::string(one.param); });

TEST(event_header, is_read_and_written) {
  const auto event = parse_event("Conference ; id=a1");
  ASSERT_TRUE(event.ok());
  EXPECT_EQ(*event, (event_type{"conference", "a1"}));
  EXPECT_EQ(write_event(*event), "conference;id=a1");
  for (const char* bad : {"", ";id=1", "a b", "conference;id", "conference;id=\"x\""})
    EXPECT_FALSE(parse_event(bad).ok()) << bad;
}

TEST(notify_response, ends_the_subscription_where_rfc_5057_says_so) {
  for (const uint16_t status : {404, 408, 410, 481, 489, 501}) EXPECT_TRUE(ends_subscription(status));
  for (const uint16_t status : {200, 401, 500, 503}) EXPECT_FALSE(ends_subscription(status));
}

}  // namespace
}  // namespace confab::sip::test
