#include "media/io/tls_session.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace confab::io {
namespace {

constexpr size_t record_bytes = 16'384;  // of plaintext, at most

std::string reason() {
  std::array<char, 256> text{"unknown reason"};
  if (const unsigned long code = ERR_get_error(); code != 0)
    ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return text.data();
}

/// "4A:AD:…" of a certificate; empty when the digest is not to be had.
std::string digest_of(const X509* certificate, const EVP_MD* by) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  if (certificate == nullptr || by == nullptr || X509_digest(certificate, by, bytes.data(), &length) != 1)
    return {};
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    if (i > 0) text += ':';
    text += digits[bytes[i] >> 4];
    text += digits[bytes[i] & 15];
  }
  return text;
}

const EVP_MD* hash_named(std::string_view word) {
  std::string name(word);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
  if (name == "SHA-1") return EVP_sha1();
  if (name == "SHA-224") return EVP_sha224();
  if (name == "SHA-256") return EVP_sha256();
  if (name == "SHA-384") return EVP_sha384();
  if (name == "SHA-512") return EVP_sha512();
  return nullptr;
}

bool same_digits(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](unsigned char a, unsigned char b) { return std::toupper(a) == std::toupper(b); });
}

tls_bytes& bytes_of(BIO* bio) {
  return *static_cast<tls_bytes*>(BIO_get_data(bio));
}

int read_between(BIO* bio, char* into, int most) {
  auto& in = bytes_of(bio).in;
  BIO_clear_retry_flags(bio);
  if (in.empty()) {
    BIO_set_retry_read(bio);  // empty is not the end
    return -1;
  }
  const auto taken = in.first(std::min(in.size(), static_cast<size_t>(most)));
  std::ranges::copy(taken, into);
  in = in.subspan(taken.size());
  return static_cast<int>(taken.size());
}

int write_between(BIO* bio, const char* from, int size) {
  auto& out = bytes_of(bio).out;
  BIO_clear_retry_flags(bio);
  out.insert(out.end(), from, from + size);
  return size;
}

long control_between(BIO*, int what, long, void*) {
  return what == BIO_CTRL_FLUSH ? 1 : 0;
}

/// OpenSSL's own BIO in memory keeps the room of the largest flight that ever went through it, and copies.
BIO_METHOD* make_between() {
  BIO_METHOD* const made = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "bytes of the caller");
  if (made == nullptr) return nullptr;
  BIO_meth_set_read(made, read_between);
  BIO_meth_set_write(made, write_between);
  BIO_meth_set_ctrl(made, control_between);
  return made;
}

int believe_anybody(int, X509_STORE_CTX*) {
  return 1;
}

/// Peers are always asked for their certificate, because SDP may name its fingerprint.
void set_trust(SSL_CTX* context, const tls_files& files, bool of_server) {
  int mode = SSL_VERIFY_PEER;
  if (files.verify_peers && of_server) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, mode, files.verify_peers ? nullptr : believe_anybody);
}

result<void> set_up(SSL_CTX* context, const tls_files& files, bool of_server) {
  if (context == nullptr) return {errc::unavailable, "TLS: " + reason()};
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context,
                      SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return {errc::bad_setting, "certificate " + files.certificate + ": " + reason()};
  if (SSL_CTX_use_PrivateKey_file(context, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context) != 1)
    return {errc::bad_setting, "private key " + files.private_key + ": " + reason()};
  const bool trusted = files.ca.empty() ? SSL_CTX_set_default_verify_paths(context) == 1
                                        : SSL_CTX_load_verify_file(context, files.ca.c_str()) == 1;
  if (!trusted) return {errc::bad_setting, "authorities " + files.ca + ": " + reason()};
  set_trust(context, files, of_server);
  return {};
}

}  // namespace

void tls_context::release::operator()(ssl_ctx_st* context) const noexcept {
  SSL_CTX_free(context);
}

void tls_context::release_method::operator()(bio_method_st* method) const noexcept {
  BIO_meth_free(method);
}

void tls_session::release::operator()(ssl_st* session) const noexcept {
  SSL_free(session);
}

result<std::shared_ptr<const tls_context>> tls_context::make(const tls_files& files) {
  const auto made = std::make_shared<tls_context>();
  made->between_.reset(make_between());
  if (!made->between_) return {errc::unavailable, "TLS: " + reason()};
  made->server_.reset(SSL_CTX_new(TLS_server_method()));
  if (auto done = set_up(made->server_.get(), files, true); !done) return done.error();
  made->client_.reset(SSL_CTX_new(TLS_client_method()));
  if (auto done = set_up(made->client_.get(), files, false); !done) return done.error();
  made->fingerprint_ = "SHA-256 " + digest_of(SSL_CTX_get0_certificate(made->server_.get()), EVP_sha256());
  return std::shared_ptr<const tls_context>(made);
}

result<std::unique_ptr<tls_session>> tls_session::make(const std::shared_ptr<const tls_context>& context,
                                                       tls_role role, const std::string& peer_name) {
  std::unique_ptr<tls_session> made(new tls_session(context));
  const bool calls = role == tls_role::client;
  made->session_.reset(SSL_new(calls ? context->client_.get() : context->server_.get()));
  SSL* const session = made->session_.get();
  BIO* const between = BIO_new(context->between_.get());
  if (session == nullptr || between == nullptr) {
    BIO_free(between);
    return {errc::exhausted, "TLS: no memory for a session"};
  }
  BIO_set_data(between, &made->bytes_);
  BIO_set_init(between, 1);
  SSL_set_bio(session, between, between);
  if (!calls) {
    SSL_set_accept_state(session);
    return made;
  }
  SSL_set_connect_state(session);
  if (!peer_name.empty()) {
    X509_VERIFY_PARAM* const names = SSL_get0_param(session);
    if (X509_VERIFY_PARAM_set1_ip_asc(names, peer_name.c_str()) != 1) {
      ERR_clear_error();
      (void)SSL_set1_host(session, peer_name.c_str());
      (void)SSL_set_tlsext_host_name(session, peer_name.c_str());
    }
  }
  (void)SSL_do_handshake(session);  // the first flight waits in the output
  ERR_clear_error();
  return made;
}

bool tls_session::is_ready() const noexcept {
  return SSL_is_init_finished(session_.get()) == 1;
}

result<void> tls_session::failure(const char* doing) const {
  const long verdict = SSL_get_verify_result(session_.get());
  if (verdict != X509_V_OK && !is_ready() &&
      SSL_CTX_get_verify_callback(SSL_get_SSL_CTX(session_.get())) == nullptr) {
    ERR_clear_error();
    return {errc::unauthentic,
            std::string("the peer's certificate is not believed: ") + X509_verify_cert_error_string(verdict)};
  }
  return {errc::malformed, std::string(doing) + ": " + reason()};
}

result<void> tls_session::receive(std::span<const uint8_t> bytes, std::vector<uint8_t>& plain) {
  SSL* const session = session_.get();
  bytes_.in = bytes;
  std::array<uint8_t, record_bytes> record;
  while (true) {
    ERR_clear_error();
    const int got = SSL_read(session, record.data(), record.size());
    if (got > 0) {
      plain.insert(plain.end(), record.begin(), record.begin() + got);
      continue;
    }
    switch (SSL_get_error(session, got)) {
      case SSL_ERROR_WANT_READ:
      case SSL_ERROR_WANT_WRITE:
        return {};
      case SSL_ERROR_ZERO_RETURN:
        peer_done_ = true;
        bytes_.in = {};
        return {};
      default:
        bytes_.in = {};
        return failure("TLS");
    }
  }
}

result<void> tls_session::send(std::span<const uint8_t> plain) {
  if (!is_ready()) return {errc::unavailable, "TLS: the handshake is not done"};
  while (!plain.empty()) {
    ERR_clear_error();
    const int sent =
        SSL_write(session_.get(), plain.data(), static_cast<int>(std::min(plain.size(), record_bytes)));
    if (sent <= 0) return failure("TLS");
    plain = plain.subspan(static_cast<size_t>(sent));
  }
  return {};
}

void tls_session::close() {
  if (is_ready()) (void)SSL_shutdown(session_.get());
  ERR_clear_error();
}

bool tls_session::peer_has(std::string_view fingerprint) const {
  const size_t space = fingerprint.find(' ');
  if (space == std::string_view::npos) return false;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(SSL_get1_peer_certificate(session_.get()),
                                                                &X509_free);
  const auto known = digest_of(certificate.get(), hash_named(fingerprint.substr(0, space)));
  return !known.empty() && same_digits(known, fingerprint.substr(space + 1));
}

}  // namespace confab::io
