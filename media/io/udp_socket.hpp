#pragma once

#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "media/io/descriptor.hpp"

namespace confab::io {

/// A non-blocking UDP socket bound to `local`; IPv6 sockets carry IPv6 only. Refuses `exhausted` when the
/// port is taken or no descriptor is left, `unavailable` for everything else.
result<descriptor> bind_udp(const socket_address& local);

/// Where a socket is bound; the port that port 0 became.
result<socket_address> local_address(const descriptor& socket);

/// errno in words that name the operation: "bind 127.0.0.1:50000: Address already in use".
std::string describe_errno(const std::string& operation, int number);

}  // namespace confab::io
