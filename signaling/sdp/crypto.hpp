#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace confab::sdp {

/// RFC 4568 §9.1: `a=crypto:<tag> <suite> inline:<base64 key||salt>[|<lifetime>] [<session parameters>]`.
struct crypto_attribute {
  uint32_t tag = 1;
  std::string suite;
  std::string key;  ///< base64 of master key and salt, padded
  bool operator==(const crypto_attribute&) const = default;
};

/// `unsupported`: an unknown suite, several keys or an MKI, a session parameter that changes the packets (RFC
/// 4568 §6.3.7: then the whole attribute must not be used). `malformed`: a key of the wrong length for its
/// suite, and the rest.
result<crypto_attribute> parse_crypto(std::string_view value);
/// The value of the attribute.
std::string write(const crypto_attribute& c);

}  // namespace confab::sdp
