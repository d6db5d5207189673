#include "media/secure/aes_blocks.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <openssl/evp.h>

namespace confab::secure {
namespace {

constexpr size_t blocks_at_once = 16;  // a 20 ms packet of G.711 in one call

/// Looked up once in the process and never freed: a look-up takes locks.
const EVP_CIPHER* block_cipher(size_t key_bytes) {
  static const EVP_CIPHER* const aes_128 = EVP_CIPHER_fetch(nullptr, "AES-128-ECB", nullptr);
  static const EVP_CIPHER* const aes_256 = EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr);
  return key_bytes == 32 ? aes_256 : aes_128;
}

void xor_into(uint8_t* bytes, const uint8_t* keystream, size_t count) noexcept {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t a = 0;
    uint64_t b = 0;
    std::memcpy(&a, bytes + i, 8);
    std::memcpy(&b, keystream + i, 8);
    a ^= b;
    std::memcpy(bytes + i, &a, 8);
  }
  for (; i < count; ++i) bytes[i] ^= keystream[i];
}

}  // namespace

void cipher_context_deleter::operator()(evp_cipher_ctx_st* context) const noexcept {
  EVP_CIPHER_CTX_free(context);
}

aes_blocks::aes_blocks(std::span<const uint8_t> key) {
  const EVP_CIPHER* cipher = block_cipher(key.size());
  cipher_context made{EVP_CIPHER_CTX_new()};
  if (cipher == nullptr || made == nullptr) return;
  if (EVP_EncryptInit_ex2(made.get(), cipher, key.data(), nullptr, nullptr) != 1) return;
  if (EVP_CIPHER_CTX_set_padding(made.get(), 0) != 1) return;
  context_ = std::move(made);
}

bool aes_blocks::crypt(std::span<const uint8_t, aes_block_bytes> counter, std::span<uint8_t> bytes) noexcept {
  std::array<uint8_t, blocks_at_once * aes_block_bytes> stream;
  for (size_t done = 0; done < bytes.size();) {
    const size_t part = std::min(bytes.size() - done, stream.size());
    const size_t blocks = (part + aes_block_bytes - 1) / aes_block_bytes;
    for (size_t i = 0; i < blocks; ++i) {
      uint8_t* const block = stream.data() + i * aes_block_bytes;
      const size_t number = done / aes_block_bytes + i;
      std::memcpy(block, counter.data(), aes_block_bytes - 2);
      block[14] = static_cast<uint8_t>(number >> 8);
      block[15] = static_cast<uint8_t>(number);
    }
    int written = 0;
    const int length = static_cast<int>(blocks * aes_block_bytes);
    if (EVP_EncryptUpdate(context_.get(), stream.data(), &written, stream.data(), length) != 1) return false;
    xor_into(bytes.data() + done, stream.data(), part);
    done += part;
  }
  return true;
}

}  // namespace confab::secure
