#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/cidr.hpp"
#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab {

/// Where this server does not connect or send on a stranger's word: the addresses that a Refer-To, a Contact,
/// an SDP `c=` or an MSRP path leads to, after DNS. Else whoever reaches the server could use it to reach
/// what stands behind it. A value; tells, and does nothing.
class net_deny {
 public:
  /// Each item is a network as in `cidr_range`, or a word:
  /// - "loopback": 127.0.0.0/8 and ::1, and with them 0.0.0.0/8 and ::, which lead to the machine itself
  /// - "link-local": 169.254.0.0/16, fe80::/10 (RFC 3927, RFC 4291 §2.5.6)
  /// - "private": 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918), 100.64.0.0/10 (RFC 6598, carriers'
  ///   NAT), fc00::/7 (RFC 4193), and fec0::/10 (its forerunner, RFC 3879)
  static result<net_deny> parse(const std::vector<std::string>& items);

  /// May `target`, named by `peer`, not be used? A target is denied by each network that holds it and does
  /// not hold the peer as well: a peer at 10.1.1.1 may name 10.2.2.2, but neither 192.168.0.1 nor 127.0.0.1.
  /// "loopback" and "link-local" each count as one network in this. An IPv4 address inside an IPv6 one
  /// (mapped, compatible, NAT64, 6to4) is looked at as well. Multicast, broadcast, reserved (RFC 1112 §4) and
  /// unspecified-family targets are always denied.
  [[nodiscard]] bool denied(const socket_address& target, const socket_address& peer) const noexcept;

 private:
  using place = std::vector<cidr_range>;  ///< networks that count as one

  [[nodiscard]] bool out_of_reach(const socket_address& target, const socket_address& peer) const noexcept;

  std::vector<place> places_;
};

/// An address of RFC 1918, RFC 6598 or RFC 4193: what a host behind NAT takes for its own.
[[nodiscard]] bool is_private_network(const socket_address& address) noexcept;

/// Empty, or what is wrong with an item of `net_deny::parse`.
[[nodiscard]] std::string check_deny_item(std::string_view item);

}  // namespace confab
