#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "signaling/sip/certificate_identity.hpp"

struct tls;
struct ssl_st;
struct x509_st;

namespace confab::sip {

/// The certificates of TLS peers: asks for them, and knows whose the last bytes were. libre's own switch for
/// asking (`tls_set_verify_client`) trusts any certificate, and its connections do not show theirs. Signaling
/// thread only; must outlive the context's connections.
class tls_peers {
 public:
  tls_peers();
  ~tls_peers();
  tls_peers(const tls_peers&) = delete;
  tls_peers& operator=(const tls_peers&) = delete;

  /// Before the first connection, once the context has its CA file. `required` (`tls.verify-peers`): a peer
  /// without a certificate that the CA file vouches for gets no connection, whichever side opened it. Else
  /// every peer is served; who it is stays unknown.
  void watch(tls* context, bool required);

  /// Of the peer whose bytes were read last, and so of the request that a callback of libre's has at hand: it
  /// reads a connection and delivers what it read before it reads another. Nothing for a peer that the CA
  /// file does not vouch for, or whose certificate has expired since.
  [[nodiscard]] std::optional<certificate_names> names_of_reader() const;

 private:
  friend struct tls_peers_bridge;
  struct release {
    void operator()(x509_st* certificate) const noexcept;
  };
  void note(const ssl_st* connection);

  std::unique_ptr<x509_st, release> reader_;
};

/// subjectAltName of a certificate in DER; nothing when it is none. For the fuzz target.
[[nodiscard]] std::optional<certificate_names> names_in_certificate(std::span<const uint8_t> der);

}  // namespace confab::sip
