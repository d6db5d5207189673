#include <gtest/gtest.h>

#include "signaling/sip/digest_credentials.hpp"
#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

constexpr const char* room = "sip:lunch@example.com";

endpoint_settings with_users() {
  auto settings = local_settings();
  settings.users =
      std::make_shared<const user_store>(*user_store::parse("users", "alice@example.com:wonderland"));
  return settings;
}

/// Where `name="…"` begins in a challenge, read as far as the quote.
std::string told(const message& challenge, const std::string& name) {
  const auto value = challenge.header("www-authenticate");
  const size_t begin = value.find(name + "=\"") + name.size() + 2;
  return value.substr(begin, value.find('"', begin) - begin);
}

std::string authorization(const message& challenge, digest_algorithm algorithm, const std::string& password,
                          const std::string& method = "INVITE", uint32_t count = 1) {
  digest_credentials given{.username = "alice",
                           .realm = told(challenge, "realm"),
                           .nonce = told(challenge, "nonce"),
                           .uri = room,
                           .cnonce = "c",
                           .opaque = {},
                           .response = {},
                           .nonce_count = count,
                           .algorithm = algorithm};
  const auto secret = digest_secret(algorithm, given.username, given.realm, password);
  given.response = digest_response(given, secret, method);
  return "Authorization: " + write_digest_credentials(given) + "\r\n";
}

/// The 401 that an INVITE without credentials gets.
auto challenged(phone& ann) {
  ann.ask("INVITE", {.body = sdp});
  auto asked = ann.response();
  ann.ack(*asked);
  return asked;
}

TEST(endpoint_authentication, lets_a_user_in_with_either_algorithm_as_who_it_is) {
  event_box events;
  auto server = start(events, with_users());
  for (const char* transport : {"udp", "tcp"}) {
    for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256}) {
      phone ann(*server, transport);
      ann.ask("INVITE", {.body = sdp});
      const auto asked = ann.response();
      ASSERT_EQ(asked->status(), 401);
      EXPECT_EQ(asked->wire.count("www-authenticate"), 2U);
      EXPECT_EQ(told(*asked, "realm"), "example.com");
      ann.ack(*asked);
      ann.ask("INVITE", {.headers = authorization(*asked, algorithm, "wonderland"), .body = sdp});
      const auto call = events.next<incoming_call>();
      ASSERT_TRUE(call.has_value());
      EXPECT_EQ(call->peer.identity, "sip:alice@example.com");
      EXPECT_EQ(call->peer.uri, "sip:alice@example.com");
      server->refuse(call->leg, {486, "Busy Here", {}, {}});
      EXPECT_EQ(ann.response()->status(), 486);
      EXPECT_TRUE(events.next<ended>().has_value());
    }
  }
}

TEST(endpoint_authentication, refuses_a_wrong_password) {
  event_box events;
  auto server = start(events, with_users());
  phone ann(*server, "udp");
  const auto asked = challenged(ann);
  ann.ask("INVITE", {.headers = authorization(*asked, digest_algorithm::sha256, "wrong"), .body = sdp});
  EXPECT_EQ(ann.response()->status(), 403);
  EXPECT_TRUE(events.empty());
}

TEST(endpoint_authentication, asks_again_when_credentials_are_replayed_in_another_call) {
  event_box events;
  auto server = start(events, with_users());
  phone ann(*server, "tcp");
  const auto asked = challenged(ann);
  const auto overheard = authorization(*asked, digest_algorithm::sha256, "wonderland");
  ann.ask("INVITE", {.headers = overheard, .body = sdp});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  phone eve(*server, "tcp");
  eve.ask("INVITE", {.headers = overheard, .body = sdp});
  const auto refused = eve.response();
  EXPECT_EQ(refused->status(), 401);
  EXPECT_NE(refused->header("www-authenticate").find("stale=true"), std::string::npos);
  EXPECT_TRUE(events.empty());
}

TEST(endpoint_authentication, tells_the_copy_of_a_forked_request_that_it_came_before) {
  event_box events;
  auto server = start(events, with_users());
  phone ann(*server, "tcp");
  const auto asked = challenged(ann);
  const auto answered = authorization(*asked, digest_algorithm::sha256, "wonderland");
  ann.ask("INVITE", {.headers = answered, .body = sdp});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  ann.ask("INVITE", {.headers = answered, .body = sdp, .branch = "z9hG4bKfork", .cseq = ann.cseq});
  EXPECT_EQ(ann.response()->status(), 482);
  EXPECT_TRUE(events.empty());
}

TEST(endpoint_authentication, asks_only_in_rooms_that_want_it) {
  event_box events;
  auto settings = with_users();
  settings.asks_users = [](const room_id& name) { return name.value == "board@example.com"; };
  auto server = start(events, settings);
  for (const char* method : {"INVITE", "SUBSCRIBE", "REFER", "MESSAGE"}) {
    for (const char* uri : {"sip:board@example.com", "sips:bo%61rd@EXAMPLE.com:5061;x=y"}) {
      phone ann(*server, "udp");
      ann.ask(method, {.uri = uri, .headers = "Event: conference\r\n", .body = sdp});
      EXPECT_EQ(ann.response()->status(), 401) << method << " " << uri;
    }
    phone bob(*server, "udp");
    bob.ask(method, {.headers = "Event: conference\r\n", .body = sdp});
    if (std::string_view(method) == "INVITE") {
      const auto call = events.next<incoming_call>();
      ASSERT_TRUE(call.has_value());
      EXPECT_EQ(call->peer.identity, "");
      server->refuse(call->leg, {486, "Busy Here", {}, {}});
      EXPECT_TRUE(events.next<ended>());
    }
    EXPECT_NE(bob.response()->status(), 401) << method;
  }
  EXPECT_TRUE(events.empty());
}

TEST(endpoint_authentication, asks_who_takes_a_seat_in_a_room_that_wants_it_whatever_it_dials) {
  event_box events;
  auto settings = with_users();
  settings.asks_users = [](const room_id& name) { return name.value == "lunch@example.com"; };
  auto server = start(events, settings);
  phone ann(*server, "udp");
  const auto asked = challenged(ann);
  ann.ask("INVITE", {.headers = authorization(*asked, digest_algorithm::sha256, "wonderland"), .body = sdp});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  server->accept(call->leg, sdp);
  const auto taken = ann.response();
  ann.ack(*taken);
  EXPECT_TRUE(events.next<established>());
  phone eve(*server, "udp");
  eve.ask("INVITE", {.uri = "sip:open@example.com",
                     .headers = "Replaces: " + ann.call_id + ";to-tag=" + taken->to_tag() +
                                ";from-tag=" + ann.tag + "\r\n",
                     .body = sdp});
  EXPECT_EQ(eve.response()->status(), 401);
  EXPECT_TRUE(events.empty());
}

TEST(endpoint_authentication, looks_at_no_password_after_too_many_wrong_ones) {
  event_box events;
  auto settings = with_users();
  settings.guesses.per_user = 2;
  auto server = start(events, settings);
  const auto answer_with = [&](const char* password) {
    phone ann(*server, "udp");
    ann.ask("INVITE", {.body = sdp});
    const auto asked = ann.response();
    ann.ack(*asked);
    ann.ask("INVITE", {.headers = authorization(*asked, digest_algorithm::sha256, password), .body = sdp});
    return ann.response();
  };
  for (int i = 0; i < 2; ++i) EXPECT_EQ(answer_with("wrong")->header("retry-after"), "");
  const auto refused = answer_with("wonderland");
  EXPECT_EQ(refused->status(), 403);
  EXPECT_NE(refused->header("retry-after"), "");
  EXPECT_TRUE(events.empty());
}

TEST(endpoint_authentication, believes_a_proxy_that_it_is_told_to_believe) {
  event_box events;
  auto settings = with_users();
  settings.identity_from = {"127.0.0.0/8"};
  auto server = start(events, settings);
  phone proxy(*server, "udp");
  proxy.ask("INVITE",
            {.headers = "P-Asserted-Identity: \"Bob\" <sip:bob@Example.org:5070>\r\n", .body = sdp});
  auto call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->peer.identity, "sip:bob@example.org");
  EXPECT_EQ(call->peer.uri, "sip:bob@example.org");
  phone shy(*server, "udp");
  shy.ask("INVITE",
          {.headers = "P-Asserted-Identity: <sip:bob@example.org>\r\nPrivacy: critical;id\r\n", .body = sdp});
  call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->peer.identity, "sip:bob@example.org");
  EXPECT_NE(call->peer.uri, "sip:bob@example.org");
  phone nobody(*server, "udp");
  nobody.ask("INVITE", {.body = sdp});
  EXPECT_EQ(nobody.response()->status(), 401);
}

TEST(endpoint_authentication, believes_no_other_asserted_identity) {
  event_box events;
  auto settings = local_settings();
  settings.identity_from = {"192.0.2.0/24"};
  auto server = start(events, settings);
  phone ann(*server, "udp");
  ann.ask("INVITE", {.headers = "P-Asserted-Identity: <sip:bob@example.org>\r\n", .body = sdp});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  EXPECT_EQ(call->peer.identity, "");
  EXPECT_NE(call->peer.uri, "sip:bob@example.org");
}

TEST(endpoint_authentication, leaves_requests_within_a_call_and_those_that_begin_nothing_alone) {
  event_box events;
  auto server = start(events, with_users());
  phone ann(*server, "udp");
  ann.ask("OPTIONS", {});
  EXPECT_EQ(ann.response()->status(), 200);
  ann.ask("PUBLISH", {});
  EXPECT_EQ(ann.response()->status(), 405);
  ann.ask("BYE", {.to_tag = "gone"});
  EXPECT_EQ(ann.response()->status(), 481);
  ann.new_call();
  const auto asked = challenged(ann);
  ann.ask("INVITE", {.headers = authorization(*asked, digest_algorithm::md5, "wonderland"), .body = sdp});
  const auto call = events.next<incoming_call>();
  ASSERT_TRUE(call.has_value());
  server->accept(call->leg, sdp);
  const auto taken = ann.response();
  ASSERT_EQ(taken->status(), 200);
  ann.ack(*taken);
  EXPECT_EQ(events.next<established>()->peer.identity, "sip:alice@example.com");
  ann.ask("BYE", {.to_tag = taken->to_tag()});
  EXPECT_EQ(ann.response()->status(), 200);
}

}  // namespace
}  // namespace confab::sip::test
