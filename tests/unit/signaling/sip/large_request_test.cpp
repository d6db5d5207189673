// RFC 3261 §18.1.1: what is too large for UDP goes by TCP.

#include <gtest/gtest.h>

#include "sip_client.hpp"
#include "tcp_side.hpp"
#include "watch_box.hpp"

namespace confab::sip::test {
namespace {

const std::string large(2'000, 'x');
const std::string huge(100'000, 'y');

/// A phone on UDP that has the TCP port of the same number for itself.
std::unique_ptr<phone> with_tcp(const endpoint& server, tcp_side& stream) {
  auto out = std::make_unique<phone>(server, "udp");
  while (!stream.take(out->port())) out = std::make_unique<phone>(server, "udp");
  return out;
}

class a_watcher_on_udp : public testing::Test {
 protected:
  event_box events;
  watch_box watches;
  std::unique_ptr<endpoint> server = make();
  tcp_side stream;
  std::unique_ptr<phone> ann = with_tcp(*server, stream);
  subscription_id id;
  std::string to_tag;

  std::unique_ptr<endpoint> make() {
    tuning quick;
    quick.haste = 4;  // its patience with TCP
    auto made = endpoint_tuner::start(local_settings(), quick, events, &watches);
    EXPECT_TRUE(made.ok());
    return made.ok() ? std::move(*made) : nullptr;
  }
  /// Returns what may be sent at once.
  size_t subscribe(const std::string& headers = {}) {
    ann->ask("SUBSCRIBE", {.headers = "Event: conference\r\n" + headers});
    const auto asked = watches.next<incoming_subscription>();
    EXPECT_TRUE(asked);
    if (!asked) return 0;
    id = asked->id;
    server->accept_subscription(id, asked->expires);
    to_tag = ann->response()->to_tag();
    return asked->max_body_bytes;
  }
  /// The next NOTIFY by UDP, answered.
  std::string by_udp() {
    const auto news = ann->request();
    ann->answer(*news, 200, "OK");
    return std::string(news->wire.content());
  }
};

TEST_F(a_watcher_on_udp, gets_large_documents_by_tcp_and_small_ones_as_before) {
  stream.open();
  EXPECT_GT(subscribe(), 1'000'000U);
  server->notify(id, text(large));
  const auto news = stream.receive();
  const auto wire = wire_message::split(news);
  ASSERT_TRUE(wire.ok());
  EXPECT_EQ(wire->method(), "NOTIFY");
  EXPECT_TRUE(wire->first("via").starts_with("SIP/2.0/TCP ")) << wire->first("via");
  EXPECT_EQ(wire->first("contact").find("transport="), std::string_view::npos) << wire->first("contact");
  EXPECT_EQ(wire->content(), large);
  stream.answer(news);
  server->notify(id, text("small"));
  EXPECT_EQ(by_udp(), "small");
  server->notify(id, text(huge));
  const auto all = stream.receive();
  EXPECT_TRUE(all.ends_with("\r\n\r\n" + huge));
  stream.answer(all);
  EXPECT_TRUE(watches.empty());
}

TEST_F(a_watcher_on_udp, gets_them_by_udp_where_nobody_listens_and_is_not_asked_again) {
  subscribe();
  server->notify(id, text(large));
  EXPECT_EQ(by_udp(), large);
  stream.open();  // too late
  server->notify(id, text(large + "2"));
  EXPECT_EQ(by_udp(), large + "2");
  EXPECT_TRUE(stream.unused());
}

TEST_F(a_watcher_on_udp, gets_them_by_udp_when_tcp_gives_no_answer_in_time) {
  stream.open();
  subscribe();
  server->notify(id, text(large));
  EXPECT_EQ(by_udp(), large);
  EXPECT_TRUE(stream.receive().ends_with(large)) << "it was asked first";
  EXPECT_TRUE(watches.empty());
}

TEST_F(a_watcher_on_udp, is_to_get_a_shorter_document_when_none_other_can_reach_it) {
  EXPECT_GT(subscribe(), 1'000'000U);
  server->notify(id, text(huge));
  const auto again = watches.next<subscription_refreshed>();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->max_body_bytes, 60'000U);
  server->notify(id, text("short"));
  EXPECT_EQ(by_udp(), "short");
  ann->ask("SUBSCRIBE", {.headers = "Event: conference\r\n", .to_tag = to_tag});
  EXPECT_EQ(ann->response()->status(), 200);
  const auto refreshed = watches.next<subscription_refreshed>();
  ASSERT_TRUE(refreshed);
  EXPECT_EQ(refreshed->max_body_bytes, 60'000U) << "TCP failed a moment ago";
}

TEST_F(a_watcher_on_udp, hears_of_the_end_even_when_the_last_document_cannot_reach_it) {
  subscribe();
  server->end_subscription(id, termination::noresource, text(huge));
  const auto news = ann->request();
  EXPECT_EQ(news->header("subscription-state"), "terminated;reason=noresource");
  EXPECT_TRUE(news->wire.content().empty());
}

TEST_F(a_watcher_on_udp, stays_there_when_its_route_says_so) {
  stream.open();
  EXPECT_EQ(subscribe("Record-Route: <sip:" + ann->address() + ";transport=udp;lr>\r\n"), 60'000U);
  server->notify(id, text(large));
  EXPECT_EQ(by_udp(), large);
  EXPECT_TRUE(stream.unused());
}

TEST(endpoint, invites_by_tcp_when_the_invitation_is_large) {
  event_box events;
  const auto server = start(events);
  tcp_side stream;
  const auto bob = with_tcp(*server, stream);
  stream.open();
  dial_request request;
  request.leg = server->next_leg_id();
  request.room = {"lunch@example.com"};
  request.target = "sip:bob@" + bob->address();
  request.sdp = sdp + std::string("a=x:") + std::string(1'200, 'x') + "\r\n";
  server->dial(request);
  const auto invite = stream.receive();
  EXPECT_TRUE(invite.starts_with("INVITE sip:bob@" + bob->address() + " SIP/2.0\r\n")) << invite;
}

}  // namespace
}  // namespace confab::sip::test
