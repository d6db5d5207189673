#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab {

/// Addresses that share their first bits (RFC 4632 §3.1, RFC 4291 §2.3): "192.0.2.0/24", "2001:db8::/32";
/// without a length, one host.
class cidr_range {
 public:
  static result<cidr_range> parse(std::string_view text);

  /// An IPv4 peer seen on an IPv6 socket (`::ffff:192.0.2.1`) is looked up as the IPv4 host it is.
  [[nodiscard]] bool contains(const socket_address& address) const noexcept;
  [[nodiscard]] std::string to_string() const;

 private:
  socket_address network_;
  unsigned prefix_bits_ = 0;
};

result<std::vector<cidr_range>> parse_cidr_list(const std::vector<std::string>& texts);
[[nodiscard]] bool contains(const std::vector<cidr_range>& ranges, const socket_address& address) noexcept;

}  // namespace confab
