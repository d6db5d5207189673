#include "media/io/stream_ring.hpp"

#include "media/io/stream_connections.hpp"

namespace confab::io {

result<std::unique_ptr<stream_ring>> stream_ring::make(io_backend wanted,
                                                       std::shared_ptr<const wake_up> alarm) {
  switch (wanted) {
    case io_backend::uring:
      return make_uring_streams(std::move(alarm));
    case io_backend::epoll:
      break;
    case io_backend::automatic:
      if (auto ring = make_uring_streams(alarm)) return ring;
      break;
  }
  return make_epoll_streams(std::move(alarm));
}

}  // namespace confab::io
