#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "signaling/sip/digest_hash.hpp"

namespace confab::sip {

/// What a client answers a challenge with: one value of Authorization or Proxy-Authorization (RFC 7616 §3.4,
/// RFC 3261 §22.4). Always with qop=auth, which RFC 8760 §2.6 makes a must.
struct digest_credentials {
  std::string username;  ///< quotes and escapes undone, as all texts here
  std::string realm;
  std::string nonce;
  std::string uri;
  std::string cnonce;
  std::string opaque;    ///< may be empty
  std::string response;  ///< lower-case hex, as long as the algorithm's hashes
  uint32_t nonce_count = 0;
  digest_algorithm algorithm = digest_algorithm::md5;  ///< what RFC 7616 §3.4 means when there is none

  bool operator==(const digest_credentials&) const = default;
};

/// `unsupported`: another scheme (Bearer …), another algorithm, qop other than auth or none, userhash.
/// `malformed`: bad syntax, a parameter twice, one missing. `too_large` past `limits::digest_bytes` or
/// `digest_parameters`. Parameters not known here are passed over.
result<digest_credentials> parse_digest_credentials(std::string_view value);
std::string write_digest_credentials(const digest_credentials& value);

/// Whose challenge a value answers, whatever else is wrong with it. `unsupported`: another scheme;
/// `malformed` and `too_large` like above.
result<std::string> digest_realm(std::string_view value);

/// H(A1) of RFC 7616 §3.4.2: all that a server must keep of a password.
[[nodiscard]] std::string digest_secret(digest_algorithm algorithm, std::string_view user,
                                        std::string_view realm, std::string_view password);

/// The response that RFC 7616 §3.4.1 expects of who knows the secret.
[[nodiscard]] std::string digest_response(const digest_credentials& value, std::string_view secret,
                                          std::string_view method);
/// Was it answered by someone who knows the secret? In constant time. An empty secret: never.
[[nodiscard]] bool answers(const digest_credentials& value, std::string_view secret, std::string_view method);

/// Value of WWW-Authenticate (RFC 7616 §3.3).
struct digest_challenge {
  std::string realm;
  std::string nonce;
  std::string opaque;  ///< empty: left out
  bool stale = false;  ///< the answer was right, only its nonce too old: no need to ask people again
  std::vector<digest_algorithm> algorithms = preferred_algorithms();

  static std::vector<digest_algorithm> preferred_algorithms() {
    return {digest_algorithm::sha256, digest_algorithm::md5};
  }
};

/// A whole line with CRLF for each algorithm, in that order: clients take the first they know (RFC 8760
/// §2.3).
[[nodiscard]] std::string write_challenges(const digest_challenge& challenge);

}  // namespace confab::sip
