// Authorization values of any bytes: what is read can be written and read again, and nobody gets in without
// knowing a password.

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "signaling/sip/authenticator.hpp"

using namespace confab::sip;

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

authenticator make_server() {
  auto users = user_store::parse("users", "alice@example.com:a password nobody guesses");
  return {std::make_shared<const user_store>(std::move(*users)), hash_key{1, 2, 3}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto one = parse_digest_credentials(text)) {
    const auto again = parse_digest_credentials(write_digest_credentials(*one));
    expect(again.ok() && *again == *one);
    const auto realm = digest_realm(text);
    expect(realm.ok() && *realm == one->realm);
    (void)same_target("sip:room@example.com", one->uri);
  }
  static authenticator server = make_server();
  const nonce_store::clock_time now{std::chrono::hours(1)};
  const auto verdict = server.judge({"INVITE", "sip:room@example.com", {text}}, "example.com", now);
  expect(verdict.outcome != auth_outcome::accepted && verdict.identity.empty());
  expect(verdict.answer.status >= 400);
  // A nonce of any bytes is not one of ours.
  nonce_store nonces({7});
  expect(nonces.spend(text, 1, now) == nonce_verdict::stale);
  return 0;
}
