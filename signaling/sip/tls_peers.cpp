#include "signaling/sip/tls_peers.hpp"

#include <openssl/ssl.h>
#define USE_OPENSSL  // libre shows its context only with it
#include <re.h>

namespace confab::sip {

namespace {
constexpr int longest_chain = 4;  // libre allows one intermediate certificate
}

void demand_peer_certificates(tls* context) {
  ssl_ctx_st* const ssl = tls_openssl_context(context);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(ssl, longest_chain);
}

}  // namespace confab::sip
