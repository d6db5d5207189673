#include "bench/load/sip_subscription.hpp"

#include <gtest/gtest.h>

namespace confab::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const sip_subscription::clock_time t0 = sip_subscription::clock_time() + std::chrono::hours(1);

struct load_sip_subscription : testing::Test {
  static subscription_settings settings(watch_transport transport = watch_transport::udp) {
    return {"sip:load0@10.0.0.1", "watcher0", "w0-1@127.0.0.1", *socket_address::parse("127.0.0.1", 4'000),
            transport};
  }
  static sip_message parsed(const std::string& text) {
    auto m = sip_message::parse(text);
    EXPECT_TRUE(m.ok()) << text;
    return *m;
  }
  static sip_message reply(const std::string& sent, int status) {
    return parsed(response_to(parsed(sent), status, "Word", "server",
                              "Contact: <sip:focus@10.0.0.1:5070>\r\nRecord-Route: <sip:p;lr>\r\n", {}));
  }
  static sip_message notify(uint32_t cseq, const std::string& body, const std::string& state = "active") {
    return parsed(
        "NOTIFY sip:watcher0@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx\r\n" +
        std::string("From: <sip:load0@10.0.0.1>;tag=server\r\nTo: <sip:watcher0@127.0.0.1>;tag=t\r\n") +
        "Call-ID: w0-1@127.0.0.1\r\nCSeq: " + std::to_string(cseq) +
        " NOTIFY\r\nSubscription-State: " + state + "\r\n\r\n" + body);
  }
  static std::string document(const char* state, int version, const char* users = "<users><user /></users>") {
    return std::string("<?xml version=\"1.0\"?><conference-info entity=\"sip:a\" state=\"") + state +
           "\" version=\"" + std::to_string(version) + "\">" + users + "</conference-info>";
  }
  void tell(uint32_t cseq, const std::string& body) {
    const auto out = watcher.on_message(notify(cseq, body), 100, t0 + seconds(cseq));
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(parsed(out[0]).status(), 200);
  }
  void subscribe() {
    const auto sent = watcher.subscribe(t0);
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_TRUE(watcher.on_message(reply(sent[0], 200), 0, t0).empty());
    ASSERT_EQ(watcher.state(), subscription_state::active);
  }

  sip_subscription watcher{settings()};
};

TEST_F(load_sip_subscription, subscribes_is_told_and_leaves) {
  subscribe();
  tell(1, document("full", 1));
  EXPECT_EQ(watcher.last_notify(), t0 + seconds(1));
  const auto bye = watcher.unsubscribe(t0);
  ASSERT_EQ(bye.size(), 1U);
  const auto last = parsed(bye[0]);
  EXPECT_TRUE(bye[0].starts_with("SUBSCRIBE sip:focus@10.0.0.1:5070 SIP/2.0\r\n")) << bye[0];
  EXPECT_EQ(last.header("Expires"), "0");
  EXPECT_EQ(last.header("Route"), "<sip:p;lr>");
  EXPECT_EQ(tag_of(last.header("To")), "server");
  EXPECT_TRUE(watcher.on_message(reply(bye[0], 200), 0, t0).empty());
  (void)watcher.on_message(notify(2, {}, "terminated;reason=timeout"), 100, t0);
  EXPECT_EQ(watcher.state(), subscription_state::ended);
  EXPECT_FALSE(watcher.ended_by_server());
}

TEST_F(load_sip_subscription, tells_documents_apart_and_notices_a_missing_one) {
  subscribe();
  tell(1, document("full", 4));
  tell(2, document("partial", 5));
  tell(3, document("partial", 7));
  tell(4, document("full", 12));
  tell(5, document("full", 13, "<users state=\"partial\"/>"));
  tell(5, document("full", 13));
  tell(6, document("full", 13));
  const auto& n = watcher.counts();
  EXPECT_EQ(n.notifies, 6U);
  EXPECT_EQ(n.bytes, 600U);
  EXPECT_EQ(n.repeated, 1U);
  EXPECT_EQ(n.full, 3U);
  EXPECT_EQ(n.partial, 2U);
  EXPECT_EQ(n.without_users, 1U);
  EXPECT_EQ(n.gaps, 2U) << "6 is missing, and 13 came twice";
}

TEST_F(load_sip_subscription, repeats_its_request_over_udp_alone) {
  const auto sent = watcher.subscribe(t0);
  EXPECT_TRUE(watcher.on_timer(t0 + milliseconds(499)).empty());
  EXPECT_EQ(watcher.on_timer(t0 + milliseconds(500)), sent);
  EXPECT_TRUE(watcher.on_timer(t0 + seconds(32)).empty());
  EXPECT_EQ(watcher.state(), subscription_state::failed);

  sip_subscription stream(settings(watch_transport::tcp));
  const auto first = stream.subscribe(t0);
  EXPECT_NE(first[0].find("Via: SIP/2.0/TCP "), std::string::npos);
  EXPECT_NE(first[0].find("Contact: <sip:watcher0@127.0.0.1:4000;transport=tcp>"), std::string::npos);
  EXPECT_TRUE(stream.on_timer(t0 + seconds(31)).empty());
  EXPECT_EQ(stream.state(), subscription_state::asking);
}

TEST_F(load_sip_subscription, says_why_it_was_refused_or_ended) {
  const auto sent = watcher.subscribe(t0);
  (void)watcher.on_message(reply(sent[0], 480), 0, t0);
  EXPECT_EQ(watcher.failure(), "480");
  sip_subscription other(settings());
  (void)other.on_message(reply(other.subscribe(t0)[0], 200), 0, t0);
  (void)other.on_message(notify(1, {}, "terminated;reason=noresource"), 100, t0);
  EXPECT_TRUE(other.ended_by_server());
}

TEST(load_document, is_read_at_its_root_alone) {
  EXPECT_FALSE(read_document("<presence version=\"3\">"));
  EXPECT_FALSE(read_document("<conference-info"));
  EXPECT_FALSE(read_document("<conference-info version=\"x\">"));
  const auto facts = read_document("<conference-info version='17'><users><user entity='sip:a'/></users>");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->version, 17U);
  EXPECT_TRUE(facts->full) << "what no state says";
  EXPECT_TRUE(facts->has_users);
}

}  // namespace
}  // namespace confab::load
