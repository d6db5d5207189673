/// The yardstick: what it costs this machine to receive each packet and send it back, and nothing else. One
/// socket a leg, epoll, recvfrom and sendto, one thread. A conference server cannot be cheaper than this by
/// the same means.

#include <array>
#include <charconv>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench/load/udp_socket.hpp"

namespace {

using namespace confab;

struct echo_options {
  std::string address = "127.0.0.1";
  uint16_t first_port = 40'000;
  uint16_t ports = 1;
};

bool read_port(std::string_view text, uint16_t& out) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  return code == std::errc() && end == text.data() + text.size() && out > 0;
}

bool read_argument(std::string_view argument, echo_options& o) {
  const auto value = argument.substr(std::min(argument.find('=') + 1, argument.size()));
  if (argument.starts_with("--first-port=")) return read_port(value, o.first_port);
  if (argument.starts_with("--ports=")) return read_port(value, o.ports);
  if (!argument.starts_with("--address=")) return false;
  o.address = value;
  return true;
}

result<std::vector<load::udp_socket>> open_sockets(const echo_options& o, int epoll) {
  std::vector<load::udp_socket> sockets;
  for (uint32_t i = 0; i < o.ports; ++i) {
    auto address = socket_address::parse(o.address, static_cast<uint16_t>(o.first_port + i));
    if (!address) return address.error();
    auto socket = load::udp_socket::bind(*address);
    if (!socket) return socket.error();
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket->fd();
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket->fd(), &event) != 0)
      return {errc::unavailable, "epoll_ctl failed"};
    sockets.push_back(std::move(socket).value());
  }
  return sockets;
}

[[noreturn]] void echo_forever(int epoll) {
  std::array<epoll_event, 512> ready;
  std::array<char, 2'048> buffer;
  for (;;) {
    const int count = epoll_wait(epoll, ready.data(), static_cast<int>(ready.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = ready[static_cast<size_t>(i)].data.fd;
      sockaddr_storage from{};
      socklen_t length = sizeof(from);
      auto* peer = reinterpret_cast<sockaddr*>(&from);
      const auto bytes = recvfrom(fd, buffer.data(), buffer.size(), MSG_DONTWAIT, peer, &length);
      if (bytes > 0) (void)sendto(fd, buffer.data(), static_cast<size_t>(bytes), MSG_DONTWAIT, peer, length);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  echo_options o;
  for (int i = 1; i < argc; ++i) {
    if (read_argument(argv[i], o)) continue;
    std::fprintf(stderr, "confab_udp_echo: %s: expected --first-port=P --ports=N --address=A\n", argv[i]);
    return 2;
  }
  if (o.first_port + o.ports > 65'536) {
    std::fputs("confab_udp_echo: the ports go past 65535\n", stderr);
    return 2;
  }
  load::raise_file_limit();
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  const auto sockets = open_sockets(o, epoll);
  if (!sockets) {
    std::fprintf(stderr, "confab_udp_echo: %s\n", sockets.error().text.c_str());
    return 1;
  }
  std::puts("ready");
  std::fflush(stdout);
  echo_forever(epoll);
}
