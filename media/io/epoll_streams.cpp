#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/socket.h>

#include "media/io/stream_connections.hpp"
#include "media/io/tcp_socket.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr size_t events_at_once = 256;
constexpr size_t buffer_bytes = 8'192;

enum class kind : uint8_t { listener, connection, alarm };

uint64_t tag(kind what, uint32_t place) noexcept {
  return uint64_t{static_cast<uint8_t>(what)} << 32 | place;
}

/// For machines that forbid io_uring. Level-triggered: a connection is in the set for what it waits for.
class epoll_streams final : public stream_connections {
 public:
  explicit epoll_streams(std::shared_ptr<const wake_up> alarm) : alarm_(std::move(alarm)) {}
  result<void> start();
  [[nodiscard]] io_backend backend() const noexcept override { return io_backend::epoll; }
  std::span<const stream_event> wait(std::optional<std::chrono::milliseconds> limit) override;

 private:
  void arm_accept(uint32_t listener) override;
  void start_connect(uint32_t place) override;
  void start_reading(uint32_t place) override;
  void stop_reading(uint32_t place) override;
  void start_writing(uint32_t place) override;
  void abandon(uint32_t) override {}  // a closed descriptor leaves the set

  void enlist(uint32_t place);
  void handle(const epoll_event& event, size_t buffer);
  void take_connections(uint32_t listener);
  void read(uint32_t place, size_t buffer);
  void write(uint32_t place);
  void end_if_broken(uint32_t place);
  void finish_connecting(uint32_t place);

  std::shared_ptr<const wake_up> alarm_;
  descriptor set_;
  std::array<epoll_event, events_at_once> ready_{};
  std::vector<std::array<uint8_t, buffer_bytes>> buffers_{events_at_once};
};

result<void> epoll_streams::start() {
  set_ = descriptor(::epoll_create1(EPOLL_CLOEXEC));
  if (!set_) return {errc::unavailable, describe_errno("epoll", errno)};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag(kind::alarm, 0);
  if (::epoll_ctl(set_.get(), EPOLL_CTL_ADD, alarm_->fd(), &event) != 0)
    return {errc::unavailable, describe_errno("epoll", errno)};
  return {};
}

void epoll_streams::arm_accept(uint32_t listener) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag(kind::listener, listener);
  listeners_[listener].armed =
      ::epoll_ctl(set_.get(), EPOLL_CTL_ADD, listeners_[listener].file.get(), &event) == 0;
}

void epoll_streams::enlist(uint32_t place) {
  connection& c = *table_[place];
  epoll_event event{};
  if (c.read) event.events |= EPOLLIN;
  if (c.writing || c.state == phase::connecting) event.events |= EPOLLOUT;
  event.data.u64 = tag(kind::connection, place);
  if (::epoll_ctl(set_.get(), EPOLL_CTL_MOD, c.file.get(), &event) == 0 || errno != ENOENT) return;
  (void)::epoll_ctl(set_.get(), EPOLL_CTL_ADD, c.file.get(), &event);
}

void epoll_streams::start_connect(uint32_t place) {
  connection& c = *table_[place];
  const int failed = ::connect(c.file.get(), c.to.raw(), c.to.raw_length());
  if (failed == 0 || errno == EINPROGRESS || errno == EINTR) return enlist(place);
  // The caller does not have the id yet: the set will say that it failed.
  enlist(place);
}

void epoll_streams::start_reading(uint32_t place) {
  table_[place]->read = true;
  enlist(place);
}

void epoll_streams::stop_reading(uint32_t place) {
  table_[place]->read = false;
  enlist(place);
}

void epoll_streams::start_writing(uint32_t place) {
  table_[place]->writing = true;
  enlist(place);
}

std::span<const stream_event> epoll_streams::wait(std::optional<std::chrono::milliseconds> limit) {
  const auto most = rouse(limit);
  const int patience = most ? static_cast<int>(std::min<int64_t>(most->count(), INT32_MAX)) : -1;
  const int count = ::epoll_wait(set_.get(), ready_.data(), static_cast<int>(ready_.size()), patience);
  if (count < 0) broken_ |= errno != EINTR;
  for (int i = 0; i < count; ++i) handle(ready_[static_cast<size_t>(i)], static_cast<size_t>(i));
  return hand_out();
}

void epoll_streams::handle(const epoll_event& event, size_t buffer) {
  const auto place = static_cast<uint32_t>(event.data.u64);
  switch (static_cast<kind>(event.data.u64 >> 32)) {
    case kind::listener:
      take_connections(place);
      break;
    case kind::connection:
      if (table_[place]->state == phase::connecting) {
        finish_connecting(place);
        break;
      }
      if (table_[place]->writing && (event.events & (EPOLLOUT | EPOLLERR)) != 0) write(place);
      if (is_live(place) && table_[place]->read && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        read(place, buffer);
      else if (is_live(place) && !table_[place]->read && (event.events & (EPOLLHUP | EPOLLERR)) != 0)
        end_if_broken(place);
      break;
    case kind::alarm:
      alarm_->silence();
      break;
  }
}

void epoll_streams::take_connections(uint32_t listener) {
  constexpr int at_once = 64;  // others wait too
  for (int i = 0; i < at_once; ++i) {
    const int fd = ::accept4(listeners_[listener].file.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      accepted(listener, fd);
      continue;
    }
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return;
    (void)::epoll_ctl(set_.get(), EPOLL_CTL_DEL, listeners_[listener].file.get(), nullptr);
    rest_accepting(listener);
    return;
  }
}

void epoll_streams::finish_connecting(uint32_t place) {
  int number = 0;
  socklen_t length = sizeof(number);
  (void)::getsockopt(table_[place]->file.get(), SOL_SOCKET, SO_ERROR, &number, &length);
  if (number == 0 && !peer_of(table_[place]->file.get()).is_specified()) number = ECONNREFUSED;
  if (number != 0) return ended(place, number);
  connected(place);
  enlist(place);
}

void epoll_streams::read(uint32_t place, size_t buffer) {
  auto& into = buffers_[buffer];
  const ssize_t got = ::recv(table_[place]->file.get(), into.data(), into.size(), 0);
  if (got > 0) return came_in(place, {into.data(), static_cast<size_t>(got)});
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  ended(place, got == 0 ? 0 : errno);
}

/// Of one that is not read now. The event may be of an earlier connection at this place.
void epoll_streams::end_if_broken(uint32_t place) {
  uint8_t byte = 0;
  const ssize_t got = ::recv(table_[place]->file.get(), &byte, 1, MSG_PEEK);
  if (got < 0 && errno != EAGAIN && errno != EINTR) ended(place, errno);
}

void epoll_streams::write(uint32_t place) {
  connection& c = *table_[place];
  const ssize_t sent = ::sendmsg(c.file.get(), gather(c), MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) ended(place, errno);
    return;
  }
  was_sent(place, static_cast<size_t>(sent));
  if (!c.queue.empty()) return;
  c.writing = false;
  enlist(place);
}

}  // namespace

result<std::unique_ptr<stream_ring>> make_epoll_streams(std::shared_ptr<const wake_up> alarm) {
  auto made = std::make_unique<epoll_streams>(std::move(alarm));
  if (auto started = made->start(); !started) return started.error();
  return std::unique_ptr<stream_ring>(std::move(made));
}

}  // namespace confab::io
