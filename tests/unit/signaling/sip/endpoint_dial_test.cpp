#include <gtest/gtest.h>

#include "signaling/sip/message_body.hpp"
#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

constexpr const char* icon_line = "a=file-icon:cid:1@confab.invalid\r\n";

class endpoint_dialling : public testing::TestWithParam<const char*> {
 protected:
  endpoint_dialling() {
    // TCP: the server reuses the connection the phone opened to it; a first request makes it known.
    ann.ask("OPTIONS", {});
    EXPECT_EQ(ann.response()->status(), 200);
  }

  leg_id dial(std::optional<file_icon> icon = {}) {
    dial_request request;
    request.leg = server->next_leg_id();
    request.room = {"lunch@example.com"};
    request.target = ann.uri();
    request.sdp = icon ? sdp + std::string(icon_line) : sdp;
    request.icon = std::move(icon);
    request.subject = "Join";
    request.headers = {"Referred-By: <sip:bob@example.com>"};
    const auto leg = request.leg;
    server->dial(std::move(request));
    return leg;
  }

  event_box events;
  std::unique_ptr<endpoint> server = start(events);
  phone ann{*server, GetParam()};
};

TEST_P(endpoint_dialling, calls_and_reports_progress_and_answer) {
  const auto leg = dial();
  const auto invite = ann.request();
  EXPECT_EQ(invite->wire.method(), "INVITE");
  EXPECT_TRUE(invite->header("from").starts_with("\"Conference Call\" <sip:lunch@example.com>;tag="));
  EXPECT_TRUE(invite->header("contact").ends_with(";isfocus"));
  EXPECT_EQ(invite->header("subject"), "Join");
  EXPECT_EQ(invite->header("referred-by"), "<sip:bob@example.com>");
  EXPECT_EQ(invite->header("user-agent"), "confab-test");
  EXPECT_EQ(invite->wire.content(), sdp);
  ann.answer(*invite, 180, "Ringing");
  const auto ringing = events.next<progress>();
  ASSERT_TRUE(ringing);
  EXPECT_EQ(ringing->status, 180);
  ann.answer(*invite, 200, "OK", "Server: phone 1\r\n", other_sdp);
  const auto ack = ann.request();
  EXPECT_EQ(ack->wire.method(), "ACK");
  EXPECT_EQ(ack->to_tag(), "phone");
  const auto answer = events.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, other_sdp);
  const auto up = events.next<established>();
  ASSERT_TRUE(up);
  EXPECT_EQ(up->leg, leg);
  EXPECT_EQ(up->peer.user_agent, "phone 1");
  server->hang_up(leg, "");
  const auto bye = ann.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  ann.answer(*bye, 200, "OK");
  EXPECT_TRUE(events.next<ended>());
}

TEST_P(endpoint_dialling, acknowledges_reliable_provisionals) {
  (void)dial();
  const auto invite = ann.request();
  ann.answer(*invite, 183, "Session Progress", "Require: 100rel\r\nRSeq: 42\r\n", other_sdp);
  const auto prack = ann.request();
  EXPECT_EQ(prack->wire.method(), "PRACK");
  EXPECT_EQ(prack->header("rack"), "42 " + invite->header("cseq"));
  ann.answer(*prack, 200, "OK");
  EXPECT_TRUE(events.next<remote_answer>());
  EXPECT_TRUE(events.next<progress>());
  ann.answer(*invite, 200, "OK");
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
  EXPECT_TRUE(events.next<established>());
}

TEST_P(endpoint_dialling, reports_refusals_with_their_status) {
  for (const int status : {302, 401, 404, 486, 603}) {
    (void)dial();
    const auto invite = ann.request();
    ann.answer(*invite, status, "No");
    EXPECT_EQ(ann.request()->wire.method(), "ACK");
    const auto over = events.next<ended>();
    ASSERT_TRUE(over);
    EXPECT_EQ(over->cause, end_cause::refused);
    EXPECT_EQ(over->status, status);
  }
}

TEST_P(endpoint_dialling, tries_again_with_a_longer_session_after_422) {
  (void)dial();
  const auto invite = ann.request();
  ann.answer(*invite, 422, "Session Interval Too Small", "Min-SE: 3600\r\n");
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
  const auto again = ann.request();
  EXPECT_EQ(again->wire.method(), "INVITE");
  EXPECT_EQ(again->header("session-expires"), "3600");
  EXPECT_EQ(again->header("min-se"), "3600");
  EXPECT_TRUE(again->to_tag().empty());
}

file_icon icon_of(size_t bytes) {
  const std::string png = "\x89PNG\r\n\x1a\n";
  return {"1@confab.invalid", "image/png",
          std::make_shared<const std::string>(png + std::string(bytes, 'x'))};
}

TEST_P(endpoint_dialling, sends_a_picture_with_the_offer) {
  (void)dial(icon_of(10));
  const auto invite = ann.request();
  EXPECT_TRUE(
      invite->header("content-type").starts_with("multipart/related;type=\"application/sdp\";boundary="));
  EXPECT_EQ(sdp_of(invite->wire), sdp + std::string(icon_line));
  const auto icons = icons_of(invite->wire);
  ASSERT_EQ(icons.size(), 1U);
  EXPECT_EQ(icons[0].id, "1@confab.invalid");
  EXPECT_EQ(*icons[0].bytes, *icon_of(10).bytes);
  ann.answer(*invite, 200, "OK", {}, other_sdp);
  EXPECT_TRUE(events.next<remote_answer>());
}

TEST_P(endpoint_dialling, sends_the_offer_alone_to_who_does_not_take_pictures) {
  for (const uint16_t no : {415, 488}) {
    const auto leg = dial(icon_of(10));
    const auto invite = ann.request();
    ann.answer(*invite, no, "No", "Accept: application/sdp\r\n");
    EXPECT_EQ(ann.request()->wire.method(), "ACK");
    const auto again = ann.request();
    EXPECT_EQ(again->wire.method(), "INVITE");
    EXPECT_EQ(again->header("content-type"), "application/sdp");
    EXPECT_EQ(again->wire.content(), sdp);
    EXPECT_TRUE(again->to_tag().empty());
    ann.answer(*again, no, "No");
    EXPECT_EQ(ann.request()->wire.method(), "ACK");
    const auto over = events.next<ended>();
    ASSERT_TRUE(over);
    EXPECT_EQ(over->leg, leg);
    EXPECT_EQ(over->status, no) << "asked once more, not for ever";
  }
}

TEST_P(endpoint_dialling, sends_no_picture_in_a_datagram_that_it_makes_too_large) {
  (void)dial(icon_of(16'000));
  const auto invite = ann.request();
  const bool by_udp = GetParam() == std::string("udp");
  EXPECT_EQ(icons_of(invite->wire).size(), by_udp ? 0U : 1U);
  EXPECT_EQ(sdp_of(invite->wire), sdp + std::string(by_udp ? "" : icon_line));
  ann.answer(*invite, 200, "OK", {}, other_sdp);
  EXPECT_TRUE(events.next<remote_answer>());
}

TEST_P(endpoint_dialling, cancels_and_ends_a_call_that_is_answered_all_the_same) {
  const auto leg = dial();
  const auto invite = ann.request();
  ann.answer(*invite, 180, "Ringing");
  EXPECT_TRUE(events.next<progress>());
  server->hang_up(leg, "changed my mind");
  EXPECT_TRUE(events.next<ended>());
  const auto cancel = ann.request();
  EXPECT_EQ(cancel->wire.method(), "CANCEL");
  EXPECT_EQ(cancel->header("via"), invite->header("via"));
  ann.answer(*cancel, 200, "OK");
  ann.answer(*invite, 200, "OK", {}, other_sdp);
  EXPECT_EQ(ann.request()->wire.method(), "ACK");
  EXPECT_EQ(ann.request()->wire.method(), "BYE");
  EXPECT_TRUE(events.empty());
}

TEST_P(endpoint_dialling, ends_the_extra_branches_of_a_fork) {
  (void)dial();
  const auto invite = ann.request();
  ann.answer(*invite, 200, "OK", {}, other_sdp, "first");
  EXPECT_EQ(ann.request()->to_tag(), "first");
  EXPECT_TRUE(events.next<remote_answer>());
  EXPECT_TRUE(events.next<established>());
  ann.answer(*invite, 200, "OK", {}, other_sdp, "second");
  EXPECT_EQ(ann.request()->to_tag(), "second");
  const auto bye = ann.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  EXPECT_EQ(bye->to_tag(), "second");
}

INSTANTIATE_TEST_SUITE_P(transport, endpoint_dialling, testing::Values("udp", "tcp"),
                         [](const auto& one) { return std::string(one.param); });

TEST(endpoint, ends_a_dialled_leg_at_once_when_the_target_is_no_sip_uri_or_has_no_way) {
  event_box events;
  auto settings = local_settings();
  settings.listen = {"udp://127.0.0.1:0"};
  auto server = start(events, settings);
  for (const char* target : {"mailto:a@b", "nonsense", "sip:a@127.0.0.1:5999;transport=tcp"}) {
    dial_request request;
    request.leg = server->next_leg_id();
    request.room = {"lunch@example.com"};
    request.target = target;
    request.sdp = sdp;
    server->dial(request);
    const auto over = events.next<ended>();
    ASSERT_TRUE(over) << target;
    EXPECT_EQ(over->leg, request.leg);
  }
}

}  // namespace
}  // namespace confab::sip::test
