#include "media/secure/packet_layout.hpp"

namespace confab::secure {

size_t rtp_tag_bytes(media::srtp_suite suite) noexcept {
  switch (suite) {
    case media::srtp_suite::aes_cm_128_hmac_sha1_80:
      return 10;
    case media::srtp_suite::aes_cm_128_hmac_sha1_32:
      return 4;
    case media::srtp_suite::aes_256_cm_hmac_sha1_80:
      return 10;
    case media::srtp_suite::aead_aes_128_gcm:
      return 16;
  }
  return 16;
}

size_t rtcp_tag_bytes(media::srtp_suite suite) noexcept {
  // RFC 4568 §6.2.2: the suite with short tags keeps the 80-bit one for SRTCP.
  if (suite == media::srtp_suite::aes_cm_128_hmac_sha1_32) return 10;
  return rtp_tag_bytes(suite);
}

std::optional<size_t> clear_rtp_bytes(std::span<const uint8_t> packet) noexcept {
  size_t bytes = rtp_header_bytes + size_t{4} * (packet[0] & 0x0f);
  if ((packet[0] & 0x10) != 0) {  // RFC 3550 §5.3.1: profile, then the length in words without this one
    if (packet.size() < bytes + 4) return std::nullopt;
    bytes += 4 + 4 * (word_at(packet, bytes) & 0xffff);
  }
  if (packet.size() < bytes) return std::nullopt;
  return bytes;
}

}  // namespace confab::secure
