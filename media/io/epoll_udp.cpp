#include <algorithm>
#include <cerrno>

#include <sys/epoll.h>

#include "media/io/socket_rounds.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr size_t events_at_once = 256;

/// For machines that forbid io_uring: an epoll set a slot says who has something, then one system call a
/// datagram.
class epoll_udp final : public socket_rounds {
 public:
  result<void> start() { return open(); }
  [[nodiscard]] io_backend backend() const noexcept override { return io_backend::epoll; }

 private:
  result<void> attach(uint32_t index) override;
  void detach(uint32_t) noexcept override {}  // a closed descriptor leaves its sets
  bool enlist(uint32_t index, bool on) noexcept override;
  std::span<const uint32_t> ready(unsigned slot) noexcept override;
  void read(std::span<const uint32_t> indices) noexcept override;
  size_t transmit() noexcept override;

  std::array<descriptor, ring_slots> sets_;  ///< made when first used
  std::vector<epoll_event> events_;
  std::vector<uint32_t> ready_;
};

result<void> epoll_udp::attach(uint32_t) {
  if (events_.size() >= sockets_.size()) return {};
  // A round asks for all at once: level-triggered events would come again in a second call.
  events_.resize(std::max(events_at_once, 2 * sockets_.size()));
  ready_.reserve(events_.size());
  return {};
}

bool epoll_udp::enlist(uint32_t index, bool on) noexcept {
  descriptor& set = sets_[sockets_[index].slot];
  if (!set) set = descriptor(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u32 = index;
  return ::epoll_ctl(set.get(), on ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, sockets_[index].file.get(), &event) == 0;
}

std::span<const uint32_t> epoll_udp::ready(unsigned slot) noexcept {
  ready_.clear();
  if (lists_[slot].empty()) return ready_;
  const int count = ::epoll_wait(sets_[slot].get(), events_.data(), static_cast<int>(events_.size()), 0);
  if (count < 0) broken_ = errno != EINTR;
  for (int i = 0; i < count; ++i) ready_.push_back(events_[static_cast<size_t>(i)].data.u32);
  return ready_;
}

void epoll_udp::read(std::span<const uint32_t> indices) noexcept {
  for (size_t i = 0; i < indices.size(); ++i) {
    const socket_entry& entry = sockets_[indices[i]];
    landing& place = landings_[i];
    socklen_t length = socket_address::raw_capacity;
    const bool known = entry.tied == socket_entry::tie::tied;
    const ssize_t got = ::recvfrom(entry.file.get(), place.bytes.data(), place.bytes.size(), MSG_DONTWAIT,
                                   known ? nullptr : place.source.raw(), known ? nullptr : &length);
    landed(indices[i], place, got < 0 ? -errno : static_cast<int>(got));
  }
}

// sendmmsg serves one socket, and each leg has its own: there is nothing to batch.
size_t epoll_udp::transmit() noexcept {
  size_t failed = 0;
  for (size_t i = 0; i < queued_; ++i) {
    const departure& leaving = departures_[i];
    const socket_entry& entry = sockets_[leaving.socket];
    const bool known = entry.tied != socket_entry::tie::none && leaving.to == entry.peer;
    const ssize_t sent = ::sendto(entry.file.get(), leaving.bytes.data(), leaving.length, MSG_DONTWAIT,
                                  known ? nullptr : leaving.to.raw(), known ? 0 : leaving.to.raw_length());
    if (sent < 0) ++failed;
  }
  return failed;
}

}  // namespace

result<std::unique_ptr<udp_ring>> make_epoll() {
  auto ring = std::make_unique<epoll_udp>();
  if (auto started = ring->start(); !started) return started.error();
  return std::unique_ptr<udp_ring>(std::move(ring));
}

}  // namespace confab::io
