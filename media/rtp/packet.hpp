#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "config/result.hpp"

namespace confab::rtp {

inline constexpr size_t header_bytes = 12;

/// RFC 3550 §5.1. `payload` is borrowed from the datagram, padding and extension already taken off.
struct packet {
  uint8_t payload_type = 0;  ///< 7 bits
  bool marker = false;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  std::span<const uint8_t> payload;
  std::span<const uint8_t> extension;  ///< body of the header extension (RFC 8285), empty when absent
  uint16_t extension_profile = 0;
};

/// Refuses what is not RTP version 2, is truncated, or whose CSRCs, extension or padding do not fit.
result<packet> parse_packet(std::span<const uint8_t> datagram);

/// Writes header and payload; `out` must hold header_bytes + payload. Returns the length. No CSRC, no
/// extension.
size_t write_packet(const packet& p, std::span<uint8_t> out);

/// RFC 5761 §4: whether a datagram on a shared port is RTCP.
[[nodiscard]] bool looks_like_rtcp(std::span<const uint8_t> datagram) noexcept;

/// a is newer than b in a space that wraps (RFC 1982).
[[nodiscard]] constexpr bool newer(uint16_t a, uint16_t b) noexcept {
  return static_cast<int16_t>(a - b) > 0;
}
[[nodiscard]] constexpr bool newer(uint32_t a, uint32_t b) noexcept {
  return static_cast<int32_t>(a - b) > 0;
}

}  // namespace confab::rtp
