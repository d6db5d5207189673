#pragma once

#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "media/io/descriptor.hpp"

namespace confab::io {

/// A non-blocking TCP socket that listens at `local`; IPv6 sockets take IPv6 only. Refuses `exhausted` when
/// the port is taken or no descriptor is left, `unavailable` for everything else.
result<descriptor> listen_tcp(const socket_address& local);

/// A non-blocking TCP socket of the family of `to`, not connected yet.
result<descriptor> open_tcp(const socket_address& to);

/// Another descriptor of the same socket.
result<descriptor> duplicate(const descriptor& socket);

/// Small writes leave at once, dead peers are noticed in minutes.
void tune_tcp(int fd) noexcept;

[[nodiscard]] socket_address peer_of(int fd) noexcept;
[[nodiscard]] socket_address local_of(int fd) noexcept;

}  // namespace confab::io
