#include "media/io/port_pool.hpp"

namespace confab::io {

port_pool::port_pool(uint16_t first, uint16_t last) : first_even_((uint32_t{first} + 1) & ~1U) {
  if (first_even_ == 0) first_even_ = 2;  // port 0 is not a port
  for (uint32_t port = first_even_; port + 1 <= last; port += 2)
    queue_.push_back(static_cast<uint16_t>(port));
  taken_.resize(queue_.size());
  available_ = queue_.size();
}

std::optional<uint16_t> port_pool::take() {
  if (available_ == 0) return std::nullopt;
  const uint16_t port = queue_[head_];
  head_ = (head_ + 1) % queue_.size();
  --available_;
  taken_[(port - first_even_) / 2] = true;
  return port;
}

bool port_pool::give_back(uint16_t port) {
  if (port < first_even_ || port % 2 != 0) return false;
  const size_t pair = (port - first_even_) / 2;
  if (pair >= taken_.size() || !taken_[pair]) return false;
  taken_[pair] = false;
  queue_[(head_ + available_) % queue_.size()] = port;
  ++available_;
  return true;
}

}  // namespace confab::io
