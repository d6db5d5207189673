#include "signaling/sip/tls_peers.hpp"

#include <string>
#include <string_view>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#define USE_OPENSSL  // libre shows its context only with it
#include <re.h>

#include "config/limits.hpp"
#include "config/log.hpp"

namespace confab::sip {

namespace {

constexpr int longest_chain = 4;  // libre allows one intermediate certificate
constexpr std::string_view session_context = "confab-sip";

std::string text_of(const ASN1_IA5STRING* value) {
  const auto* const bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(value));
  return {bytes, static_cast<size_t>(ASN1_STRING_length(value))};
}

certificate_names names_in(const X509* certificate) {
  certificate_names out;
  const std::unique_ptr<GENERAL_NAMES, void (*)(GENERAL_NAMES*)> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
  for (int i = 0; i < count; ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI && out.uris.size() < limits::certificate_names)
      out.uris.push_back(text_of(name->d.uniformResourceIdentifier));
    else if (name->type == GEN_DNS && out.hosts.size() < limits::certificate_names)
      out.hosts.push_back(text_of(name->d.dNSName));
  }
  return out;
}

/// The outcome stays with the connection; the connection stays, unless certificates are required.
int check_chain(X509_STORE_CTX* chain, void* required) {
  const bool good = X509_verify_cert(chain) == 1;
  const int why = X509_STORE_CTX_get_error(chain);
  if (good) return 1;
  if (why == X509_V_OK) X509_STORE_CTX_set_error(chain, X509_V_ERR_UNSPECIFIED);
  log::debug("the certificate of a TLS peer is not believed", {{"why", X509_verify_cert_error_string(why)}});
  return required == nullptr ? 1 : 0;
}

}  // namespace

/// OpenSSL's callback.
struct tls_peers_bridge {
  static void on_message(int sent, int, int kind, const void*, size_t, SSL* connection, void* self) {
    if (sent == 0 && kind == SSL3_RT_HEADER) static_cast<tls_peers*>(self)->note(connection);
  }
};

void tls_peers::release::operator()(x509_st* certificate) const noexcept {
  X509_free(certificate);
}

tls_peers::tls_peers() = default;
tls_peers::~tls_peers() = default;

void tls_peers::watch(tls* context, bool required) {
  SSL_CTX* const ssl = tls_openssl_context(context);
  SSL_CTX_set_verify(ssl, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  SSL_CTX_set_verify_depth(ssl, longest_chain);
  SSL_CTX_set_cert_verify_callback(ssl, check_chain, required ? this : nullptr);
  // Each connection proves anew who it is, and goes on being that.
  SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  (void)SSL_CTX_set_num_tickets(ssl, 0);
  (void)SSL_CTX_set_session_id_context(ssl, reinterpret_cast<const unsigned char*>(session_context.data()),
                                       static_cast<unsigned>(session_context.size()));
  // Every record begins with its header; that of a request's is read right before libre delivers it.
  SSL_CTX_set_msg_callback(ssl, tls_peers_bridge::on_message);
  SSL_CTX_set_msg_callback_arg(ssl, this);
}

void tls_peers::note(const ssl_st* connection) {
  const bool proved = SSL_is_init_finished(connection) == 1 && SSL_get_verify_result(connection) == X509_V_OK;
  reader_.reset(proved ? SSL_get1_peer_certificate(connection) : nullptr);
}

std::optional<certificate_names> tls_peers::names_of_reader() const {
  if (!reader_ || X509_cmp_current_time(X509_get0_notAfter(reader_.get())) <= 0) return std::nullopt;
  return names_in(reader_.get());
}

std::optional<certificate_names> names_in_certificate(std::span<const uint8_t> der) {
  const uint8_t* at = der.data();
  const std::unique_ptr<X509, void (*)(X509*)> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
  return certificate ? std::optional(names_in(certificate.get())) : std::nullopt;
}

}  // namespace confab::sip
