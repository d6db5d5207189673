#include "bench/load/sip_call.hpp"

#include <gtest/gtest.h>

namespace confab::load {
namespace {

using std::chrono::milliseconds;

const clock_time t0 = clock_time() + std::chrono::hours(1);

struct load_sip_call : testing::Test {
  load_sip_call() : call(settings()) {}

  static call_settings settings() {
    return {"sip:load0@10.0.0.1",
            "leg0",
            "0-1@127.0.0.1",
            *socket_address::parse("127.0.0.1", 4'000),
            {*socket_address::parse("127.0.0.1", 20'000), media::codec_kind::pcmu, {}}};
  }

  static sip_message parsed(const std::string& text) {
    auto m = sip_message::parse(text);
    EXPECT_TRUE(m.ok()) << text;
    return *m;
  }

  /// What the server says to the first request of `sent`.
  static sip_message reply(const std::string& sent, int status, const std::string& body = {},
                           const std::string& headers = "Contact: <sip:focus@10.0.0.1:5070>\r\n") {
    return parsed(response_to(parsed(sent), status, "Word", "server", headers, body));
  }

  static sip_message from_server(const std::string& method, const std::string& body = {}) {
    return parsed(method + " sip:leg0@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx\r\n" +
                  "From: <sip:load0@10.0.0.1>;tag=server\r\nTo: <sip:leg0@127.0.0.1>;tag=t\r\n" +
                  "Call-ID: 0-1@127.0.0.1\r\nCSeq: 5 " + method + "\r\n\r\n" + body);
  }

  static std::string sdp(uint16_t port) {
    return write_sdp({*socket_address::parse("10.0.0.1", port), media::codec_kind::pcmu, {}});
  }

  void establish() {
    const auto sent = call.invite(t0);
    const auto ack = call.on_message(reply(sent[0], 200, sdp(6'000)), t0 + milliseconds(30));
    ASSERT_EQ(call.state(), call_state::established);
    ASSERT_EQ(ack.size(), 1U);
  }

  sip_call call;
};

TEST_F(load_sip_call, goes_from_invite_to_ack_to_bye) {
  const auto invite = call.invite(t0);
  ASSERT_EQ(invite.size(), 1U);
  EXPECT_TRUE(call.on_message(reply(invite[0], 100), t0).empty());
  EXPECT_TRUE(call.on_message(reply(invite[0], 180), t0).empty());
  const auto ack = call.on_message(reply(invite[0], 200, sdp(6'000)), t0 + milliseconds(30));
  ASSERT_EQ(ack.size(), 1U);
  EXPECT_TRUE(ack[0].starts_with("ACK sip:focus@10.0.0.1:5070 SIP/2.0\r\n")) << ack[0];
  EXPECT_EQ(call.answer_time(), milliseconds(30));
  EXPECT_EQ(call.remote().rtp.to_string(), "10.0.0.1:6000");
  EXPECT_FALSE(call.deadline());
  const auto bye = call.bye(t0 + milliseconds(50));
  ASSERT_EQ(bye.size(), 1U);
  EXPECT_TRUE(bye[0].starts_with("BYE sip:focus@10.0.0.1:5070 SIP/2.0\r\n"));
  EXPECT_EQ(tag_of(parsed(bye[0]).header("To")), "server");
  EXPECT_TRUE(call.on_message(reply(bye[0], 200), t0 + milliseconds(60)).empty());
  EXPECT_EQ(call.state(), call_state::ended);
  EXPECT_FALSE(call.ended_by_server());
}

TEST_F(load_sip_call, repeats_the_invite_until_something_is_heard_and_gives_up_after_32_seconds) {
  const auto invite = call.invite(t0);
  EXPECT_EQ(call.on_timer(t0 + milliseconds(499)).size(), 0U);
  EXPECT_EQ(call.on_timer(t0 + milliseconds(500)), invite);
  EXPECT_EQ(*call.deadline(), t0 + milliseconds(1'500));
  EXPECT_EQ(call.on_timer(t0 + milliseconds(1'500)), invite);
  EXPECT_EQ(call.retransmissions(), 2U);
  EXPECT_TRUE(call.on_timer(t0 + sip_call::give_up).empty());
  EXPECT_EQ(call.state(), call_state::failed);
  EXPECT_EQ(call.failure(), "timeout");
}

TEST_F(load_sip_call, cancels_a_call_that_only_rings) {
  const auto invite = call.invite(t0);
  EXPECT_TRUE(call.on_message(reply(invite[0], 180), t0).empty());
  EXPECT_TRUE(call.on_timer(t0 + milliseconds(500)).empty());
  const auto cancel = call.on_timer(t0 + sip_call::give_up);
  ASSERT_EQ(cancel.size(), 1U);
  EXPECT_TRUE(cancel[0].starts_with("CANCEL sip:load0@10.0.0.1 SIP/2.0"));
  EXPECT_EQ(branch_of(parsed(cancel[0]).header("Via")), branch_of(parsed(invite[0]).header("Via")));
  const auto late = call.on_message(reply(invite[0], 200, sdp(6'000)), t0 + sip_call::give_up);
  ASSERT_EQ(late.size(), 2U) << "a late 200 is acknowledged and ended";
  EXPECT_TRUE(late[1].starts_with("BYE "));
  EXPECT_EQ(call.state(), call_state::failed);
}

TEST_F(load_sip_call, acknowledges_a_refusal_in_the_transaction_of_the_invite) {
  const auto invite = call.invite(t0);
  const auto ack = call.on_message(reply(invite[0], 486, {}, {}), t0);
  ASSERT_EQ(ack.size(), 1U);
  EXPECT_TRUE(ack[0].starts_with("ACK sip:load0@10.0.0.1 SIP/2.0"));
  EXPECT_EQ(branch_of(parsed(ack[0]).header("Via")), branch_of(parsed(invite[0]).header("Via")));
  EXPECT_EQ(call.failure(), "486");
  EXPECT_EQ(call.on_message(reply(invite[0], 486, {}, {}), t0).size(), 1U);
}

TEST_F(load_sip_call, acknowledges_each_repeated_200) {
  const auto invite = call.invite(t0);
  const auto ok = reply(invite[0], 200, sdp(6'000));
  const auto first = call.on_message(ok, t0);
  EXPECT_EQ(call.on_message(ok, t0 + milliseconds(500)), first);
}

TEST_F(load_sip_call, follows_the_record_route_backwards) {
  const auto invite = call.invite(t0);
  const auto ack =
      call.on_message(reply(invite[0], 200, sdp(6'000),
                            "Record-Route: <sip:a;lr>\r\nRecord-Route: <sip:b;lr>\r\nContact: <sip:f@x>\r\n"),
                      t0);
  const auto routes = parsed(ack[0]);
  ASSERT_EQ(routes.headers("Route").size(), 2U);
  EXPECT_EQ(routes.headers("Route")[0], "<sip:b;lr>");
}

TEST_F(load_sip_call, ends_a_call_whose_answer_it_cannot_use) {
  for (const auto& body : {std::string(), sdp(0)}) {
    sip_call other(settings());
    const auto invite = other.invite(t0);
    const auto out = other.on_message(reply(invite[0], 200, body), t0);
    ASSERT_EQ(out.size(), 2U);
    EXPECT_TRUE(out[0].starts_with("ACK "));
    EXPECT_TRUE(out[1].starts_with("BYE "));
    EXPECT_EQ(other.state(), call_state::failed);
  }
}

TEST_F(load_sip_call, answers_what_the_server_asks_within_the_call) {
  establish();
  for (const auto* method : {"OPTIONS", "INFO", "UPDATE", "NOTIFY"}) {
    const auto out = call.on_message(from_server(method), t0);
    ASSERT_EQ(out.size(), 1U) << method;
    EXPECT_EQ(parsed(out[0]).status(), 200) << method;
  }
  EXPECT_TRUE(call.on_message(from_server("ACK"), t0).empty());
  EXPECT_EQ(call.state(), call_state::established);
}

TEST_F(load_sip_call, follows_a_reinvite_to_another_port) {
  establish();
  const auto before = call.remote_version();
  const auto out = call.on_message(from_server("INVITE", sdp(7'000)), t0);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_NE(parsed(out[0]).body().find("m=audio 20000"), std::string::npos);
  EXPECT_EQ(call.remote().rtp.port(), 7'000);
  EXPECT_NE(call.remote_version(), before);
  EXPECT_EQ(call.on_message(from_server("INVITE"), t0).size(), 1U) << "without an offer it makes one";
  EXPECT_EQ(call.remote().rtp.port(), 7'000);
}

TEST_F(load_sip_call, goes_on_hold_and_off_again_by_reinvite) {
  EXPECT_TRUE(call.change(stream_direction::inactive, t0).empty()) << "there is no call yet";
  establish();
  const auto hold = call.change(stream_direction::inactive, t0);
  ASSERT_EQ(hold.size(), 1U);
  const auto offer = parsed(hold[0]);
  EXPECT_TRUE(hold[0].starts_with("INVITE sip:focus@10.0.0.1:5070 SIP/2.0\r\n"));
  EXPECT_EQ(offer.cseq(), 2U);
  EXPECT_EQ(tag_of(offer.header("To")), "server");
  EXPECT_NE(offer.body().find("o=- 1 2 "), std::string::npos) << "RFC 3264 §8: the version grows";
  EXPECT_NE(offer.body().find("a=inactive"), std::string::npos);
  EXPECT_TRUE(call.change(stream_direction::sendrecv, t0).empty()) << "one at a time";
  const auto ack = call.on_message(reply(hold[0], 200, sdp(6'000)), t0);
  ASSERT_EQ(ack.size(), 1U);
  EXPECT_EQ(parsed(ack[0]).cseq(), 2U);
  EXPECT_EQ(call.changes(), 1U);
  EXPECT_FALSE(call.deadline());
  const auto again = call.change(stream_direction::sendrecv, t0);
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(call.on_message(reply(hold[0], 200, sdp(6'000)), t0).size(), 1U) << "the first ACK was lost";
  EXPECT_EQ(call.on_timer(t0 + milliseconds(500)), again);
  EXPECT_EQ(call.on_message(reply(again[0], 488), t0).size(), 1U);
  EXPECT_EQ(call.changes(), 1U) << "a refusal changes nothing";
  EXPECT_EQ(call.state(), call_state::established);
  EXPECT_EQ(parsed(call.bye(t0)[0]).cseq(), 4U);
}

TEST_F(load_sip_call, notes_that_the_server_ended_the_call) {
  establish();
  const auto out = call.on_message(from_server("BYE"), t0);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(parsed(out[0]).status(), 200);
  EXPECT_TRUE(call.ended_by_server());
  EXPECT_TRUE(call.bye(t0).empty());
}

TEST_F(load_sip_call, gives_up_a_bye_that_nobody_answers) {
  establish();
  const auto bye = call.bye(t0);
  EXPECT_EQ(call.on_timer(t0 + milliseconds(500)), bye);
  EXPECT_TRUE(call.on_timer(t0 + sip_call::give_up).empty());
  EXPECT_EQ(call.state(), call_state::ended);
  EXPECT_EQ(call.failure(), "no answer to BYE");
}

}  // namespace
}  // namespace confab::load
