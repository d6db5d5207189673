// The functions of one hash algorithm are deprecated in OpenSSL 3 in favour of EVP, whose contexts cost more
// to copy than to hash with and whose HMAC allocates; SHA_CTX is plain data of a documented layout.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "media/secure/hmac_sha1.hpp"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace confab::secure {
namespace {

using midstate = std::array<uint32_t, 5>;

midstate after_block(std::span<const uint8_t, SHA_CBLOCK> block) noexcept {
  SHA_CTX hash;
  SHA1_Init(&hash);
  SHA1_Update(&hash, block.data(), block.size());
  const midstate state{hash.h0, hash.h1, hash.h2, hash.h3, hash.h4};
  OPENSSL_cleanse(&hash, sizeof hash);
  return state;
}

/// A hash that has taken in one block.
SHA_CTX resumed(const midstate& state) noexcept {
  SHA_CTX hash;
  hash.h0 = state[0];
  hash.h1 = state[1];
  hash.h2 = state[2];
  hash.h3 = state[3];
  hash.h4 = state[4];
  hash.Nl = SHA_CBLOCK * 8;  // bits so far
  hash.Nh = 0;
  hash.num = 0;  // bytes that wait for a full block
  return hash;
}

}  // namespace

hmac_sha1::hmac_sha1(std::span<const uint8_t> key) noexcept {
  std::array<uint8_t, SHA_CBLOCK> block{};
  std::copy(key.begin(), key.begin() + std::min<std::ptrdiff_t>(std::ssize(key), SHA_CBLOCK), block.begin());
  for (auto& byte : block) byte ^= 0x36;
  inner_ = after_block(block);
  for (auto& byte : block) byte ^= 0x36 ^ 0x5c;
  outer_ = after_block(block);
  OPENSSL_cleanse(block.data(), block.size());
}

hmac_sha1::~hmac_sha1() {
  OPENSSL_cleanse(inner_.data(), sizeof inner_);
  OPENSSL_cleanse(outer_.data(), sizeof outer_);
}

std::array<uint8_t, sha1_bytes> hmac_sha1::sign(std::span<const uint8_t> message,
                                                std::span<const uint8_t> suffix) const noexcept {
  std::array<uint8_t, sha1_bytes> digest;
  SHA_CTX hash = resumed(inner_);
  SHA1_Update(&hash, message.data(), message.size());
  if (!suffix.empty()) SHA1_Update(&hash, suffix.data(), suffix.size());
  SHA1_Final(digest.data(), &hash);
  hash = resumed(outer_);
  SHA1_Update(&hash, digest.data(), digest.size());
  SHA1_Final(digest.data(), &hash);
  return digest;
}

}  // namespace confab::secure
