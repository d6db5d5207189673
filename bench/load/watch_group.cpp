#include "bench/load/watch_group.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/load/udp_socket.hpp"

namespace confab::load {
namespace {

using steady = std::chrono::steady_clock;

constexpr size_t failures_told = 5;

error system_error(const char* what) {
  return {errc::unavailable, std::string("a watcher's socket: ") + what + ": " + std::strerror(errno)};
}

/// A socket bound to our address and connected to the server, so that the kernel keeps others out.
result<int> connected_socket(const socket_address& local, const socket_address& server, bool udp) {
  const int fd = ::socket(server.family(), (udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (fd < 0) return system_error("socket");
  const int on = 1;
  if (!udp) (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (::bind(fd, local.raw(), local.raw_length()) != 0 ||
      ::connect(fd, server.raw(), server.raw_length()) != 0 || ::fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
    auto why = system_error("connect");
    ::close(fd);
    return why;
  }
  return fd;
}

}  // namespace

watch_group::watcher::~watcher() {
  if (fd >= 0) ::close(fd);
}

watch_group::~watch_group() {
  ::close(epoll_);
}

result<std::unique_ptr<watch_group>> watch_group::open(const socket_address& server, std::string local_host,
                                                       watch_transport transport) {
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return system_error("epoll_create1");
  std::unique_ptr<watch_group> made(new watch_group(server, std::move(local_host), transport, epoll));
  uint64_t random = 0;
  if (getrandom(&random, sizeof(random), 0) != sizeof(random)) return system_error("getrandom");
  made->run_id_ = std::to_string(random);
  return made;
}

result<void> watch_group::add(uint32_t room, std::string_view name, std::string_view domain) {
  auto local = local_address_towards(server_, local_host_);
  if (!local) return local.error();
  const auto fd = connected_socket(*local, server_, transport_ == watch_transport::udp);
  if (!fd) return fd.error();
  sockaddr_storage raw{};
  socklen_t length = sizeof(raw);
  (void)getsockname(*fd, reinterpret_cast<sockaddr*>(&raw), &length);

  const auto number = std::to_string(watchers_.size());
  subscription_settings settings;
  settings.request_uri.append("sip:").append(name).append("@").append(domain);
  settings.user = "watcher" + number;
  settings.call_id = "w" + number + "-" + run_id_ + "@" + local->host();
  settings.local = socket_address(reinterpret_cast<const sockaddr*>(&raw), length);
  settings.transport = transport_;
  auto& made = *watchers_.emplace_back(std::make_unique<watcher>(std::move(settings), room));
  made.fd = *fd;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &made;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, made.fd, &event) != 0) return system_error("epoll_ctl");
  send(made, made.dialog.subscribe(steady::now()));
  return {};
}

void watch_group::serve() {
  std::array<epoll_event, 64> ready;
  const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 0);
  for (int i = 0; i < count; ++i) {
    auto& w = *static_cast<watcher*>(ready[static_cast<size_t>(i)].data.ptr);
    transport_ == watch_transport::udp ? read_datagrams(w) : read_stream(w);
  }
}

void watch_group::read_datagrams(watcher& w) {
  static thread_local std::array<char, 65'536> buffer;
  for (int i = 0; i < 16; ++i) {  // others wait too
    const auto length = ::recv(w.fd, buffer.data(), buffer.size(), 0);
    if (length < 0) return;  // nothing more, or an ICMP error of a datagram that the timer repeats
    on_message(w, {buffer.data(), static_cast<size_t>(length)});
  }
}

void watch_group::read_stream(watcher& w) {
  static thread_local std::array<char, 262'144> buffer;
  const auto length = ::recv(w.fd, buffer.data(), buffer.size(), 0);
  if (length < 0 && errno == EAGAIN) return;
  if (length <= 0) return give_up(w, "connection closed by the server");
  w.stream.append({buffer.data(), static_cast<size_t>(length)});
  while (w.fd >= 0) {
    const auto message = w.stream.next();
    if (!message) return give_up(w, message.error().text);
    if (message->empty()) return;
    on_message(w, *message);
  }
}

void watch_group::on_message(watcher& w, std::string_view bytes) {
  const auto message = sip_message::parse(bytes);
  if (message) send(w, w.dialog.on_message(*message, bytes.size(), steady::now()));
}

void watch_group::send(watcher& w, const sip_subscription::messages& out) {
  for (const auto& message : out) {
    if (w.fd < 0) return;
    const auto sent = ::send(w.fd, message.data(), message.size(), MSG_NOSIGNAL);
    // A lost datagram is repeated. A stream that takes no answer of a few hundred bytes is broken.
    if (transport_ == watch_transport::tcp && sent != static_cast<ssize_t>(message.size())) {
      give_up(w, "connection takes no answers");
    }
  }
}

void watch_group::give_up(watcher& w, std::string why) {
  w.trouble = std::move(why);
  ::close(w.fd);  // leaves the epoll set with it
  w.fd = -1;
}

void watch_group::fire_timers() {
  const auto now = steady::now();
  for (auto& w : watchers_) send(*w, w->dialog.on_timer(now));
}

void watch_group::unsubscribe_all() {
  const auto now = steady::now();
  for (auto& w : watchers_) send(*w, w->dialog.unsubscribe(now));
}

size_t watch_group::in(subscription_state state) const noexcept {
  return static_cast<size_t>(std::ranges::count_if(
      watchers_, [&](const auto& w) { return w->fd >= 0 && w->dialog.state() == state; }));
}

notify_counts watch_group::counts() const {
  notify_counts total;
  for (const auto& w : watchers_) total += w->dialog.counts();
  return total;
}

watch_group::clock_time watch_group::last_notify() const {
  clock_time last{};
  for (const auto& w : watchers_) last = std::max(last, w->dialog.last_notify());
  return last;
}

uint32_t watch_group::behind(uint32_t room, clock_time since) const {
  return static_cast<uint32_t>(std::ranges::count_if(
      watchers_, [&](const auto& w) { return w->room == room && w->dialog.last_notify() < since; }));
}

void watch_group::fill(watch_report& report) const {
  for (const auto& w : watchers_) {
    if (w->dialog.ended_by_server() || !w->trouble.empty()) ++report.ended;
    const auto& why = w->trouble.empty() ? w->dialog.failure() : w->trouble;
    if (!why.empty() && report.failures.size() < failures_told) report.failures.push_back(why);
  }
}

}  // namespace confab::load
