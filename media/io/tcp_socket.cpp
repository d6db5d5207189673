#include "media/io/tcp_socket.hpp"

#include <cerrno>

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr int backlog = 4'096;  // a server that restarts is called by all its clients at once

/// Bytes that the kernel takes before it can send them: what waits behind them waits with us, where small
/// messages overtake large ones, and in no buffer of some megabytes.
constexpr int unsent = 131'072;

error refusal(const std::string& operation, int number) {
  const bool shortage =
      number == EADDRINUSE || number == EMFILE || number == ENFILE || number == ENOBUFS || number == ENOMEM;
  return {shortage ? errc::exhausted : errc::unavailable, describe_errno(operation, number)};
}

void set_option(int fd, int level, int option, int value) noexcept {
  (void)::setsockopt(fd, level, option, &value, sizeof(value));
}

}  // namespace

result<descriptor> open_tcp(const socket_address& to) {
  if (!to.is_specified()) return {errc::unavailable, "connect: the address has no family"};
  descriptor socket{::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (!socket) return refusal("socket for " + to.to_string(), errno);
  return socket;
}

result<descriptor> listen_tcp(const socket_address& local) {
  auto socket = open_tcp(local);
  if (!socket) return socket;
  set_option(socket->get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (local.family() == AF_INET6) set_option(socket->get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (::bind(socket->get(), local.raw(), local.raw_length()) != 0)
    return refusal("bind " + local.to_string(), errno);
  if (::listen(socket->get(), backlog) != 0) return refusal("listen " + local.to_string(), errno);
  return socket;
}

result<descriptor> duplicate(const descriptor& socket) {
  descriptor again{::fcntl(socket.get(), F_DUPFD_CLOEXEC, 0)};
  if (!again) return refusal("duplicate a socket", errno);
  return again;
}

void tune_tcp(int fd) noexcept {
  set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);  // seconds
  set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 15);
  set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set_option(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsent);
}

socket_address peer_of(int fd) noexcept {
  socket_address address;
  socklen_t length = socket_address::raw_capacity;
  if (::getpeername(fd, address.raw(), &length) != 0) return {};
  return address;
}

socket_address local_of(int fd) noexcept {
  socket_address address;
  socklen_t length = socket_address::raw_capacity;
  if (::getsockname(fd, address.raw(), &length) != 0) return {};
  return address;
}

}  // namespace confab::io
