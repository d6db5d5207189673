#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "signaling/sdp/description.hpp"

namespace confab::sdp {

/// RFC 8866 §6.15: `a=fmtp:<format> <parameters>`; what the parameters mean is the format's affair.
struct fmtp {
  uint8_t payload_type = 0;
  std::string parameters;
  bool operator==(const fmtp&) const = default;
};

result<fmtp> parse_fmtp(std::string_view value);
/// The value of the attribute.
std::string write(const fmtp& f);

/// Parameters of `payload_type` in `m`, empty where there are none.
[[nodiscard]] std::string fmtp_of(const media_description& m, uint8_t payload_type);

}  // namespace confab::sdp
