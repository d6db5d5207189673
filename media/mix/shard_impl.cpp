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
constexpr size_t full_slot_legs = 128;  // 1.3 ms of a slot of 5; a further slot has its own wake-ups

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

leg_tick shard::impl::at(clock_time now, clock_time due) noexcept {
  const auto since = std::chrono::duration_cast<std::chrono::system_clock::duration>(now - clock_start_);
  return {.ring = *ring_,
          .events = events_,
          .counters = counters_,
          .now = now,
          .wall = wall_start_ + since,
          .trace = settings_.trace,
          .speakers = settings_.voice.speakers,
          .number = static_cast<uint64_t>(due.time_since_epoch() / tick_interval)};
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

/// The slot is the exchange's when there is one: a section must not tick while another one is halfway
/// through.
room_mix& shard::impl::room_of(const room_id& id, const room_section& section) {
  if (room_mix* found = find(id)) {
    if (section.exchange) attach(*found, section);
    return *found;
  }
  unsigned slot = slot_for_room();
  if (section.exchange) slot = section.exchange->settle_slot(slot);
  room_mix& made = *rooms_.emplace_back(std::make_unique<room_mix>(id, slot));
  rooms_by_id_.emplace(id, &made);
  slots_[slot].rooms.push_back(&made);
  if (section.exchange) attach(made, section);
  return made;
}

/// A room that has its slot already gives it to the others.
void shard::impl::attach(room_mix& room, const room_section& section) {
  section.exchange->settle_slot(room.slot());
  room.attach(section);
}

void shard::impl::drop(room_mix* room) {
  std::erase(slots_[room->slot()].rooms, room);
  rooms_by_id_.erase(room->id());
  std::erase_if(rooms_, [room](const auto& r) { return r.get() == room; });
}

/// A room keeps its slot, because its legs' packets would come early or late otherwise. New ones fill a slot
/// up to what a quarter of its time takes, then open the next; when all are full, the emptiest takes them.
unsigned shard::impl::slot_for_room() const noexcept {
  unsigned best = 0;
  for (unsigned i = 1; i < tick_slots; ++i) {
    const bool best_full = slots_[best].legs >= full_slot_legs;
    const bool full = slots_[i].legs >= full_slot_legs;
    if (best_full ? slots_[i].legs < slots_[best].legs : !full && slots_[i].legs > slots_[best].legs)
      best = i;
  }
  return best;
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

result<void> shard::impl::open_leg(leg_id id, const room_id& room, const socket_address& local,
                                   const room_section& section) {
  if (places_.contains(id)) return {errc::exhausted, "leg " + to_string(id) + " has its media already"};
  if (places_.size() >= limits::legs_per_process) return {errc::exhausted, "too many legs on one shard"};
  auto sockets = open_sockets(local);
  if (!sockets) return sockets.error();
  room_mix& mix = room_of(room, section);
  leg_media& leg = mix.add(std::make_unique<leg_media>(id, *sockets, make_identity()));
  places_.emplace(id, place{&leg, &mix});
  own(sockets->rtp, &leg);
  own(sockets->rtcp, &leg);
  settle(leg, mix);
  events_.expect_legs(places_.size());
  return {};
}

/// The leg came to the room: its packets are read, and its places are there, when the room ticks.
void shard::impl::settle(leg_media& leg, room_mix& room) {
  ring_->set_slot(leg.sockets().rtp, room.slot());
  slot_rooms& slot = slots_[room.slot()];
  scratch_.expect(++slot.legs + slot.rooms.size());
}

result<void> shard::impl::move_leg(leg_id id, const room_id& room, const room_section& section) {
  const auto found = places_.find(id);
  if (found == places_.end()) return {errc::not_found, "no media for leg " + to_string(id)};
  room_mix* const from = found->second.room;
  if (from->id() == room) return {};
  std::unique_ptr<leg_media> leg = from->remove(id);
  leg->leave_listeners();
  --slots_[from->slot()].legs;
  if (from->legs().empty()) drop(from);
  room_mix& to = room_of(room, section);
  leg_media& moved = to.add(std::move(leg));
  to.expect_listener(moved);
  found->second = place{&moved, &to};
  settle(moved, to);
  return {};
}

void shard::impl::close_leg(leg_id id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  room_mix* room = found->second.room;
  const std::unique_ptr<leg_media> leg = room->remove(id);
  leg->say_bye(at(last_now_, last_now_));
  counters_.unsent_packets += ring_->flush();
  for (const uint32_t socket : {leg->sockets().rtp, leg->sockets().rtcp}) {
    ring_->remove_socket(socket);
    own(socket, nullptr);
  }
  events_.post_final(leg->statistics());
  places_.erase(found);
  --slots_[room->slot()].legs;
  if (room->legs().empty()) drop(room);
}

result<void> shard::impl::configure_leg(leg_id id, const media::stream_settings& stream, clock_time now) {
  const auto found = places_.find(id);
  if (found == places_.end()) return {errc::not_found, "no media for leg " + to_string(id)};
  auto done = found->second.leg->configure(stream, settings_, now);
  found->second.room->expect_listener(*found->second.leg);
  return done;
}

void shard::impl::receive(unsigned slot, const leg_tick& tick) {
  size_t budget = datagrams_spare + datagrams_a_leg * places_.size();
  std::span<const io::received_datagram> round = ring_->receive(slot);
  for (int rounds = 1; !round.empty(); ++rounds) {
    for (const io::received_datagram& datagram : round) {
      if (leg_media* leg = owners_[datagram.socket]) leg->on_datagram(datagram, tick);
    }
    budget -= std::min(budget, round.size());
    if (rounds == rounds_a_tick || budget < round.size()) return;
    round = rounds == 1 ? ring_->receive_likely() : ring_->receive_more();
  }
}

void shard::impl::tick_slot(unsigned slot, clock_time now, clock_time due) {
  last_now_ = now;
  const leg_tick tick = at(now, due);
  const auto& rooms = slots_[slot].rooms;
  receive(slot, tick);
  scratch_.begin_tick();
  for (room_mix* room : rooms) room->begin(scratch_, tick);
  codec::decode_all(scratch_.decodes);
  for (room_mix* room : rooms) room->mix(scratch_, tick);
  codec::encode_all(scratch_.encodes);
  for (room_mix* room : rooms) room->send(scratch_, tick);
  counters_.unsent_packets += ring_->flush();
}

}  // namespace confab::mix
