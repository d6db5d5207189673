#include <algorithm>
#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "media/secure/aes_blocks.hpp"
#include "media/secure/packet_layout.hpp"
#include "media/secure/packet_transform.hpp"

namespace confab::secure {
namespace {

constexpr size_t tag_bytes = 16;
constexpr size_t iv_bytes = 12;
using initialization_vector = std::array<uint8_t, iv_bytes>;

/// Looked up once in the process and never freed: a look-up takes locks.
const EVP_CIPHER* gcm_cipher() {
  static const EVP_CIPHER* const aes_128 = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  return aes_128;
}

/// AES-GCM for RTP or RTCP of one direction: a context either seals or opens for all its life.
class half {
 public:
  half(const session_keys& keys, bool sealing) : sealing_(sealing) {
    std::copy_n(keys.salt.begin(), iv_bytes, salt_.begin());
    cipher_context made{EVP_CIPHER_CTX_new()};
    if (gcm_cipher() == nullptr || made == nullptr) return;
    // A context whose tag was read wants its IV anew, so the first one may be any.
    if (EVP_CipherInit_ex2(made.get(), gcm_cipher(), keys.encryption.data(), nullptr, sealing ? 1 : 0,
                           nullptr) == 1) {
      context_ = std::move(made);
    }
  }
  half(const half&) = delete;
  half& operator=(const half&) = delete;
  ~half() { OPENSSL_cleanse(salt_.data(), salt_.size()); }
  [[nodiscard]] bool ready() const noexcept { return context_ != nullptr; }

  /// RFC 7714 §8.1, §9.1: two zeros, the SSRC, and the index in six bytes, XOR the salt.
  bool begin(uint32_t ssrc, uint64_t index) noexcept {
    initialization_vector iv = salt_;
    for (size_t i = 0; i < 4; ++i) iv[2 + i] ^= static_cast<uint8_t>(ssrc >> (24 - 8 * i));
    for (size_t i = 0; i < 6; ++i) iv[6 + i] ^= static_cast<uint8_t>(index >> (40 - 8 * i));
    return EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv.data(), sealing_ ? 1 : 0, nullptr) == 1;
  }
  bool authenticate(std::span<const uint8_t> bytes) noexcept {
    int taken = 0;
    return EVP_CipherUpdate(context_.get(), nullptr, &taken, bytes.data(), static_cast<int>(bytes.size())) ==
           1;
  }
  bool crypt(std::span<uint8_t> bytes) noexcept {
    if (bytes.empty()) return true;
    int done = 0;
    return EVP_CipherUpdate(context_.get(), bytes.data(), &done, bytes.data(),
                            static_cast<int>(bytes.size())) == 1;
  }
  /// Ends a packet; the tag is written at `tag` or compared with it.
  bool finish(uint8_t* tag) noexcept {
    std::array<uint8_t, aes_block_bytes> none;
    int more = 0;
    if (sealing_) {
      return EVP_CipherFinal_ex(context_.get(), none.data(), &more) == 1 &&
             EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, tag_bytes, tag) == 1;
    }
    return EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, tag_bytes, tag) == 1 &&
           EVP_CipherFinal_ex(context_.get(), none.data(), &more) == 1;
  }

 private:
  cipher_context context_;
  initialization_vector salt_{};
  bool sealing_;
};

class gcm_transform final : public packet_transform {
 public:
  gcm_transform(const direction_keys& keys, bool sealing)
      : rtp_(keys.rtp, sealing), rtcp_(keys.rtcp, sealing) {}
  [[nodiscard]] bool ready() const noexcept { return rtp_.ready() && rtcp_.ready(); }

  bool seal_rtp(std::span<uint8_t> packet, size_t length, size_t clear, uint64_t index) noexcept override {
    return apply_rtp(packet, length, clear, index);
  }
  bool open_rtp(std::span<uint8_t> packet, size_t clear, uint64_t index) noexcept override {
    return apply_rtp(packet, packet.size() - tag_bytes, clear, index);
  }
  bool seal_rtcp(std::span<uint8_t> packet, size_t length, uint32_t index) noexcept override {
    const size_t trailer_at = length + tag_bytes;
    put_word(packet, trailer_at, index);
    packet[trailer_at] |= rtcp_encrypted;
    return apply_rtcp(packet.first(trailer_at + rtcp_index_bytes), index, true);
  }
  bool open_rtcp(std::span<uint8_t> packet, uint32_t trailer) noexcept override {
    return apply_rtcp(packet, trailer & 0x7fff'ffff, (trailer >> 31) != 0);
  }

 private:
  bool apply_rtp(std::span<uint8_t> packet, size_t length, size_t clear, uint64_t index) noexcept {
    return rtp_.begin(word_at(packet, 8), index) && rtp_.authenticate(packet.first(clear)) &&
           rtp_.crypt(packet.subspan(clear, length - clear)) && rtp_.finish(packet.data() + length);
  }

  /// RFC 7714 §9.2 (encrypted) and §9.3 (authenticated only): the trailer stands behind the tag, but is
  /// authenticated right after the header.
  bool apply_rtcp(std::span<uint8_t> packet, uint32_t index, bool encrypted) noexcept {
    const size_t length = packet.size() - tag_bytes - rtcp_index_bytes;
    const size_t clear = encrypted ? rtcp_header_bytes : length;
    return rtcp_.begin(word_at(packet, 4), index) && rtcp_.authenticate(packet.first(clear)) &&
           rtcp_.authenticate(packet.last(rtcp_index_bytes)) &&
           rtcp_.crypt(packet.subspan(clear, length - clear)) && rtcp_.finish(packet.data() + length);
  }

  half rtp_;
  half rtcp_;
};

}  // namespace

std::unique_ptr<packet_transform> make_gcm_transform(const direction_keys& keys, bool sealing) {
  auto made = std::make_unique<gcm_transform>(keys, sealing);
  if (!made->ready()) return nullptr;
  return made;
}

}  // namespace confab::secure
