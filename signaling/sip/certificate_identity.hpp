#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signaling/sip/wire_message.hpp"

/// Who a TLS peer's certificate says it is (RFC 5922 §7). Pure; whether the certificate is to be believed is
/// found out before.
namespace confab::sip {

/// subjectAltName as it stands there, each at most `limits::certificate_names`. Any bytes.
struct certificate_names {
  std::vector<std::string> uris;
  std::vector<std::string> hosts;  ///< dNSName
};

/// What is made of a certificate: `sip.identity-from-tls`.
enum class certificate_trust : uint8_t {
  none,
  users,    ///< one for sip:alice@example.com is Alice's, whatever From says
  domains,  ///< one for example.com also vouches for each From of that very domain: its proxy's
};
[[nodiscard]] std::optional<certificate_trust> certificate_trust_named(std::string_view name) noexcept;

/// "sip:alice@example.com", or nothing when the certificate names nobody that counts. Of several users the
/// one in From, else the first. A certificate of a user is nothing else: it vouches for no domain.
[[nodiscard]] std::optional<std::string> certified_identity(const certificate_names& names,
                                                            const wire_message& request,
                                                            certificate_trust trust);

}  // namespace confab::sip
