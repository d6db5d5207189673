// Instant messages (RFC 3428) of an endpoint: those that come for rooms, and those that go to phones.

#include <condition_variable>
#include <deque>
#include <mutex>

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "signaling/sip/message_events.hpp"
#include "sip_client.hpp"
#include "tcp_side.hpp"

namespace confab::sip::test {
namespace {

/// Keeps messages until a test asks for them.
class message_box : public message_listener {
 public:
  void on_message(incoming_message one) override {
    const std::lock_guard lock(mutex_);
    came_.push_back(std::move(one));
    arrived_.notify_all();
  }
  std::optional<incoming_message> next() {
    std::unique_lock lock(mutex_);
    if (!arrived_.wait_for(lock, std::chrono::seconds(5), [this] { return !came_.empty(); }))
      return std::nullopt;
    auto one = std::move(came_.front());
    came_.pop_front();
    return one;
  }
  bool empty() {
    const std::lock_guard lock(mutex_);
    return came_.empty();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<incoming_message> came_;
};

outgoing_message_ptr says(std::string body, std::string instead = {}) {
  return std::make_shared<const outgoing_message>(
      outgoing_message{"Alice \"A\"", "text/plain", std::move(body), std::move(instead)});
}

class messages_over : public testing::TestWithParam<const char*> {
 protected:
  event_box events;
  message_box messages;
  endpoint_settings settings = local_settings();
  std::unique_ptr<endpoint> server;
  std::unique_ptr<phone> ann;
  leg_id leg;

  void start(tuning tuned = {}) {
    auto made = endpoint_tuner::start(settings, std::move(tuned), events, nullptr, nullptr, &messages);
    ASSERT_TRUE(made.ok());
    server = std::move(*made);
    ann = std::make_unique<phone>(*server, GetParam());
  }
  /// To tag of the call; its phone says what it takes.
  std::string call(const std::string& headers, bool contact = true) {
    ann->ask("INVITE", {.headers = headers, .body = sdp, .contact = contact});
    const auto came = events.next<incoming_call>();
    EXPECT_TRUE(came);
    if (!came) return {};
    server->accept(came->leg, other_sdp);
    const auto ok = ann->response();
    ann->ack(*ok);
    const auto up = events.next<established>();
    EXPECT_TRUE(up);
    if (up) peer_of_call = up->peer;
    leg = came->leg;
    return ok->to_tag();
  }
  void say(const std::string& body, const std::string& to_tag = {}) {
    ann->ask("MESSAGE", {.body = body, .type = "text/plain", .to_tag = to_tag, .contact = false});
  }
  /// The next MESSAGE, answered.
  std::string read(int status = 200) {
    const auto came = ann->request();
    EXPECT_TRUE(came);
    if (!came) return {};
    EXPECT_EQ(came->wire.method(), "MESSAGE");
    ann->answer(*came, status, "Whatever", {}, {}, ann->tag);
    return std::string(came->wire.content());
  }
  peer peer_of_call;
};

TEST_P(messages_over, reach_the_room_and_get_its_verdict) {
  start();
  say("hello");
  const auto came = messages.next();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->room.value, "lunch@example.com");
  EXPECT_EQ(came->peer.uri, "sip:ann@example.com");
  EXPECT_EQ(came->peer.source.port(), ann->port());
  EXPECT_EQ(came->type, "text/plain");
  EXPECT_EQ(came->body, "hello");
  EXPECT_FALSE(came->in_dialog_of);
  server->accept_message(came->id, true);
  EXPECT_EQ(ann->response()->status(), 202);
  say("/help");
  server->accept_message(messages.next()->id, false);
  EXPECT_EQ(ann->response()->status(), 200);
  say("MZ");
  server->refuse_message(messages.next()->id, {415, "Unsupported Media Type", "no programs",
                                               std::chrono::seconds(7), "text/plain, image/*"});
  const auto no = ann->response();
  EXPECT_EQ(no->status(), 415);
  EXPECT_EQ(no->header("accept"), "text/plain, image/*");
  EXPECT_EQ(no->header("retry-after"), "7");
  EXPECT_NE(no->header("warning").find("no programs"), std::string::npos);
}

TEST_P(messages_over, say_which_call_they_belong_to) {
  start();
  const auto tag = call({});
  say("in the call", tag);
  const auto came = messages.next();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->in_dialog_of, leg);
  server->accept_message(came->id, true);
  EXPECT_EQ(ann->response()->status(), 202);
  say("in no call", "gone");
  EXPECT_EQ(ann->response()->status(), 481);
}

TEST_P(messages_over, are_taken_once_however_often_a_proxy_forks_them) {
  start();
  say("hello");
  const auto first = messages.next();
  ASSERT_TRUE(first);
  ann->ask("MESSAGE", {.body = "hello", .type = "text/plain", .cseq = ann->cseq});
  EXPECT_EQ(ann->response()->status(), 482);
  server->accept_message(first->id, true);
  EXPECT_EQ(ann->response()->status(), 202);
  ann->ask("MESSAGE", {.body = "hello", .type = "text/plain", .cseq = ann->cseq});
  EXPECT_EQ(ann->response()->status(), 482) << "also when the first is answered";
  EXPECT_TRUE(messages.empty());
}

TEST_P(messages_over, are_refused_where_nothing_can_become_of_them) {
  settings.room_domains = {"example.com"};
  start();
  ann->ask("MESSAGE", {.uri = "sip:lunch@elsewhere.org", .body = "hi", .type = "text/plain"});
  EXPECT_EQ(ann->response()->status(), 404);
  ann->ask("MESSAGE", {.headers = "Require: telepathy\r\n", .body = "hi", .type = "text/plain"});
  EXPECT_EQ(ann->response()->status(), 420);
  ann->ask("MESSAGE", {.headers = "Content-Encoding: gzip\r\n", .body = "hi", .type = "text/plain"});
  EXPECT_EQ(ann->response()->status(), 415);
  EXPECT_TRUE(messages.empty());
}

TEST_P(messages_over, that_come_too_fast_are_turned_away_for_a_while) {
  settings.messages_per_second = 1;
  start();
  for (int i = 0; i < static_cast<int>(limits::messages_at_once); ++i) {
    say("hello");
    const auto came = messages.next();
    ASSERT_TRUE(came);
    server->accept_message(came->id, true);
    EXPECT_EQ(ann->response()->status(), 202);
  }
  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    say("hello");
    if (!messages.empty()) server->accept_message(messages.next()->id, true);
    const auto answer = ann->response();
    if (answer->status() == 503 && answer->header("retry-after") == "5") ++refused;
    if (answer->status() == 202) continue;
    EXPECT_EQ(answer->status(), 503);
  }
  EXPECT_GT(refused, 0);
}

TEST_P(messages_over, go_to_a_phone_one_after_the_other) {
  start();
  (void)call("Allow: INVITE, ACK, BYE, MESSAGE\r\nAccept: application/sdp, text/html\r\n");
  EXPECT_TRUE(peer_of_call.takes_messages);
  EXPECT_EQ(peer_of_call.accepts, "application/sdp, text/html");
  server->send_message({leg}, says("one"));
  server->send_message({leg, leg_id{99}}, says("two"));
  const auto first = ann->request();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->wire.method(), "MESSAGE");
  EXPECT_EQ(first->header("content-type"), "text/plain");
  EXPECT_EQ(first->wire.content(), "one");
  EXPECT_TRUE(first->header("from").starts_with(R"("Alice \"A\"" <sip:lunch@example.com>;tag=)"))
      << first->header("from");
  EXPECT_NE(first->header("call-id"), ann->call_id) << "outside of its call";
  EXPECT_EQ(first->header("to"), "<sip:ann@example.com>");
  EXPECT_EQ(first->wire.request_uri(), ann->uri());
  EXPECT_EQ(first->wire.count("contact"), 0U) << "RFC 3428 §4";
  ann->answer(*first, 200, "OK", {}, {}, ann->tag);
  EXPECT_EQ(read(), "two");
}

TEST_P(messages_over, go_in_the_dialog_of_the_call_where_proxies_are_between) {
  start();
  const auto proxy = "<sip:" + ann->address() + ";transport=" + GetParam() + ";lr>";
  const auto tag = call("Record-Route: " + proxy + "\r\nAllow: MESSAGE\r\n");
  server->send_message({leg}, says("one"));
  const auto came = ann->request();
  ASSERT_TRUE(came);
  EXPECT_EQ(came->header("route"), proxy);
  EXPECT_EQ(came->header("call-id"), ann->call_id);
  EXPECT_EQ(came->header("from"), R"("Alice \"A\"" <sip:lunch@example.com>;tag=)" + tag);
  EXPECT_EQ(came->to_tag(), ann->tag);
  EXPECT_EQ(came->wire.content(), "one");
  ann->answer(*came, 200, "OK", {}, {}, ann->tag);
}

TEST_P(messages_over, do_not_go_to_another_room) {
  start();
  (void)call("Allow: MESSAGE\r\nm: <sip:room@" + ann->address() + ">;isfocus\r\n", false);
  EXPECT_FALSE(peer_of_call.takes_messages) << "two rooms that meet twice would never fall silent";
}

TEST_P(messages_over, that_a_phone_refuses_cost_its_call_nothing) {
  start();
  const auto tag = call("Allow: INVITE, ACK, BYE, MESSAGE\r\n");
  server->send_message({leg}, says("one"));
  server->send_message({leg}, says("two"));
  EXPECT_EQ(read(481), "one");
  server->send_message({leg}, says("three"));
  ann->ask("OPTIONS", {.to_tag = tag});
  const auto next = ann->receive();
  ASSERT_TRUE(next);
  EXPECT_EQ(next->header("cseq"), std::to_string(ann->cseq) + " OPTIONS") << "no message, and no BYE";
  EXPECT_EQ(next->status(), 200);
  EXPECT_TRUE(events.empty());
}

TEST_P(messages_over, are_not_sent_any_more_when_the_call_is_over) {
  start();
  const auto tag = call({});
  server->send_message({leg}, says("one"));
  const auto first = ann->request();
  server->send_message({leg}, says("two"));
  ann->ask("BYE", {.to_tag = tag});
  EXPECT_EQ(ann->response()->status(), 200);
  EXPECT_TRUE(events.next<ended>());
  ann->answer(*first, 200, "OK", {}, {}, ann->tag);
  ann->ask("OPTIONS", {});
  EXPECT_EQ(ann->receive()->status(), 200) << "nothing came before that";
}

INSTANTIATE_TEST_SUITE_P(transport, messages_over, testing::Values("udp", "tcp"),
                         [](const auto& one) { return std::string(one.param); });

/// A phone that is reached by UDP, with a TCP port of the same number or none.
class large_messages : public messages_over {
 protected:
  void begin() {
    tuning quick;
    quick.haste = 4;  // its patience with TCP
    start(quick);
    while (!stream.take(ann->port())) ann = std::make_unique<phone>(*server, "udp");
    (void)call({});
  }
  tcp_side stream;
  const std::string large = std::string(2'000, 'x');
};

TEST_P(large_messages, go_by_tcp) {
  begin();
  stream.open();
  server->send_message({leg}, says(large, "it was long"));
  const auto came = stream.receive();
  EXPECT_TRUE(came.starts_with("MESSAGE ")) << came;
  EXPECT_TRUE(came.ends_with("\r\n\r\n" + large));
  stream.answer(came);
  server->send_message({leg}, says("short"));
  EXPECT_EQ(read(), "short");
}

TEST_P(large_messages, are_told_of_where_there_is_no_tcp) {
  begin();
  server->send_message({leg}, says(large, "it was long"));
  server->send_message({leg}, says(large));
  server->send_message({leg}, says("short"));
  EXPECT_EQ(read(), "it was long") << "and no datagram of that size";
  EXPECT_EQ(read(), "short");
}

INSTANTIATE_TEST_SUITE_P(transport, large_messages, testing::Values("udp"),
                         [](const auto& one) { return std::string(one.param); });

}  // namespace
}  // namespace confab::sip::test
