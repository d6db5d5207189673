#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace confab::sdp {

/// RFC 3605 §2.1: `a=rtcp:<port> [IN <address type> <address>]`.
struct rtcp_target {
  uint16_t port = 0;
  std::string address;  ///< an IP literal; empty: that of c=
  bool operator==(const rtcp_target&) const = default;
};

result<rtcp_target> parse_rtcp(std::string_view value);
/// The value of the attribute.
std::string write(const rtcp_target& target);

}  // namespace confab::sdp
