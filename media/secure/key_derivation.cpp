#include "media/secure/key_derivation.hpp"

#include <algorithm>

#include <openssl/crypto.h>

#include "media/secure/aes_blocks.hpp"

namespace confab::secure {
namespace {

/// RFC 3711 §4.3.1; those of SRTCP are three further.
enum label : uint8_t { encryption_label = 0, authentication_label = 1, salt_label = 2, rtcp_labels = 3 };

size_t master_key_bytes(media::srtp_suite suite) noexcept {
  switch (suite) {
    case media::srtp_suite::aes_cm_128_hmac_sha1_80:
    case media::srtp_suite::aes_cm_128_hmac_sha1_32:
    case media::srtp_suite::aead_aes_128_gcm:
      return 16;
    case media::srtp_suite::aes_256_cm_hmac_sha1_80:
      return 32;
  }
  return 16;
}

class derivation {
 public:
  derivation(std::span<const uint8_t> key, std::span<const uint8_t> salt) : aes_(key) {
    // RFC 7714 §11: a salt of 96 bits is taken as 112 bits that end in zeros.
    std::copy(salt.begin(), salt.end(), counter_.begin());
  }
  derivation(const derivation&) = delete;
  derivation& operator=(const derivation&) = delete;
  ~derivation() { OPENSSL_cleanse(counter_.data(), counter_.size()); }

  [[nodiscard]] bool ready() const noexcept { return aes_.ready(); }

  bool fill(std::span<uint8_t> out, int which) noexcept {
    counter_[7] ^= static_cast<uint8_t>(which);  // §4.3.1: the label lies above 48 bits of r, which is zero
    std::fill(out.begin(), out.end(), 0);
    const bool done = aes_.crypt(counter_, out);
    counter_[7] ^= static_cast<uint8_t>(which);
    return done;
  }

 private:
  aes_blocks aes_;
  std::array<uint8_t, aes_block_bytes> counter_{};
};

}  // namespace

session_keys::~session_keys() {
  OPENSSL_cleanse(encryption.data(), encryption.size());
  OPENSSL_cleanse(authentication.data(), authentication.size());
  OPENSSL_cleanse(salt.data(), salt.size());
}

std::optional<direction_keys> derive_keys(media::srtp_suite suite, std::span<const uint8_t> master) {
  const size_t key_bytes = master_key_bytes(suite);
  const auto master_salt = master.subspan(key_bytes);
  const bool gcm = suite == media::srtp_suite::aead_aes_128_gcm;
  derivation from{master.first(key_bytes), master_salt};
  if (!from.ready()) return std::nullopt;

  std::optional<direction_keys> derived{std::in_place};
  for (const bool control : {false, true}) {
    auto& keys = control ? derived->rtcp : derived->rtp;
    const int first = control ? rtcp_labels : 0;
    keys.encryption_bytes = key_bytes;
    if (!from.fill(std::span{keys.encryption}.first(key_bytes), first + encryption_label))
      return std::nullopt;
    if (!gcm && !from.fill(keys.authentication, first + authentication_label)) return std::nullopt;
    if (!from.fill(std::span{keys.salt}.first(master_salt.size()), first + salt_label)) return std::nullopt;
  }
  return derived;
}

}  // namespace confab::secure
