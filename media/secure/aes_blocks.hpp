#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

struct evp_cipher_ctx_st;

namespace confab::secure {

struct cipher_context_deleter {
  void operator()(evp_cipher_ctx_st* context) const noexcept;  ///< OpenSSL wipes it
};
/// An OpenSSL cipher context with its key schedule.
using cipher_context = std::unique_ptr<evp_cipher_ctx_st, cipher_context_deleter>;

inline constexpr size_t aes_block_bytes = 16;

/// AES of single blocks under one key, its schedule kept: what counter mode is made of. OpenSSL's own counter
/// mode wants its context initialised for each packet, which costs four times the encryption of the blocks
/// (docs/decisions/006). Belongs to one thread.
class aes_blocks {
 public:
  /// Key of 16 or 32 bytes; not `ready` when OpenSSL has no AES to offer.
  explicit aes_blocks(std::span<const uint8_t> key);
  [[nodiscard]] bool ready() const noexcept { return context_ != nullptr; }

  /// RFC 3711 §4.1.1: `bytes` XOR the keystream that begins at `counter`, whose last two bytes count blocks
  /// and are zero. At most 65,536 blocks. In place; no allocation. False: OpenSSL failed, `bytes` is spoilt.
  [[nodiscard]] bool crypt(std::span<const uint8_t, aes_block_bytes> counter,
                           std::span<uint8_t> bytes) noexcept;

 private:
  cipher_context context_;
};

}  // namespace confab::secure
