#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace confab::dns {

/// The address a hosts file (`man 5 hosts`) gives a name; IPv6 in brackets, IPv4 preferred. Pure.
[[nodiscard]] std::optional<std::string> find_host(std::string_view hosts_file, std::string_view name);

/// The address of a name this machine knows without asking DNS: `localhost` (RFC 6761 §6.3) and /etc/hosts.
/// Reads the file at each call; nothing for literals.
[[nodiscard]] std::optional<std::string> local_host_address(std::string_view name);

}  // namespace confab::dns
