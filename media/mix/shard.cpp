#include "media/mix/shard.hpp"

#include <utility>

#include "media/mix/shard_impl.hpp"

namespace confab::mix {

result<std::unique_ptr<shard>> shard::make(shard_settings settings) {
  auto ring = io::udp_ring::make(settings.ring_entries, settings.io);
  if (!ring) return ring.error();
  auto inner = std::make_unique<impl>(std::move(settings), std::move(*ring));
  return std::unique_ptr<shard>(new shard(std::move(inner)));
}

shard::shard(std::unique_ptr<impl> inner) : impl_(std::move(inner)) {}
shard::~shard() = default;

result<void> shard::open_leg(leg_id leg, const room_id& room, const socket_address& local,
                             const room_section& section) {
  return impl_->open_leg(leg, room, local, section);
}

void shard::attach_section(const room_id& room, const room_section& section) {
  if (room_mix* found = impl_->find(room)) impl_->attach(*found, section);
}

result<void> shard::configure_leg(leg_id leg, const media::stream_settings& settings, clock_time now) {
  return impl_->configure_leg(leg, settings, now);
}

result<void> shard::move_leg(leg_id leg, const room_id& room, const room_section& section) {
  return impl_->move_leg(leg, room, section);
}

void shard::close_leg(leg_id leg) {
  impl_->close_leg(leg);
}

void shard::set_muted(leg_id leg, bool muted) {
  if (leg_media* found = impl_->find(leg)) found->set_muted(muted);
}

void shard::set_deaf(leg_id leg, bool deaf) {
  if (leg_media* found = impl_->find(leg)) found->set_deaf(deaf);
}

void shard::set_echo(leg_id leg, bool echo) {
  if (leg_media* found = impl_->find(leg)) found->set_echo(echo);
}

void shard::set_music(leg_id leg, bool on) {
  if (leg_media* found = impl_->find(leg)) found->player().set_music(on ? impl_->settings().music : nullptr);
}

void shard::play(leg_id leg, sound_ptr what) {
  // The newest is dropped when too many wait: what was asked for first is heard first.
  if (leg_media* found = impl_->find(leg)) (void)found->player().play(std::move(what));
}

void shard::stop_prompts(leg_id leg) {
  if (leg_media* found = impl_->find(leg)) found->player().clear();
}

void shard::play_to_room(const room_id& room, std::optional<leg_id> except, const sound_ptr& what) {
  const room_mix* found = impl_->find(room);
  if (found == nullptr) return;
  for (const auto& leg : found->legs()) {
    if (leg->id() != except && !leg->deaf()) (void)leg->player().play(what);
  }
}

void shard::tick(clock_time now) {
  for (unsigned slot = 0; slot < tick_slots; ++slot) {
    if (impl_->slot_busy(slot)) impl_->tick_slot(slot, now, now);
  }
}
void shard::tick_slot(unsigned slot, clock_time now, clock_time due) {
  impl_->tick_slot(slot, now, due);
}
bool shard::slot_busy(unsigned slot) const noexcept {
  return impl_->slot_busy(slot);
}
std::vector<shard_event> shard::take_events() {
  return impl_->events().take();
}
bool shard::busy() const noexcept {
  return impl_->legs() > 0;
}
bool shard::healthy() const noexcept {
  return impl_->healthy();
}
io::io_backend shard::io() const noexcept {
  return impl_->io();
}
shard_counters shard::counters() const noexcept {
  return impl_->counters();
}
size_t shard::legs() const noexcept {
  return impl_->legs();
}

}  // namespace confab::mix
