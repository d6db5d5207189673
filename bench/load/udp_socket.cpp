#include "bench/load/udp_socket.hpp"

#include <cerrno>
#include <cstring>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace confab::load {
namespace {

error system_error(const std::string& what) {
  const auto code = errno == EADDRINUSE ? errc::exhausted : errc::unavailable;
  return {code, what + ": " + std::strerror(errno)};
}

result<socket_address> bound_address(int fd) {
  sockaddr_storage raw{};
  socklen_t length = sizeof(raw);
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&raw), &length) != 0) return system_error("getsockname");
  return socket_address(reinterpret_cast<const sockaddr*>(&raw), length);
}

}  // namespace

udp_socket::~udp_socket() {
  if (fd_ >= 0) ::close(fd_);
}

udp_socket& udp_socket::operator=(udp_socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  local_ = other.local_;
  return *this;
}

result<udp_socket> udp_socket::bind(const socket_address& local) {
  udp_socket made;
  made.fd_ = ::socket(local.family(), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (made.fd_ < 0) return system_error("socket");
  if (::bind(made.fd_, local.raw(), local.raw_length()) != 0)
    return system_error("bind " + local.to_string());
  auto bound = bound_address(made.fd_);
  if (!bound) return bound.error();
  made.local_ = *bound;
  return made;
}

result<void> udp_socket::connect(const socket_address& peer) {
  if (::connect(fd_, peer.raw(), peer.raw_length()) != 0) return system_error("connect " + peer.to_string());
  return {};
}

void udp_socket::stamp_arrivals() {
  const int on = 1;
  (void)setsockopt(fd_, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

void udp_socket::set_receive_buffer(int bytes) {
  (void)setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
}

result<rtp_socket_pair> bind_pair(socket_address host, uint16_t& next_port) {
  for (uint32_t port = (next_port + 1U) & ~1U; port < 65'534; port += 2) {
    host.set_port(static_cast<uint16_t>(port));
    auto rtp = udp_socket::bind(host);
    if (!rtp && rtp.error().code != errc::exhausted) return rtp.error();
    if (!rtp) continue;
    host.set_port(static_cast<uint16_t>(port + 1));
    auto rtcp = udp_socket::bind(host);
    if (!rtcp && rtcp.error().code != errc::exhausted) return rtcp.error();
    if (!rtcp) continue;
    next_port = static_cast<uint16_t>(port + 2);
    return rtp_socket_pair{std::move(rtp).value(), std::move(rtcp).value()};
  }
  return {errc::exhausted, "no free RTP ports left; --first-port= takes others"};
}

result<socket_address> local_address_towards(const socket_address& peer, const std::string& wanted_host) {
  if (!wanted_host.empty()) return socket_address::parse(wanted_host, 0);
  // Connecting a UDP socket sends nothing; it only asks the routing table.
  auto any = socket_address::parse(peer.family() == AF_INET6 ? "::" : "0.0.0.0", 0);
  auto probe = udp_socket::bind(*any);
  if (!probe) return probe.error();
  if (auto connected = probe->connect(peer); !connected) return connected.error();
  auto local = bound_address(probe->fd());
  if (local) local->set_port(0);
  return local;
}

size_t raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
  (void)getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

}  // namespace confab::load
