#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/result.hpp"

namespace confab::rtp {

/// RFC 3550 §6.4.1: what a receiver saw of one source.
struct report_block {
  uint32_t ssrc = 0;
  uint8_t fraction_lost = 0;    ///< of 256, since the last report
  int32_t cumulative_lost = 0;  ///< 24 bits, signed
  uint32_t extended_highest_sequence = 0;
  uint32_t jitter = 0;               ///< timestamp units
  uint32_t last_sr = 0;              ///< middle 32 bits of the NTP time of the last SR heard; 0: none
  uint32_t delay_since_last_sr = 0;  ///< 1/65536 s
  bool operator==(const report_block&) const = default;
};

struct sender_info {
  uint64_t ntp = 0;  ///< 32.32 fixed point seconds since 1900
  uint32_t rtp_timestamp = 0;
  uint32_t packets = 0;
  uint32_t octets = 0;
  bool operator==(const sender_info&) const = default;
};

/// What a compound packet says that a conference needs. Several SRs in one compound: the last one counts.
struct rtcp_compound {
  static constexpr size_t most_blocks = 31;

  uint32_t sender_ssrc = 0;
  bool has_sender_info = false;
  sender_info sender;
  std::array<report_block, most_blocks> blocks{};
  size_t block_count = 0;  ///< further ones are left out
  std::string_view cname;  ///< borrowed from the packet; of the sender; empty when there is none
  bool bye = false;        ///< for `sender_ssrc`
};

/// RFC 3550 §A.2: checks the whole compound before it says anything; unknown packet types are stepped over. A
/// reduced-size packet (RFC 5506) that begins with another type than SR or RR is accepted too.
result<rtcp_compound> parse_rtcp(std::span<const uint8_t> datagram);

/// What we write. One block at most: a leg hears one source.
struct rtcp_report {
  uint32_t ssrc = 0;
  bool sending = false;  ///< SR instead of RR
  sender_info sender;
  bool has_block = false;
  report_block block;
  std::string_view cname;  ///< at most 255 bytes
  bool bye = false;
};

/// SR or RR, SDES with CNAME, BYE on request, in one compound. 0 when `out` is too small; 512 bytes are
/// always enough.
size_t write_rtcp(const rtcp_report& report, std::span<uint8_t> out) noexcept;

}  // namespace confab::rtp
