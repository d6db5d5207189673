#include <algorithm>
#include <array>
#include <cstring>

#include <openssl/crypto.h>

#include "media/secure/aes_blocks.hpp"
#include "media/secure/hmac_sha1.hpp"
#include "media/secure/packet_layout.hpp"
#include "media/secure/packet_transform.hpp"

namespace confab::secure {
namespace {

/// AES in counter mode and HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1) for RTP or RTCP.
class half {
 public:
  half(const session_keys& keys, size_t tag_bytes)
      : aes_(keys.encryption_key()), mac_(keys.authentication), salt_(keys.salt), tag_bytes_(tag_bytes) {}
  half(const half&) = delete;
  half& operator=(const half&) = delete;
  ~half() { OPENSSL_cleanse(salt_.data(), salt_.size()); }

  [[nodiscard]] bool ready() const noexcept { return aes_.ready(); }
  [[nodiscard]] size_t tag_bytes() const noexcept { return tag_bytes_; }

  bool crypt(std::span<uint8_t> payload, uint32_t ssrc, uint64_t index) noexcept {
    std::array<uint8_t, aes_block_bytes> counter{};
    std::copy(salt_.begin(), salt_.end(), counter.begin());
    for (size_t i = 0; i < 4; ++i) counter[4 + i] ^= static_cast<uint8_t>(ssrc >> (24 - 8 * i));
    for (size_t i = 0; i < 6; ++i) counter[8 + i] ^= static_cast<uint8_t>(index >> (40 - 8 * i));
    return aes_.crypt(counter, payload);
  }
  /// Puts the tag of `message` and `suffix` at `tag`.
  void sign(std::span<const uint8_t> message, std::span<const uint8_t> suffix, uint8_t* tag) const noexcept {
    const auto digest = mac_.sign(message, suffix);
    std::memcpy(tag, digest.data(), tag_bytes_);
  }
  [[nodiscard]] bool fits(std::span<const uint8_t> message, std::span<const uint8_t> suffix,
                          const uint8_t* tag) const noexcept {
    const auto digest = mac_.sign(message, suffix);
    return CRYPTO_memcmp(digest.data(), tag, tag_bytes_) == 0;
  }

 private:
  aes_blocks aes_;
  hmac_sha1 mac_;
  std::array<uint8_t, session_keys::salt_room> salt_;
  size_t tag_bytes_;
};

/// RFC 3711 §4.2: the rollover counter is authenticated, though not sent.
std::array<uint8_t, 4> rollovers(uint64_t index) noexcept {
  std::array<uint8_t, 4> bytes{};
  put_word(bytes, 0, static_cast<uint32_t>(index >> 16));
  return bytes;
}

class counter_transform final : public packet_transform {
 public:
  counter_transform(media::srtp_suite suite, const direction_keys& keys)
      : rtp_(keys.rtp, rtp_tag_bytes(suite)), rtcp_(keys.rtcp, rtcp_tag_bytes(suite)) {}
  [[nodiscard]] bool ready() const noexcept { return rtp_.ready() && rtcp_.ready(); }

  bool seal_rtp(std::span<uint8_t> packet, size_t length, size_t clear, uint64_t index) noexcept override {
    if (!rtp_.crypt(packet.subspan(clear, length - clear), word_at(packet, 8), index)) return false;
    rtp_.sign(packet.first(length), rollovers(index), packet.data() + length);
    return true;
  }

  bool open_rtp(std::span<uint8_t> packet, size_t clear, uint64_t index) noexcept override {
    const size_t length = packet.size() - rtp_.tag_bytes();
    if (!rtp_.fits(packet.first(length), rollovers(index), packet.data() + length)) return false;
    return rtp_.crypt(packet.subspan(clear, length - clear), word_at(packet, 8), index);
  }

  bool seal_rtcp(std::span<uint8_t> packet, size_t length, uint32_t index) noexcept override {
    const auto payload = packet.subspan(rtcp_header_bytes, length - rtcp_header_bytes);
    if (!rtcp_.crypt(payload, word_at(packet, 4), index)) return false;
    put_word(packet, length, index);
    packet[length] |= rtcp_encrypted;
    const size_t authenticated = length + rtcp_index_bytes;
    rtcp_.sign(packet.first(authenticated), {}, packet.data() + authenticated);
    return true;
  }

  bool open_rtcp(std::span<uint8_t> packet, uint32_t trailer) noexcept override {
    const size_t authenticated = packet.size() - rtcp_.tag_bytes();
    if (!rtcp_.fits(packet.first(authenticated), {}, packet.data() + authenticated)) return false;
    const size_t length = authenticated - rtcp_index_bytes;
    return rtcp_.crypt(packet.subspan(rtcp_header_bytes, length - rtcp_header_bytes), word_at(packet, 4),
                       trailer & 0x7fff'ffff);
  }

 private:
  half rtp_;
  half rtcp_;
};

}  // namespace

std::unique_ptr<packet_transform> make_counter_transform(media::srtp_suite suite,
                                                         const direction_keys& keys) {
  auto made = std::make_unique<counter_transform>(suite, keys);
  if (!made->ready()) return nullptr;
  return made;
}

}  // namespace confab::secure
