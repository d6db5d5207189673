#include <cstdio>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include "name_server.hpp"
#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

leg_id dial(endpoint& server, const std::string& target) {
  dial_request request;
  request.leg = server.next_leg_id();
  request.room = {"lunch@example.com"};
  request.target = target;
  request.sdp = sdp;
  const auto leg = request.leg;
  server.dial(std::move(request));
  return leg;
}

TEST(endpoint, sends_through_the_outbound_proxy_and_ends_the_call_there) {
  phone proxy;
  event_box events;
  auto settings = local_settings();
  settings.outbound_proxy = "sip:" + proxy.address();
  const auto server = start(events, settings);
  const auto leg = dial(*server, "sip:bob@elsewhere.invalid");
  const auto invite = proxy.request();
  EXPECT_EQ(invite->wire.method(), "INVITE");
  EXPECT_EQ(invite->wire.request_uri(), "sip:bob@elsewhere.invalid");
  EXPECT_EQ(invite->header("route"), "<sip:" + proxy.address() + ";lr>");
  proxy.answer(*invite, 200, "OK", "Record-Route: <sip:" + proxy.address() + ";lr>\r\n", other_sdp);
  const auto ack = proxy.request();
  EXPECT_EQ(ack->wire.method(), "ACK");
  EXPECT_EQ(ack->header("route"), "<sip:" + proxy.address() + ";lr>");
  EXPECT_TRUE(events.next<remote_answer>());
  EXPECT_TRUE(events.next<established>());
  server->hang_up(leg, "");
  const auto bye = proxy.request();
  EXPECT_EQ(bye->wire.method(), "BYE");
  EXPECT_EQ(bye->header("route"), "<sip:" + proxy.address() + ";lr>");
}

TEST(endpoint, finds_a_domain_by_srv) {
  phone bob;
  const name_server names("confab.test", bob.port());
  event_box events;
  const auto server = start(events, local_settings(), {.haste = 1, .name_servers = {names.address()}});
  (void)dial(*server, "sip:bob@confab.test");
  const auto invite = bob.request();
  EXPECT_EQ(invite->wire.method(), "INVITE");
  EXPECT_EQ(invite->wire.request_uri(), "sip:bob@confab.test");
  bob.answer(*invite, 200, "OK", {}, other_sdp);
  EXPECT_EQ(bob.request()->wire.method(), "ACK");
}

TEST(endpoint, ends_a_call_to_a_domain_nobody_knows) {
  const name_server names("confab.test", 5060);
  event_box events;
  const auto server = start(events, local_settings(), {.haste = 1, .name_servers = {names.address()}});
  (void)dial(*server, "sip:bob@other.test");
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->cause, end_cause::transport);
}

/// Key and self-signed certificate in one file of its own.
class certificate {
 public:
  certificate() {
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const std::unique_ptr<X509, void (*)(X509*)> cert(X509_new(), X509_free);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), 3600);
    X509_set_pubkey(cert.get(), key.get());
    auto* name = X509_get_subject_name(cert.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"),
                               -1, -1, 0);
    X509_set_issuer_name(cert.get(), name);
    X509_sign(cert.get(), key.get(), EVP_sha256());
    FILE* file = std::fopen(path.c_str(), "w");
    EXPECT_NE(file, nullptr);
    if (file == nullptr) return;
    PEM_write_X509(file, cert.get());
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    (void)std::fclose(file);
  }
  ~certificate() { std::filesystem::remove(path); }

  const std::string path =
      (std::filesystem::temp_directory_path() / ("confab-sip-" + std::to_string(getpid()) + ".pem")).string();
};

TEST(endpoint, calls_another_over_tls) {
  const certificate own;
  auto settings = local_settings();
  settings.listen = {"tls://127.0.0.1:0"};
  settings.certificate_file = own.path;
  event_box callers;
  event_box callees;
  const auto caller = start(callers, settings);
  const auto callee = start(callees, settings);
  ASSERT_TRUE(caller && callee);
  const auto there = callee->listeners().front().address.to_string();
  const auto leg = dial(*caller, "sip:room@" + there + ";transport=tls");
  const auto incoming = callees.next<incoming_call>();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->peer.transport, "tls");
  callee->accept(incoming->leg, other_sdp);
  const auto answer = callers.next<remote_answer>();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->sdp, other_sdp);
  EXPECT_TRUE(callers.next<established>());
  EXPECT_TRUE(callees.next<established>());
  callee->hang_up(incoming->leg, "");
  const auto over = callers.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->leg, leg);
  EXPECT_EQ(over->cause, end_cause::remote_bye);
}

TEST(endpoint, hands_over_the_seat_of_a_call_of_ours_that_still_rings) {
  event_box events;
  const auto server = start(events);
  phone ann(*server, "udp");
  phone bob(*server, "udp");
  const auto ringing = dial(*server, ann.uri());
  const auto invite = ann.request();
  ann.answer(*invite, 180, "Ringing");
  EXPECT_TRUE(events.next<progress>());
  const auto our_tag = std::string(parameter(invite->header("from"), "tag").value_or(""));
  bob.ask("INVITE", {.headers = "Replaces: " + invite->header("call-id") + ";to-tag=" + our_tag +
                                ";from-tag=phone;early-only\r\n",
                     .body = sdp});
  const auto incoming = events.next<incoming_call>();
  ASSERT_TRUE(incoming);
  EXPECT_EQ(incoming->replaces, ringing);
  server->accept(incoming->leg, other_sdp);
  bob.ack(*bob.response());
  EXPECT_TRUE(events.next<established>());
  EXPECT_EQ(ann.request()->wire.method(), "CANCEL");
  const auto over = events.next<ended>();
  ASSERT_TRUE(over);
  EXPECT_EQ(over->leg, ringing);
  EXPECT_EQ(over->cause, end_cause::replaced);
}

TEST(endpoint, refuses_to_replace_a_call_it_has_not_answered_itself) {
  // RFC 3891 §3: an early dialog may only be replaced by who began it.
  event_box events;
  const auto server = start(events);
  phone ann(*server, "udp");
  phone bob(*server, "udp");
  ann.ask("INVITE", {.body = sdp});
  const auto first = events.next<incoming_call>();
  ASSERT_TRUE(first);
  server->ring(first->leg);
  const auto ringing = ann.response();
  bob.ask("INVITE", {.headers = "Replaces: " + ann.call_id + ";to-tag=" + ringing->to_tag() +
                                ";from-tag=" + ann.tag + "\r\n",
                     .body = sdp});
  EXPECT_EQ(bob.response()->status(), 481);
  EXPECT_TRUE(events.empty());
}

}  // namespace
}  // namespace confab::sip::test
