#include "media/io/ring.hpp"

#include "media/io/socket_rounds.hpp"

namespace confab::io {

io_backend backend_of(std::string_view word) noexcept {
  if (word == "uring") return io_backend::uring;
  if (word == "epoll") return io_backend::epoll;
  return io_backend::automatic;
}

std::string_view to_string(io_backend backend) noexcept {
  switch (backend) {
    case io_backend::automatic:
      return "automatic";
    case io_backend::uring:
      return "io_uring";
    case io_backend::epoll:
      return "epoll";
  }
  return "";
}

result<std::unique_ptr<udp_ring>> udp_ring::make(unsigned entries, io_backend wanted) {
  switch (wanted) {
    case io_backend::uring:
      return make_uring(entries);
    case io_backend::epoll:
      break;
    case io_backend::automatic:
      if (auto ring = make_uring(entries)) return ring;
      break;
  }
  return make_epoll();
}

}  // namespace confab::io
