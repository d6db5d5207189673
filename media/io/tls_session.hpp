#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/result.hpp"

struct bio_method_st;
struct ssl_ctx_st;
struct ssl_st;

/// TLS (1.2 and 1.3) between memory and memory: no socket here, no clock.
namespace confab::io {

struct tls_files {
  std::string certificate;  ///< PEM, the chain
  std::string private_key;  ///< PEM
  std::string ca;           ///< PEM, peers are checked against it; empty: those of the system
  bool verify_peers = false;
};

/// What the sessions of a server share: its certificate and whom it trusts. Immutable once made; any thread
/// may make sessions of it.
class tls_context {
 public:
  /// Reads the files; the error names the one at fault. Blocking; at start only.
  static result<std::shared_ptr<const tls_context>> make(const tls_files& files);

  /// Of our certificate, as SDP writes it (RFC 8122 §5): "SHA-256 4A:AD:…".
  [[nodiscard]] const std::string& fingerprint() const noexcept { return fingerprint_; }

 private:
  friend class tls_session;
  struct release {
    void operator()(ssl_ctx_st* context) const noexcept;
  };
  struct release_method {
    void operator()(bio_method_st* method) const noexcept;
  };
  std::unique_ptr<bio_method_st, release_method> between_;  ///< how sessions reach their bytes
  std::unique_ptr<ssl_ctx_st, release> server_, client_;
  std::string fingerprint_;
};

enum class tls_role : uint8_t { server, client };

/// What OpenSSL reads and writes: bytes of the caller's, and those it takes with it. Nothing is kept here
/// while a session rests.
struct tls_bytes {
  std::span<const uint8_t> in;
  std::vector<uint8_t> out;
};

/// One connection. Bytes of the peer go in by `receive`; what is for the peer comes out by `take_output`
/// after each call. Owned by one thread at a time.
class tls_session {
 public:
  /// `peer_name`: of a client, who the certificate must be for where peers are verified, and what SNI says;
  /// empty: neither.
  static result<std::unique_ptr<tls_session>> make(const std::shared_ptr<const tls_context>& context,
                                                   tls_role role, const std::string& peer_name);

  /// Decrypts; what the peer says is appended to `plain`, never more than came in. `unauthentic` for a peer
  /// that is not believed, `malformed` for what is no TLS: the session is of no use then, but `take_output`
  /// has the alert.
  result<void> receive(std::span<const uint8_t> bytes, std::vector<uint8_t>& plain);
  /// Encrypts. `unavailable` before `is_ready`.
  result<void> send(std::span<const uint8_t> plain);
  /// Tells the peer that nothing more will be said.
  void close();
  [[nodiscard]] std::vector<uint8_t> take_output() noexcept { return std::exchange(bytes_.out, {}); }

  [[nodiscard]] bool is_ready() const noexcept;  ///< the handshake is done
  [[nodiscard]] bool peer_is_done() const noexcept { return peer_done_; }

  /// Whether the peer's certificate is the one that its SDP named ("SHA-256 4A:AD:…", RFC 8122 §5; SHA-1 and
  /// the SHA-2 family). False without a certificate.
  [[nodiscard]] bool peer_has(std::string_view fingerprint) const;

 private:
  struct release {
    void operator()(ssl_st* session) const noexcept;
  };
  explicit tls_session(std::shared_ptr<const tls_context> context) : context_(std::move(context)) {}
  [[nodiscard]] result<void> failure(const char* doing) const;

  std::shared_ptr<const tls_context> context_;
  tls_bytes bytes_;  ///< outlives the session, which points here
  std::unique_ptr<ssl_st, release> session_;
  bool peer_done_ = false;
};

}  // namespace confab::io
