#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab {

/// Where a server waits: "udp://0.0.0.0:5060", "tls://[::]:5061". Port 0 takes a free one.
struct listen_address {
  std::string scheme;  ///< one of the schemes given to `parse_listen_address`
  socket_address address;

  [[nodiscard]] std::string to_string() const { return scheme + "://" + address.to_string(); }
};

/// What may stand before `://` in `sip.listen`.
inline constexpr std::array<std::string_view, 3> sip_schemes{"udp", "tcp", "tls"};

/// And in `msrp.listen`.
inline constexpr std::array<std::string_view, 2> msrp_schemes{"msrps", "msrp"};

/// The host is an IP literal, IPv6 in brackets; the port is required.
result<listen_address> parse_listen_address(std::string_view text, std::span<const std::string_view> schemes);

}  // namespace confab
