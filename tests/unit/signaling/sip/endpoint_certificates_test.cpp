#include <gtest/gtest.h>

#include "authority.hpp"
#include "sip_client.hpp"

/// Who callers are by their TLS certificates: endpoints call each other, each with a certificate of its own.
namespace confab::sip::test {
namespace {

class calls_over_tls : public testing::Test {
 protected:
  endpoint_settings server_settings() {
    auto settings = local_settings();
    settings.listen = {"tls://127.0.0.1:0"};
    settings.certificate_file = known_.issue("DNS:confab.example.com");
    settings.ca_file = known_.ca_file();
    settings.identity_from_tls = certificate_trust::users;
    return settings;
  }

  void serve(endpoint_settings settings) { server_ = start(events_, std::move(settings)); }

  std::unique_ptr<endpoint> caller(const std::string& certificate) { return caller(certificate, unheard_); }
  static std::unique_ptr<endpoint> caller(const std::string& certificate, event_box& events) {
    auto settings = local_settings();
    settings.listen = {"tls://127.0.0.1:0"};
    settings.certificate_file = certificate;
    return start(events, settings);
  }

  void dial(endpoint& from, const std::string& room = "lunch@example.com") {
    dial_request request;
    request.leg = from.next_leg_id();
    request.room = {room};
    request.target = "sip:room@" + server_->listeners().front().address.to_string() + ";transport=tls";
    request.sdp = sdp;
    from.dial(std::move(request));
  }

  /// What the server makes of a call by `from`; refuses it.
  std::optional<peer> call(endpoint& from, const std::string& room = "lunch@example.com") {
    dial(from, room);
    const auto incoming = events_.next<incoming_call>();
    if (!incoming) return std::nullopt;
    server_->refuse(incoming->leg, {486, "Busy Here", {}, {}});
    EXPECT_TRUE(events_.next<ended>());
    return incoming->peer;
  }

  authority known_{"known"};
  authority other_{"other"};
  event_box events_;
  event_box unheard_;
  std::unique_ptr<endpoint> server_;
};

TEST_F(calls_over_tls, come_from_the_user_their_certificate_names) {
  serve(server_settings());
  const auto alice = caller(known_.issue("URI:sip:alice@example.com"));
  const auto who = call(*alice);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->identity, "sip:alice@example.com");
  EXPECT_EQ(who->uri, "sip:alice@example.com");
}

TEST_F(calls_over_tls, keep_their_names_apart_when_connections_are_used_in_turn) {
  serve(server_settings());
  const auto alice = caller(known_.issue("URI:sip:alice@example.com"));
  const auto bob = caller(known_.issue("URI:sip:bob@example.com"));
  const auto eve = caller(other_.issue("URI:sip:alice@example.com"));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(call(*alice)->identity, "sip:alice@example.com");
    EXPECT_EQ(call(*eve)->identity, "");
    EXPECT_EQ(call(*bob)->identity, "sip:bob@example.com");
  }
}

TEST_F(calls_over_tls, are_served_without_a_name_when_the_certificate_is_not_believed) {
  serve(server_settings());
  for (const std::string& certificate :
       {other_.issue("URI:sip:alice@example.com"), known_.issue("URI:sip:alice@example.com", -60),
        known_.issue(""), known_.issue("DNS:example.com,URI:sip:example.com")}) {
    const auto from = caller(certificate);
    const auto who = call(*from);
    ASSERT_TRUE(who) << certificate;
    EXPECT_EQ(who->identity, "");
  }
}

TEST_F(calls_over_tls, come_from_whom_a_domain_vouches_for_where_domains_are_believed) {
  auto settings = server_settings();
  settings.identity_from_tls = certificate_trust::domains;
  serve(settings);
  const auto proxy = caller(known_.issue("DNS:example.com"));
  EXPECT_EQ(call(*proxy)->identity, "sip:lunch@example.com");
  EXPECT_EQ(call(*proxy, "lunch@example.org")->identity, "");
}

TEST_F(calls_over_tls, have_no_name_where_certificates_are_not_to_say_it) {
  auto settings = server_settings();
  settings.identity_from_tls = certificate_trust::none;
  serve(settings);
  const auto alice = caller(known_.issue("URI:sip:alice@example.com"));
  EXPECT_EQ(call(*alice)->identity, "");
}

TEST_F(calls_over_tls, need_no_password_with_a_certificate_and_one_without) {
  auto settings = server_settings();
  settings.users = std::make_shared<const user_store>(*user_store::parse("users", "bob@example.com:builder"));
  serve(settings);
  const auto alice = caller(known_.issue("URI:sip:alice@example.com"));
  EXPECT_EQ(call(*alice)->identity, "sip:alice@example.com");
  event_box refused;
  const auto eve = caller(other_.issue("URI:sip:alice@example.com"), refused);
  dial(*eve);
  const auto over = refused.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->status, 401);
  EXPECT_TRUE(events_.empty());
}

TEST_F(calls_over_tls, come_from_the_user_where_certificates_are_required_too) {
  auto settings = server_settings();
  settings.verify_peers = true;
  serve(settings);
  const auto alice = caller(known_.issue("URI:sip:alice@example.com"));
  EXPECT_EQ(call(*alice)->identity, "sip:alice@example.com");
}

}  // namespace
}  // namespace confab::sip::test
