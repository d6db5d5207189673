#include "media/io/udp_socket.hpp"

#include <cerrno>
#include <system_error>

#include <sys/socket.h>

namespace confab::io {
namespace {

// A second of the fattest stream that is normal (64 kbit/s and headers at 100 packets/s, with the kernel's
// own overhead): a shard that stalls longer than this has lost the call anyway, and thousands of sockets
// share the memory.
constexpr int receive_buffer_bytes = 128 * 1024;

bool is_shortage(int number) noexcept {
  return number == EADDRINUSE || number == EMFILE || number == ENFILE || number == ENOBUFS ||
         number == ENOMEM;
}

error refusal(const std::string& operation, int number) {
  return {is_shortage(number) ? errc::exhausted : errc::unavailable, describe_errno(operation, number)};
}

}  // namespace

std::string describe_errno(const std::string& operation, int number) {
  return operation + ": " + std::generic_category().message(number);
}

result<descriptor> bind_udp(const socket_address& local) {
  if (!local.is_specified()) return {errc::unavailable, "bind: the local address has no family"};
  descriptor socket{::socket(local.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) return refusal("socket for " + local.to_string(), errno);
  if (local.family() == AF_INET6) {
    const int on = 1;
    if (::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0) {
      return refusal("IPV6_V6ONLY for " + local.to_string(), errno);
    }
  }
  // A kernel that grants less only loses packets sooner under a stall: not a reason to refuse the call.
  (void)::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes,
                     sizeof(receive_buffer_bytes));
  if (::bind(socket.get(), local.raw(), local.raw_length()) != 0) {
    return refusal("bind " + local.to_string(), errno);
  }
  return socket;
}

result<socket_address> local_address(const descriptor& socket) {
  socket_address address;
  socklen_t length = socket_address::raw_capacity;
  if (::getsockname(socket.get(), address.raw(), &length) != 0) return refusal("getsockname", errno);
  return address;
}

}  // namespace confab::io
