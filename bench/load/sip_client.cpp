#include "bench/load/sip_client.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/random.h>

namespace confab::load {

sip_client::sip_client(udp_socket socket, socket_address server, observer on_change)
    : socket_(std::move(socket)), server_(server), on_change_(std::move(on_change)) {
  // Two runs against one server must not share Call-IDs, whatever their seeds are.
  uint64_t random = 0;
  if (getrandom(&random, sizeof(random), 0) != sizeof(random)) {
    random = static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  }
  run_id_ = std::to_string(random);
}

result<std::unique_ptr<sip_client>> sip_client::open(const socket_address& server,
                                                     const std::string& local_host, observer on_change) {
  auto local = local_address_towards(server, local_host);
  if (!local) return local.error();
  auto socket = udp_socket::bind(*local);
  if (!socket) return socket.error();
  socket->set_receive_buffer(4 << 20);
  return std::unique_ptr<sip_client>(new sip_client(std::move(socket).value(), server, std::move(on_change)));
}

size_t sip_client::call(std::string_view room, std::string_view domain, const local_media& media) {
  const size_t index = calls_.size();
  call_settings settings;
  settings.request_uri.append("sip:").append(room).append("@").append(domain);
  settings.user = "leg" + std::to_string(index);
  settings.call_id = std::to_string(index) + "-" + run_id_ + "@" + socket_.local().host();
  settings.local = socket_.local();
  settings.media = media;
  by_call_id_.emplace(settings.call_id, index);
  calls_.push_back(std::make_unique<sip_call>(std::move(settings)));
  perform(index, calls_[index]->invite(std::chrono::steady_clock::now()), call_state::idle, 0);
  return index;
}

void sip_client::hang_up(size_t index) {
  auto& call = *calls_[index];
  const auto before = call.state();
  perform(index, call.bye(std::chrono::steady_clock::now()), before, call.remote_version());
}

void sip_client::change(size_t index, stream_direction direction) {
  auto& call = *calls_[index];
  perform(index, call.change(direction, std::chrono::steady_clock::now()), call.state(),
          call.remote_version());
}

void sip_client::attend(int fd, std::function<void()> serve) {
  attended_ = fd;
  serve_ = std::move(serve);
}

void sip_client::perform(size_t index, const sip_call::datagrams& out, call_state before, uint32_t version) {
  for (const auto& datagram : out) send(datagram);
  const auto& call = *calls_[index];
  if (const auto deadline = call.deadline()) timers_.push({*deadline, index});
  if (call.state() != before || call.remote_version() != version) on_change_(index, call);
}

void sip_client::send(const std::string& datagram) {
  // A full socket buffer is a lost datagram; the transaction repeats it.
  (void)::sendto(socket_.fd(), datagram.data(), datagram.size(), 0, server_.raw(), server_.raw_length());
}

void sip_client::run_until(clock_time until) {
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    fire_timers(now);
    if (now >= until) return;
    auto wake = until;
    if (!timers_.empty() && timers_.top().at < wake) wake = timers_.top().at;
    const auto wait = std::max(std::chrono::nanoseconds(0), std::chrono::nanoseconds(wake - now));
    const timespec timeout{.tv_sec = wait.count() / 1'000'000'000, .tv_nsec = wait.count() % 1'000'000'000};
    // A negative descriptor is one that poll(2) passes over.
    std::array<pollfd, 2> ready{pollfd{.fd = socket_.fd(), .events = POLLIN, .revents = 0},
                                pollfd{.fd = attended_, .events = POLLIN, .revents = 0}};
    if (ppoll(ready.data(), ready.size(), &timeout, nullptr) <= 0) continue;
    if (ready[0].revents != 0) receive();
    if (ready[1].revents != 0) serve_();
  }
}

void sip_client::receive() {
  std::array<char, 65'536> buffer;
  // Bounded, so that a flood cannot keep timers and the caller's deadline waiting.
  for (int i = 0; i < 256; ++i) {
    const auto length = ::recv(socket_.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (length < 0 && errno == ECONNREFUSED) continue;
    if (length < 0) return;
    on_datagram({buffer.data(), static_cast<size_t>(length)}, std::chrono::steady_clock::now());
  }
}

void sip_client::on_datagram(std::string_view datagram, clock_time now) {
  auto message = sip_message::parse(datagram);
  if (!message) {
    ++unexpected_;  // keep-alives of CRLF land here as well
    return;
  }
  const auto found = by_call_id_.find(std::string(message->header("Call-ID")));
  if (found == by_call_id_.end()) {
    ++unexpected_;
    if (message->is_response() || message->method() == "ACK") return;
    const bool knock = message->method() == "OPTIONS";
    send(response_to(*message, knock ? 200 : 481, knock ? "OK" : "Call/Transaction Does Not Exist",
                     "confab-load", {}, {}));
    return;
  }
  auto& call = *calls_[found->second];
  const auto before = call.state();
  const auto version = call.remote_version();
  perform(found->second, call.on_message(*message, now), before, version);
}

void sip_client::fire_timers(clock_time now) {
  while (!timers_.empty() && timers_.top().at <= now) {
    const auto index = timers_.top().index;
    timers_.pop();
    auto& call = *calls_[index];
    if (!call.deadline() || *call.deadline() > now) continue;
    const auto before = call.state();
    const auto version = call.remote_version();
    perform(index, call.on_timer(now), before, version);
  }
}

}  // namespace confab::load
