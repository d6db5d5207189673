#include "media/io/socket_rounds.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>

#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr size_t send_pool_buffers =
    512;                              // small enough for the cache; a tick with more submits more than once
constexpr int rare_a_round = 64;      // the others wait for the next round
constexpr uint32_t sweep_rounds = 4;  // see `receive_likely`

bool set_connected(const descriptor& socket, const socket_address& peer) noexcept {
  if (peer.is_specified()) return ::connect(socket.get(), peer.raw(), peer.raw_length()) == 0;
  sockaddr nobody{};
  nobody.sa_family = AF_UNSPEC;  // connect(2): dissolves the association; the port stays bound
  return ::connect(socket.get(), &nobody, sizeof(nobody)) == 0;
}

}  // namespace

result<void> socket_rounds::open() {
  rare_set_ = descriptor(::epoll_create1(EPOLL_CLOEXEC));
  if (!rare_set_) return {errc::unavailable, describe_errno("epoll_create1", errno)};
  departures_.resize(send_pool_buffers);
  make_room();
  return {};
}

// Room for the worst round now, so that no round allocates.
void socket_rounds::make_room() {
  size_t largest = 0;
  for (const auto& list : lists_) largest = std::max(largest, list.size());
  largest += rare_a_round;
  while (landings_.size() < largest) landings_.emplace_back();
  if (round_.capacity() < largest) {
    round_.reserve(2 * largest);
    received_.reserve(2 * largest);
  }
}

result<uint32_t> socket_rounds::add_socket(const socket_address& local, unsigned slot) {
  if (broken_)
    return {errc::unavailable, "the kernel has refused the media's I/O for good; restart the server"};
  if (slot >= ring_slots) return {errc::unavailable, "no such slot of sockets"};
  auto file = bind_udp(local);
  if (!file) return file.error();
  transmit_queued();  // a backend may make its tables anew
  uint32_t index = 0;
  if (free_.empty()) {
    index = static_cast<uint32_t>(sockets_.size());
    sockets_.emplace_back();
    free_.reserve(sockets_.capacity());
  } else {
    index = free_.back();
    free_.pop_back();
  }
  socket_entry& entry = sockets_[index];
  entry = {};
  entry.file = std::move(*file);
  entry.slot = static_cast<uint8_t>(slot);
  auto attached = attach(index);
  if (attached && !enter(index, receiving::always)) {
    detach(index);
    attached = {errc::exhausted, "the kernel takes no more sockets to watch"};
  }
  if (attached) return index;
  entry = {};
  free_.push_back(index);
  return attached.error();
}

void socket_rounds::remove_socket(uint32_t index) {
  if (!valid(index)) return;
  transmit_queued();  // a BYE may still be queued
  leave(index);
  received_.clear();  // `receive_more` would ask it
  detach(index);
  sockets_[index] = {};
  free_.push_back(index);
}

bool socket_rounds::enter(uint32_t index, receiving how) {
  socket_entry& entry = sockets_[index];
  switch (how) {
    case receiving::off:
      return true;
    case receiving::rarely: {
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u32 = index;
      if (::epoll_ctl(rare_set_.get(), EPOLL_CTL_ADD, entry.file.get(), &event) != 0) return false;
      ++rare_sockets_;
      break;
    }
    case receiving::always: {
      if (!enlist(index, true)) return false;
      auto& list = lists_[entry.slot];
      entry.place = static_cast<uint32_t>(list.size());
      list.push_back(index);
      make_room();
      break;
    }
  }
  entry.how = how;
  return true;
}

void socket_rounds::leave(uint32_t index) {
  socket_entry& entry = sockets_[index];
  switch (std::exchange(entry.how, receiving::off)) {
    case receiving::off:
      break;
    case receiving::rarely:
      ::epoll_ctl(rare_set_.get(), EPOLL_CTL_DEL, entry.file.get(), nullptr);
      --rare_sockets_;
      break;
    case receiving::always: {
      enlist(index, false);
      auto& list = lists_[entry.slot];
      const uint32_t last = list.back();
      list[entry.place] = last;
      sockets_[last].place = entry.place;
      list.pop_back();
      break;
    }
  }
}

// A kernel that has no memory to watch a socket leaves it to be asked, or, last, unheard: the leg times out.
void socket_rounds::set_receiving(uint32_t index, receiving how) {
  if (!valid(index) || sockets_[index].how == how) return;
  leave(index);
  if (!enter(index, how) && how == receiving::rarely) (void)enter(index, receiving::always);
}

void socket_rounds::set_slot(uint32_t index, unsigned slot) {
  if (!valid(index) || slot >= ring_slots || sockets_[index].slot == slot) return;
  const receiving how = sockets_[index].how;
  leave(index);
  sockets_[index].slot = static_cast<uint8_t>(slot);
  sockets_[index].heard_round = sockets_[index].heard_before = sockets_[index].double_round = 0;
  (void)enter(index, how);
}

result<void> socket_rounds::set_peer(uint32_t index, const socket_address& peer) {
  if (!valid(index)) return {errc::not_found, "no such socket"};
  transmit_queued();
  socket_entry& entry = sockets_[index];
  if (!set_connected(entry.file, peer)) {
    return {errc::unavailable, describe_errno("connect to " + peer.to_string(), errno)};
  }
  entry.peer = peer;
  entry.tied = peer.is_specified() ? socket_entry::tie::settling : socket_entry::tie::none;
  return {};
}

void socket_rounds::add_rare_ones() noexcept {
  if (rare_sockets_ == 0) return;
  std::array<epoll_event, rare_a_round> events;
  const int count = ::epoll_wait(rare_set_.get(), events.data(), rare_a_round, 0);
  for (int i = 0; i < count; ++i) round_.push_back(events[static_cast<size_t>(i)].data.u32);
}

std::span<const received_datagram> socket_rounds::receive(unsigned slot) {
  if (queued_ > 0) transmit_queued();
  round_.clear();
  received_.clear();
  if (slot >= ring_slots || broken_) return received_;
  slot_ = slot;
  const uint32_t round = ++rounds_[slot];
  const auto list = ready(slot);
  round_.assign(list.begin(), list.end());
  add_rare_ones();
  read(round_);
  for (const received_datagram& d : received_) {
    socket_entry& entry = sockets_[d.socket];
    entry.heard_before = std::exchange(entry.heard_round, round);
  }
  return received_;
}

std::span<const received_datagram> socket_rounds::receive_likely() {
  const uint32_t round = rounds_[slot_];
  round_.clear();
  for (const received_datagram& d : received_) {
    const socket_entry& entry = sockets_[d.socket];
    const bool was_late = entry.heard_before + 1 != round;
    const bool had_two = entry.double_round + 1 == round;
    if (was_late || had_two || (d.socket + round) % sweep_rounds == 0) round_.push_back(d.socket);
  }
  const auto got = run_round();
  for (const received_datagram& d : got) sockets_[d.socket].double_round = round;
  return got;
}

std::span<const received_datagram> socket_rounds::receive_more() {
  round_.clear();
  for (const received_datagram& d : received_) round_.push_back(d.socket);
  return run_round();
}

std::span<const received_datagram> socket_rounds::run_round() {
  if (queued_ > 0) transmit_queued();
  received_.clear();
  if (!broken_) read(round_);
  return received_;
}

void socket_rounds::landed(uint32_t index, landing& place, int length) noexcept {
  socket_entry& entry = sockets_[index];
  // EAGAIN: nothing there. ECONNREFUSED and the like tell of an earlier send of ours; the sender's counters
  // know.
  if (length < 0) {
    if (length == -EAGAIN && entry.tied == socket_entry::tie::settling) entry.tied = socket_entry::tie::tied;
    return;
  }
  switch (entry.tied) {
    case socket_entry::tie::none:
      break;
    case socket_entry::tie::settling:
      if (place.source != entry.peer) return;
      break;
    case socket_entry::tie::tied:
      place.source = entry.peer;
      break;
  }
  received_.push_back({index, place.source, std::span(place.bytes).first(static_cast<size_t>(length))});
}

uint8_t* socket_rounds::send_buffer() {
  if (queued_ == departures_.size()) transmit_queued();
  if (broken_) return nullptr;
  return departures_[queued_].bytes.data();
}

void socket_rounds::send(uint32_t index, const socket_address& to, size_t length) {
  if (queued_ == departures_.size() || !valid(index) || length > datagram_capacity) {
    ++failed_sends_;
    return;
  }
  departure& leaving = departures_[queued_++];
  leaving.to = to;
  leaving.socket = index;
  leaving.length = static_cast<uint32_t>(length);
}

void socket_rounds::transmit_queued() noexcept {
  if (queued_ == 0) return;
  failed_sends_ += broken_ ? queued_ : transmit();
  queued_ = 0;
}

size_t socket_rounds::flush() {
  transmit_queued();
  return std::exchange(failed_sends_, 0);
}

}  // namespace confab::io
