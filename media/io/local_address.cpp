#include "media/io/local_address.hpp"

#include <unistd.h>

namespace confab::io {

result<socket_address> local_address_towards(const socket_address& remote) {
  const int fd = ::socket(remote.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return {errc::unavailable, "no socket to look up a route with"};
  sockaddr_storage raw{};
  socklen_t length = sizeof(raw);
  auto* generic = reinterpret_cast<sockaddr*>(&raw);
  const bool found =
      ::connect(fd, remote.raw(), remote.raw_length()) == 0 && ::getsockname(fd, generic, &length) == 0;
  ::close(fd);
  if (!found) return {errc::unavailable, "no route to " + remote.host()};
  socket_address local(generic, length);
  local.set_port(0);
  return local;
}

socket_address default_local_address() {
  // Documentation addresses (RFC 5737, RFC 3849): routed by the default route, never answered, never sent to
  // here.
  for (const char* far : {"192.0.2.1", "2001:db8::1"}) {
    const auto remote = socket_address::parse(far, 9);
    if (!remote) continue;
    if (auto local = local_address_towards(*remote)) return *local;
  }
  return socket_address::parse("127.0.0.1", 0).value();
}

}  // namespace confab::io
