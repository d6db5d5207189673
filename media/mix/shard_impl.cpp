#include "media/mix/shard_impl.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <sys/random.h>

#include "config/limits.hpp"

namespace confab::mix {
namespace {

// Two datagrams in a tick are the jitter of an ordinary network, three a bad one. Many more are a stranger's
// flood, and the peer's packets queue behind it: reading on is what keeps the peer audible. A round takes one
// datagram of each socket, so that the budget, which keeps the shard to its tick, is shared fairly.
constexpr int rounds_a_tick = 64;
constexpr size_t datagrams_a_leg = 16;
constexpr size_t datagrams_spare = 256;

template <class T>
T random_value() {
  T value{};
  // From the system's pool, up to 256 bytes: never short, never interrupted (getrandom(2)).
  (void)!::getrandom(&value, sizeof(value), 0);
  return value;
}

// RFC 7022 §4.2: a short-term CNAME of 96 random bits.
std::string random_cname() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string name;
  for (const uint8_t byte : random_value<std::array<uint8_t, 12>>()) {
    name.push_back(digits[byte >> 4]);
    name.push_back(digits[byte & 15]);
  }
  return name;
}

}  // namespace

shard::impl::impl(shard_settings settings, std::unique_ptr<io::udp_ring> ring)
    : settings_(std::move(settings)),
      ring_(std::move(ring)),
      wall_start_(std::chrono::system_clock::now()),
      clock_start_(std::chrono::steady_clock::now()),
      last_now_(clock_start_) {
  events_.expect_legs(0);
}

shard::impl::~impl() {
  while (!places_.empty()) close_leg(places_.begin()->first);
}

leg_tick shard::impl::at(clock_time now) noexcept {
  const auto since = std::chrono::duration_cast<std::chrono::system_clock::duration>(now - clock_start_);
  return {*ring_, events_, counters_, now, wall_start_ + since, settings_.trace};
}

leg_identity shard::impl::make_identity() {
  leg_identity identity;
  identity.start = {
      .ssrc = random_value<uint32_t>(),
      // RFC 3711 §3.3.1: in the lower half, so that an early loss cannot be taken for a rollover.
      .sequence = static_cast<uint16_t>(random_value<uint16_t>() & 0x7fff),
      .timestamp = random_value<uint32_t>()};
  identity.rtcp_random = random_value<uint32_t>();
  identity.cname = random_cname();
  return identity;
}

leg_media* shard::impl::find(leg_id id) noexcept {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : found->second.leg;
}

room_mix* shard::impl::find(const room_id& id) noexcept {
  const auto found = rooms_by_id_.find(id);
  return found == rooms_by_id_.end() ? nullptr : found->second;
}

room_mix& shard::impl::room_of(const room_id& id) {
  if (room_mix* found = find(id)) return *found;
  room_mix& made = *rooms_.emplace_back(std::make_unique<room_mix>(id));
  rooms_by_id_.emplace(id, &made);
  return made;
}

result<leg_sockets> shard::impl::open_sockets(const socket_address& local) {
  if (local.port() == 0 || local.port() == 65'535) {
    return {errc::unavailable, "no port pair at " + local.to_string()};
  }
  auto rtp = ring_->add_socket(local);
  if (!rtp) return rtp.error();
  socket_address next = local;
  next.set_port(static_cast<uint16_t>(local.port() + 1));
  auto rtcp = ring_->add_socket(next);
  if (!rtcp) {
    ring_->remove_socket(*rtp);
    return rtcp.error();
  }
  ring_->set_receiving(*rtcp, io::receiving::rarely);  // a report in seconds
  return leg_sockets{*rtp, *rtcp, local};
}

void shard::impl::own(uint32_t socket, leg_media* leg) {
  if (socket >= owners_.size()) owners_.resize(socket + 1);
  owners_[socket] = leg;
}

result<void> shard::impl::open_leg(leg_id id, const room_id& room, const socket_address& local) {
  if (places_.contains(id)) return {errc::exhausted, "leg " + to_string(id) + " has its media already"};
  if (places_.size() >= limits::legs_per_process) return {errc::exhausted, "too many legs on one shard"};
  auto sockets = open_sockets(local);
  if (!sockets) return sockets.error();
  room_mix& mix = room_of(room);
  leg_media& leg = mix.add(std::make_unique<leg_media>(id, *sockets, make_identity()));
  places_.emplace(id, place{&leg, &mix});
  own(sockets->rtp, &leg);
  own(sockets->rtcp, &leg);
  scratch_.expect_legs(mix.legs().size());
  events_.expect_legs(places_.size());
  return {};
}

void shard::impl::close_leg(leg_id id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  room_mix* room = found->second.room;
  const std::unique_ptr<leg_media> leg = room->remove(id);
  leg->say_bye(at(last_now_));
  counters_.unsent_packets += ring_->flush();
  for (const uint32_t socket : {leg->sockets().rtp, leg->sockets().rtcp}) {
    ring_->remove_socket(socket);
    own(socket, nullptr);
  }
  events_.post_final(leg->statistics());
  places_.erase(found);
  if (!room->legs().empty()) return;
  rooms_by_id_.erase(room->id());
  std::erase_if(rooms_, [room](const auto& r) { return r.get() == room; });
}

void shard::impl::receive(const leg_tick& tick) {
  size_t budget = datagrams_spare + datagrams_a_leg * places_.size();
  std::span<const io::received_datagram> round = ring_->receive();
  for (int rounds = 1; !round.empty(); ++rounds) {
    for (const io::received_datagram& datagram : round) {
      if (leg_media* leg = owners_[datagram.socket]) leg->on_datagram(datagram, tick);
    }
    budget -= std::min(budget, round.size());
    if (rounds == rounds_a_tick || budget < round.size()) return;
    round = rounds == 1 ? ring_->receive_likely() : ring_->receive_more();
  }
}

void shard::impl::tick(clock_time now) {
  last_now_ = now;
  const leg_tick tick = at(now);
  receive(tick);
  for (const auto& room : rooms_) room->tick(scratch_, tick);
  counters_.unsent_packets += ring_->flush();
}

}  // namespace confab::mix
