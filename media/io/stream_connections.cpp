#include "media/io/stream_connections.hpp"

#include <algorithm>
#include <utility>

#include "media/io/tcp_socket.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr std::chrono::milliseconds accept_rest{100};

}  // namespace

stream_id stream_connections::id_of(uint32_t place) const noexcept {
  return {uint64_t{table_[place]->generation} << 32 | place};
}

stream_connections::connection* stream_connections::find(stream_id id) noexcept {
  const auto place = static_cast<uint32_t>(id.value);
  if (place >= table_.size() || !is_live(place) || id_of(place) != id) return nullptr;
  return table_[place].get();
}

bool stream_connections::is_live(uint32_t place) const noexcept {
  const phase state = table_[place]->state;
  return state != phase::vacant && state != phase::dying;
}

uint32_t stream_connections::take_place(descriptor file, phase state) {
  if (vacant_.empty()) {
    vacant_.push_back(static_cast<uint32_t>(table_.size()));
    table_.push_back(std::make_unique<connection>());
  }
  const uint32_t place = vacant_.back();
  vacant_.pop_back();
  connection& c = *table_[place];
  c.file = std::move(file);
  c.state = state;
  ++open_;
  return place;
}

uint32_t stream_connections::listen(descriptor socket) {
  const auto index = static_cast<uint32_t>(listeners_.size());
  listeners_.push_back({std::move(socket), false});
  arm_accept(index);
  return index;
}

result<stream_id> stream_connections::connect(const socket_address& to) {
  auto file = open_tcp(to);
  if (!file) return file.error();
  tune_tcp(file->get());
  const uint32_t place = take_place(std::move(*file), phase::connecting);
  table_[place]->to = to;
  start_connect(place);
  return id_of(place);
}

void stream_connections::accepted(uint32_t listener, int fd) {
  tune_tcp(fd);
  const uint32_t place = take_place(descriptor(fd), phase::open);
  events_.emplace_back(stream_accepted{id_of(place), listener, peer_of(fd), local_of(fd)});
  begin(place);
}

void stream_connections::connected(uint32_t place) {
  connection& c = *table_[place];
  if (c.state != phase::connecting) return;
  c.state = phase::open;
  events_.emplace_back(stream_connected{id_of(place), local_of(c.file.get())});
  begin(place);
}

void stream_connections::begin(uint32_t place) {
  connection& c = *table_[place];
  if (c.wanted) start_reading(place);
  if (!c.queue.empty()) start_writing(place);
}

bool stream_connections::send(stream_id id, std::vector<uint8_t> bytes) {
  connection* c = find(id);
  if (c == nullptr || c->state == phase::shutting) return false;
  if (bytes.empty()) return true;
  if (c->queued_bytes + bytes.size() > stream_send_queue_bytes) return false;
  c->queued_bytes += bytes.size();
  c->queue.push_back(std::move(bytes));
  if (c->state == phase::open && !c->writing) start_writing(static_cast<uint32_t>(id.value));
  return true;
}

void stream_connections::set_receiving(stream_id id, bool on) {
  connection* c = find(id);
  if (c == nullptr || std::exchange(c->wanted, on) == on || c->state != phase::open) return;
  const auto place = static_cast<uint32_t>(id.value);
  if (on) {
    if (!c->read) start_reading(place);
  } else {
    stop_reading(place);
  }
}

void stream_connections::shut(stream_id id) {
  connection* c = find(id);
  if (c == nullptr) return;
  const auto place = static_cast<uint32_t>(id.value);
  if (c->state == phase::connecting) {
    events_.emplace_back(stream_closed{id, {}});
    kill(place);
    return;
  }
  c->state = phase::shutting;
  if (!c->read) start_reading(place);
  finish_if_drained(*c);
}

void stream_connections::finish_if_drained(connection& c) noexcept {
  if (c.state != phase::shutting || !c.queue.empty() || std::exchange(c.finished, true)) return;
  (void)::shutdown(c.file.get(), SHUT_WR);
}

void stream_connections::drop(stream_id id) {
  if (find(id) != nullptr) kill(static_cast<uint32_t>(id.value));
}

void stream_connections::kill(uint32_t place) {
  connection& c = *table_[place];
  c.state = phase::dying;
  abandon(place);
  settle(place);
}

void stream_connections::settle(uint32_t place) {
  connection& c = *table_[place];
  if (c.state != phase::dying || c.in_flight > 0) return;
  const uint32_t generation = c.generation + 1;
  c = connection{};
  c.generation = generation;
  vacant_.push_back(place);
  --open_;
}

void stream_connections::came_in(uint32_t place, std::span<const uint8_t> bytes) {
  if (table_[place]->state == phase::open) events_.emplace_back(stream_received{id_of(place), bytes});
}

void stream_connections::was_sent(uint32_t place, size_t bytes) {
  connection& c = *table_[place];
  if (!is_live(place)) return;
  c.queued_bytes -= bytes;
  events_.emplace_back(stream_sent{id_of(place), bytes});
  c.head_sent += bytes;
  while (!c.queue.empty() && c.head_sent >= c.queue.front().size()) {
    c.head_sent -= c.queue.front().size();
    c.queue.pop_front();
  }
  finish_if_drained(c);
}

void stream_connections::ended(uint32_t place, int number) {
  if (!is_live(place)) return;
  const bool asked = table_[place]->state == phase::shutting;
  const std::string doing = table_[place]->state == phase::connecting
                                ? "connect " + table_[place]->to.to_string()
                                : std::string("connection");
  events_.emplace_back(
      stream_closed{id_of(place), number == 0 || asked ? std::string() : describe_errno(doing, number)});
  kill(place);
}

void stream_connections::rest_accepting(uint32_t listener) noexcept {
  listeners_[listener].armed = false;
  accept_again_ = std::chrono::steady_clock::now() + accept_rest;
}

std::optional<std::chrono::milliseconds> stream_connections::rouse(
    std::optional<std::chrono::milliseconds> limit) {
  if (!events_.empty()) return std::chrono::milliseconds{0};
  if (!accept_again_) return limit;
  if (std::chrono::steady_clock::now() < *accept_again_)
    return std::min(limit.value_or(accept_rest), accept_rest);
  accept_again_.reset();
  for (uint32_t i = 0; i < listeners_.size(); ++i) {
    if (!listeners_[i].armed) arm_accept(i);
  }
  return limit;
}

std::span<const stream_event> stream_connections::hand_out() {
  handed_out_.clear();
  std::swap(handed_out_, events_);
  return handed_out_;
}

msghdr* stream_connections::gather(connection& of) noexcept {
  size_t skip = of.head_sent;
  size_t count = 0;
  for (auto& piece : of.queue) {
    if (count == pieces_per_send) break;
    of.pieces[count++] = {piece.data() + skip, piece.size() - skip};
    skip = 0;
  }
  of.message = {};
  of.message.msg_iov = of.pieces.data();
  of.message.msg_iovlen = count;
  return &of.message;
}

}  // namespace confab::io
