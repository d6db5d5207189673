#pragma once

#include <string>
#include <string_view>

/// Digests as RFC 8122 and RFC 5547 write them; private to signaling/sdp.
namespace confab::sdp::text {

/// `4a:AD:b9` in upper case; empty where it is not pairs of hexadecimal digits with colons between.
inline std::string upper_hex_pairs(std::string_view digest) {
  std::string out;
  if (digest.size() % 3 != 2) return out;
  for (size_t i = 0; i < digest.size(); ++i) {
    const char c = digest[i];
    const bool colon = i % 3 == 2;
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (colon ? c != ':' : !hex) return {};
    out += c >= 'a' && c <= 'f' ? static_cast<char>(c - ('a' - 'A')) : c;
  }
  return out;
}

/// Bytes of such a digest.
inline size_t pairs_in(std::string_view digest) {
  return (digest.size() + 1) / 3;
}

}  // namespace confab::sdp::text
