#pragma once

#include <string>
#include <utility>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab::load {

/// A non-blocking UDP socket that closes itself.
class udp_socket {
 public:
  udp_socket() = default;
  udp_socket(udp_socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), local_(other.local_) {}
  udp_socket& operator=(udp_socket&& other) noexcept;
  ~udp_socket();

  /// Port 0 takes a free one. `exhausted` when the port is taken, `unavailable` for everything else.
  static result<udp_socket> bind(const socket_address& local);

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] const socket_address& local() const noexcept { return local_; }

  /// Also moves a connected socket to another peer (the server's re-INVITE).
  result<void> connect(const socket_address& peer);
  /// The kernel notes when each packet came in (SCM_TIMESTAMPNS, CLOCK_REALTIME), so that a late reader does
  /// not show.
  void stamp_arrivals();
  void set_receive_buffer(int bytes);

 private:
  int fd_ = -1;
  socket_address local_;
};

/// The sockets of one RTP stream.
struct rtp_socket_pair {
  udp_socket rtp;
  udp_socket rtcp;  ///< the next port (RFC 3550 §11)
};

/// The first free even port from `next_port` on, and the odd one after it; moves `next_port` past them.
result<rtp_socket_pair> bind_pair(socket_address host, uint16_t& next_port);

/// The address that packets to `peer` leave from, with port 0. `wanted_host` overrides.
result<socket_address> local_address_towards(const socket_address& peer, const std::string& wanted_host);

/// Raises the soft limit of open files to the hard one; the new limit.
size_t raise_file_limit();

}  // namespace confab::load
