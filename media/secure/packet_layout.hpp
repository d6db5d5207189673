#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "media/stream_settings.hpp"

/// Where things are in SRTP and SRTCP packets (RFC 3711 §3.1, §3.4). Pure; shared by both engines.
namespace confab::secure {

inline constexpr size_t rtp_header_bytes = 12;   ///< without CSRCs and extension
inline constexpr size_t rtcp_header_bytes = 8;   ///< the part that stays in the clear
inline constexpr size_t rtcp_index_bytes = 4;    ///< E bit and index
inline constexpr uint8_t rtcp_encrypted = 0x80;  ///< the E bit, in the first of those bytes

[[nodiscard]] size_t rtp_tag_bytes(media::srtp_suite suite) noexcept;
[[nodiscard]] size_t rtcp_tag_bytes(media::srtp_suite suite) noexcept;

[[nodiscard]] inline uint32_t word_at(std::span<const uint8_t> packet, size_t offset) noexcept {
  return uint32_t{packet[offset]} << 24 | uint32_t{packet[offset + 1]} << 16 |
         uint32_t{packet[offset + 2]} << 8 | packet[offset + 3];
}

inline void put_word(std::span<uint8_t> bytes, size_t offset, uint32_t word) noexcept {
  for (size_t i = 0; i < 4; ++i) bytes[offset + i] = static_cast<uint8_t>(word >> (24 - 8 * i));
}

/// Header, CSRCs and extension of an RTP packet of at least 12 bytes: what is not encrypted. Nothing when it
/// would end behind the packet.
[[nodiscard]] std::optional<size_t> clear_rtp_bytes(std::span<const uint8_t> packet) noexcept;

}  // namespace confab::secure
