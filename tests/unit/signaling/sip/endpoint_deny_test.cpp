// `net.deny`: where nothing is sent because a peer says so.

#include <gtest/gtest.h>

#include "name_server.hpp"
#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

const socket_address stranger = *socket_address::parse("198.51.100.7", 5060);
const socket_address neighbour = *socket_address::parse("127.0.0.9", 5060);

endpoint_settings denying() {
  auto settings = local_settings();
  settings.deny = *net_deny::parse({"loopback", "link-local", "private"});
  return settings;
}

dial_request wish(endpoint& server, const std::string& target, std::optional<socket_address> asked_by) {
  dial_request request;
  request.leg = server.next_leg_id();
  request.room = {"lunch@example.com"};
  request.target = target;
  request.sdp = sdp;
  request.asked_by = asked_by;
  return request;
}

TEST(endpoint_with_net_deny, calls_no_address_that_is_kept_from_who_asks) {
  phone bob;
  const name_server names("confab.test", bob.port());
  event_box events;
  const auto server = start(events, denying(), {.haste = 1, .name_servers = {names.address()}});
  const std::vector<std::string> targets{"sip:bob@" + bob.address(),
                                         "sip:bob@confab.test",
                                         "sip:bob@localhost:" + std::to_string(bob.port()),
                                         "sip:bob@192.0.2.1;maddr=127.0.0.1",
                                         "sip:bob@" + bob.address() + ";transport=tcp",
                                         "sip:bob@224.0.0.1"};
  for (const auto& target : targets) {
    server->dial(wish(*server, target, stranger));
    const auto over = events.next<ended>();
    ASSERT_TRUE(over) << target;
    EXPECT_EQ(over->status, 403) << target;
    EXPECT_EQ(over->cause, end_cause::refused) << target;
  }
  // The first thing that bob hears is what he may: nothing of the above came.
  server->dial(wish(*server, "sip:allowed@" + bob.address(), neighbour));
  EXPECT_EQ(bob.request()->wire.request_uri(), "sip:allowed@" + bob.address());
}

TEST(endpoint_with_net_deny, lets_the_operator_and_who_is_there_itself_call_a_name) {
  for (const std::optional<socket_address>& who :
       {std::optional<socket_address>(), std::optional(neighbour)}) {
    phone bob;
    const name_server names("confab.test", bob.port());
    event_box events;
    const auto server = start(events, denying(), {.haste = 1, .name_servers = {names.address()}});
    server->dial(wish(*server, "sip:bob@confab.test", who));
    EXPECT_EQ(bob.request()->wire.request_uri(), "sip:bob@confab.test");
  }
}

TEST(endpoint_with_net_deny, does_not_filter_the_proxy_of_the_operator) {
  phone proxy;
  event_box events;
  auto settings = denying();
  settings.outbound_proxy = "sip:" + proxy.address();
  const auto server = start(events, settings);
  server->dial(wish(*server, "sip:bob@elsewhere.invalid", stranger));
  EXPECT_EQ(proxy.request()->wire.method(), "INVITE");
}

struct named {
  const char* what;
  std::string headers;
  std::string route;  ///< of the BYE
};

TEST(endpoint_with_net_deny, sends_requests_to_where_the_peer_is_when_it_names_what_is_kept_from_it) {
  for (const auto& row :
       {named{"a private route", "Record-Route: <sip:10.1.2.3;lr>\r\n", "<sip:10.1.2.3;lr>"},
        named{"a link-local route", "Record-Route: <sip:169.254.169.254;lr>\r\n", "<sip:169.254.169.254;lr>"},
        named{"a route that is nobody", "Record-Route: <sip:224.0.0.1;lr>\r\n", "<sip:224.0.0.1;lr>"}}) {
    event_box events;
    const auto server = start(events, denying());
    phone ann(*server, "udp");
    ann.ask("INVITE", {.headers = row.headers, .body = sdp});
    const auto call = events.next<incoming_call>();
    ASSERT_TRUE(call);
    server->accept(call->leg, other_sdp);
    const auto ok = ann.response();
    ann.ack(*ok);
    EXPECT_TRUE(events.next<established>());
    server->hang_up(call->leg, "");
    const auto bye = ann.request();
    EXPECT_EQ(bye->wire.method(), "BYE") << row.what;
    EXPECT_EQ(bye->header("route"), row.route) << row.what;
    ann.answer(*bye, 200, "OK");
    EXPECT_TRUE(events.next<ended>());
  }
}

TEST(endpoint_with_net_deny, acknowledges_a_call_at_the_source_of_an_answer_that_names_another_place) {
  phone bob;
  event_box events;
  const auto server = start(events, denying());
  server->dial(wish(*server, "sip:bob@" + bob.address(), std::nullopt));
  const auto invite = bob.request();
  bob.answer(*invite, 200, "OK", "Record-Route: <sip:10.1.2.3;lr>\r\n", other_sdp);
  const auto ack = bob.request();
  EXPECT_EQ(ack->wire.method(), "ACK");
  EXPECT_EQ(ack->header("route"), "<sip:10.1.2.3;lr>");
}

TEST(endpoint_with_net_deny, answers_nowhere_else_than_where_a_request_came_from) {
  event_box events;
  const auto server = start(events, denying());
  for (const char* place : {"10.1.2.3", "169.254.169.254", "224.0.1.75"}) {
    phone ann(*server, "udp");
    ann.branch = "z9hG4bKmaddr";
    ann.cseq = 1;
    auto text = ann.make("OPTIONS", {});
    text.replace(text.find(";rport"), 6, std::string(";rport;maddr=") + place);
    ann.send(text);
    const auto answer = ann.response();
    EXPECT_EQ(answer->status(), 403) << place;
  }
  phone ann(*server, "udp");
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.response()->status(), 200);
}

}  // namespace
}  // namespace confab::sip::test
