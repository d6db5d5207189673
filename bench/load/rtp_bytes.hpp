#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace confab::load {

inline constexpr size_t rtp_header_bytes = 12;

/// The fixed header of RFC 3550 §5.1.
struct rtp_fields {
  uint8_t payload_type = 0;
  bool marker = false;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
};

/// Writes twelve bytes.
void write_rtp_header(const rtp_fields& fields, std::span<uint8_t, rtp_header_bytes> out) noexcept;
/// None for what is not RTP version 2, RTCP on a multiplexed port included (RFC 5761 §4).
[[nodiscard]] std::optional<rtp_fields> read_rtp_header(std::span<const uint8_t> packet) noexcept;
/// The payload after contributing sources, extension and padding; empty when they do not fit.
[[nodiscard]] std::span<const uint8_t> rtp_payload(std::span<const uint8_t> packet) noexcept;

/// RFC 3550 §6.4.2, §6.5: an empty receiver report and a CNAME, the least that shows a silent leg is alive.
/// Writes at most 64 bytes and returns how many.
size_t write_rtcp(uint32_t ssrc, std::span<uint8_t> out) noexcept;

}  // namespace confab::load
