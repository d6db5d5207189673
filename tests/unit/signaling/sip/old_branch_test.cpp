#include "signaling/sip/old_branch.hpp"

#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

std::string request(const std::string& method, const std::string& to, const std::string& via,
                    const std::string& number = "1") {
  return method + " sip:a@b SIP/2.0\r\nMax-Forwards: 70\r\nv : " + via + "\r\nFrom: <sip:c@d>\r\nTo: " + to +
         "\r\nCall-ID: x\r\nCSeq: " + number + " " + method + "\r\n\r\n";
}

std::optional<std::string> with_branch(const std::string& text) {
  return sip::with_branch(*wire_message::split(text), text);
}

std::string branch_of(const std::string& text) {
  const auto fresh = with_branch(text);
  if (!fresh) return {};
  return std::string(parameter(wire_message::split(*fresh)->first("via"), "branch").value_or(""));
}

TEST(old_branch, is_the_same_for_an_invite_and_its_ack_and_cancel_and_differs_otherwise) {
  const std::string via = "SIP/2.0/UDP host:5060";
  const auto invite = branch_of(request("INVITE", "<sip:a@b>", via));
  EXPECT_TRUE(invite.starts_with("z9hG4bK"));
  EXPECT_EQ(branch_of(request("ACK", "<sip:a@b>;tag=1", via)), invite);
  EXPECT_EQ(branch_of(request("CANCEL", "<sip:a@b>", via)), invite);
  EXPECT_NE(branch_of(request("INVITE", "<sip:a@b>", via, "2")), invite);
  EXPECT_NE(branch_of(request("INVITE", "<sip:a@b>", "SIP/2.0/UDP other")), invite);
}

TEST(old_branch, goes_into_the_topmost_via_only_and_comes_off_again) {
  for (const char* via :
       {"SIP/2.0/UDP one", "SIP/2.0/UDP one;rport", "SIP/2.0/UDP one, SIP/2.0/UDP two;branch=2",
        "SIP/2.0/UDP one\r\nVia: SIP/2.0/UDP two"}) {
    const auto text = request("OPTIONS", "<sip:a@b>", via);
    auto fresh = with_branch(text);
    ASSERT_TRUE(fresh) << via;
    const auto added = find_added_branch(*fresh);
    ASSERT_TRUE(added) << via;
    EXPECT_LT(added->first, fresh->find("two"));
    EXPECT_EQ(fresh->erase(added->first, added->second), text);
  }
}

TEST(old_branch, is_not_given_to_who_has_one_or_to_what_has_no_via) {
  EXPECT_FALSE(with_branch(request("OPTIONS", "<sip:a@b>", "SIP/2.0/UDP one;branch=1")));
  EXPECT_FALSE(with_branch(request("OPTIONS", "<sip:a@b>", "SIP/2.0/UDP one;;,;,,")));
  EXPECT_FALSE(with_branch("OPTIONS sip:a@b SIP/2.0\r\nFrom: <sip:c@d>\r\n\r\n"));
  EXPECT_FALSE(with_branch("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP one\r\n\r\n"));
  EXPECT_FALSE(find_added_branch("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP one;branch=z9hG4bK-rfc2543-"));
}

TEST(endpoint, talks_to_a_phone_of_rfc_2543) {
  event_box events;
  const auto server = start(events);
  phone ann(*server, "udp");
  const auto ask = [&](const std::string& method, const std::string& to, const std::string& body = {}) {
    const bool last = method == "BYE";
    ann.send(method + " sip:lunch@example.com SIP/2.0\r\nVia: SIP/2.0/UDP " + ann.address() +
             "\r\nFrom: <sip:ann@" + ann.address() + ">\r\nTo: " + to +
             "\r\nCall-ID: old\r\nCSeq: " + (last ? "2 " : "1 ") + method + "\r\n" +
             (body.empty() ? "" : "Content-Type: application/sdp\r\n") + "\r\n" + body);
  };
  ask("INVITE", "<sip:lunch@example.com>", sdp);
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->sdp, sdp);
  server->accept(incoming->leg, other_sdp);
  const auto ok = ann.response();
  EXPECT_EQ(ok->status(), 200);
  EXPECT_FALSE(parameter(ok->header("via"), "branch")) << ok->header("via");
  ask("ACK", ok->header("to"));
  EXPECT_TRUE(events.next<established>());
  ask("BYE", ok->header("to"));
  EXPECT_EQ(ann.response()->status(), 200);
  EXPECT_TRUE(events.next<ended>());
}

}  // namespace
}  // namespace confab::sip::test
