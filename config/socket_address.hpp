#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include "config/result.hpp"

namespace confab {

/// An IPv4 or IPv6 address with a port; a value, no socket behind it.
class socket_address {
 public:
  socket_address() = default;  ///< unspecified: `family()` is AF_UNSPEC
  socket_address(const sockaddr* raw, socklen_t length);

  /// `host` is an IPv4 or IPv6 literal, the latter with or without brackets; names are refused.
  static result<socket_address> parse(std::string_view host, uint16_t port);

  /// A literal with or without `:port`; IPv6 with a port needs its brackets.
  static result<socket_address> parse_with_port(std::string_view text, uint16_t default_port);

  [[nodiscard]] int family() const noexcept { return storage_.base.sa_family; }
  [[nodiscard]] bool is_specified() const noexcept { return family() != AF_UNSPEC; }
  [[nodiscard]] bool is_any_host() const noexcept;  ///< 0.0.0.0 or ::
  [[nodiscard]] uint16_t port() const noexcept;
  void set_port(uint16_t port) noexcept;

  [[nodiscard]] bool same_host(const socket_address& other) const noexcept;
  bool operator==(const socket_address& other) const noexcept;

  [[nodiscard]] std::string host() const;  ///< without brackets
  /// Whom an address belongs to, as far as one can count: an IPv4 address, or the /64 of an IPv6 one, all of
  /// which a single customer has.
  [[nodiscard]] std::string customer() const;
  [[nodiscard]] std::string to_string() const;  ///< `192.0.2.1:5060`, `[2001:db8::1]:5060`

  [[nodiscard]] const sockaddr* raw() const noexcept { return &storage_.base; }
  [[nodiscard]] sockaddr* raw() noexcept { return &storage_.base; }
  [[nodiscard]] socklen_t raw_length() const noexcept;
  static constexpr socklen_t raw_capacity = sizeof(sockaddr_in6);

 private:
  union storage {
    sockaddr base;
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  storage storage_{.v6 = {}};
};

}  // namespace confab
