#pragma once

#include <cstdint>

namespace confab::secure {

/// 2^48 packets under one key at most (RFC 3711 §9.2).
inline constexpr uint64_t rtp_index_end = uint64_t{1} << 48;
/// The last of 2^31 SRTCP packets under one key (RFC 3711 §9.2); the first has index 1, as libsrtp2 counts.
inline constexpr uint32_t last_rtcp_index = 0x7fff'ffff;

/// RFC 3711 §3.3.1 and appendix A: the 48-bit index of a packet from its 16-bit sequence number and the
/// highest index so far. Until that passes 2^15 no rollover is assumed, so nothing is taken for a packet from
/// before the first. A result of `rtp_index_end` or more: the key has served its time. Pure.
[[nodiscard]] constexpr uint64_t estimate_index(uint64_t highest, uint16_t sequence) noexcept {
  constexpr uint64_t period = 0x1'0000;
  constexpr uint64_t median = 0x8000;
  const uint64_t low = highest & (period - 1);
  const uint64_t here = highest - low + sequence;  // the same rollover count
  if (highest <= median) return sequence;
  if (low < median) return sequence > low + median ? here - period : here;
  return sequence < low - median ? here + period : here;
}

}  // namespace confab::secure
