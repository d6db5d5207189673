#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// RFC 3262 §7.2: `RSeq CSeq-number Method` of a PRACK.
struct rack {
  uint32_t rseq = 0;
  uint32_t cseq = 0;
  std::string method;
  bool operator==(const rack&) const = default;
};
result<rack> parse_rack(std::string_view value);
std::string write_rack(const rack& value);
/// RSeq of a reliable provisional response; nothing when it is not one.
[[nodiscard]] std::optional<uint32_t> reliable_sequence(const wire_message& response);
[[nodiscard]] bool requires_reliable(const wire_message& invite);

/// RFC 3262 §3, the sender's schedule: T1 doubling, given up after 64*T1.
struct resend_schedule {
  std::chrono::milliseconds interval;
  std::chrono::milliseconds spent{0};
  std::chrono::milliseconds cap;  ///< the interval grows no further

  /// How long to wait for the next try; nothing when it is time to give up.
  [[nodiscard]] std::optional<std::chrono::milliseconds> next();
};
[[nodiscard]] resend_schedule provisional_schedule();  ///< no cap
[[nodiscard]] resend_schedule answer_schedule();       ///< 2xx to INVITE, RFC 3261 §13.3.1.4: capped at T2

}  // namespace confab::sip
