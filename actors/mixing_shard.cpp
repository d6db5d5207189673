#include "actors/mixing_shard.hpp"

#include <chrono>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <pthread.h>
#include <sched.h>

#include "config/log.hpp"

namespace confab::actors {

namespace {

void bind_to_core(uint32_t cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (pthread_setaffinity_np(pthread_self(), sizeof(set), &set) != 0) {
    log::warning("a mixing shard cannot be bound to its core; it runs on any",
                 {{"core", std::to_string(cpu)}});
  }
}

/// The slot whose instant this is.
unsigned slot_of(mix::clock_time instant) {
  return static_cast<unsigned>(instant.time_since_epoch() / mix::slot_interval % mix::tick_slots);
}

mix::clock_time next_slot_after(mix::clock_time now) {
  const auto begun = now.time_since_epoch() / mix::slot_interval;
  return mix::clock_time{(begun + 1) *
                         std::chrono::duration_cast<mix::clock_time::duration>(mix::slot_interval)};
}

}  // namespace

mixing_shard::mixing_shard(caf::actor_config& config, mixing_shard_options options)
    : caf::blocking_actor(config), options_(std::move(options)) {}

/// The ring must be made on the thread that uses it, hence here and not in the constructor.
bool mixing_shard::make_shard() {
  auto made = mix::shard::make(options_.settings);
  if (!made) {
    log::error("a mixing shard cannot start", {{"why", made.error().text}});
    return false;
  }
  shard_ = std::move(*made);
  return true;
}

void mixing_shard::act() {
  if (options_.cpu) bind_to_core(*options_.cpu);
  make_shard();
  while (running_) {
    if (shard_ == nullptr || !shard_->busy()) {
      take_one_message();
      next_tick_ = next_slot_after(std::chrono::steady_clock::now());
      continue;
    }
    while (running_ && !mailbox().empty()) take_one_message();
    if (shard_->busy()) run_tick();  // the last leg may have gone just now
  }
  if (shard_) {
    const auto seen = shard_->counters();
    log::info("mixing shard stopped", {{"late_ticks", std::to_string(late_ticks_)},
                                       {"dropped_events", std::to_string(seen.dropped_events)},
                                       {"unsent_packets", std::to_string(seen.unsent_packets)},
                                       {"late_sums", std::to_string(seen.late_sums)}});
  }
  owners_.clear();
  shard_.reset();
}

void mixing_shard::take_one_message() {
  receive([this](const open_media& m) { return open(m); },
          [this](const attach_section& m) { return join_section(m); },
          [this](const configure_media& m) { configure(m); },
          [this](const close_media& m) { return close(m); },
          [this](const set_muted& m) {
            if (shard_) shard_->set_muted(m.leg, m.on);
          },
          [this](const set_deaf& m) {
            if (shard_) shard_->set_deaf(m.leg, m.on);
          },
          [this](const set_music& m) {
            if (shard_) shard_->set_music(m.leg, m.on);
          },
          [this](const play_to_leg& m) {
            if (shard_) shard_->play(m.leg, m.sound);
          },
          [this](const stop_prompts& m) {
            if (shard_) shard_->stop_prompts(m.leg);
          },
          [this](const play_to_room& m) {
            if (shard_) shard_->play_to_room(m.room, m.except, m.sound);
          },
          [this](const caf::exit_msg&) { running_ = false; });
}

outcome mixing_shard::open(const open_media& m) {
  if (!shard_) return {false, "this mixing shard has no sockets"};
  const auto done = m.moved ? shard_->move_leg(m.leg, m.room, m.section)
                            : shard_->open_leg(m.leg, m.room, m.local, m.section);
  if (!done) return {false, done.error().text};
  if (m.echo) shard_->set_echo(m.leg, true);
  shard_->set_muted(m.leg, m.apart);
  shard_->set_deaf(m.leg, m.apart);
  owners_.insert_or_assign(m.leg, m.owner);
  return {};
}

outcome mixing_shard::join_section(const attach_section& m) {
  if (shard_) shard_->attach_section(m.room, m.section);
  return {};
}

/// A stream that cannot be set up would be a call without sound: the leg is told to end it.
void mixing_shard::configure(const configure_media& m) {
  if (!shard_) return;
  const auto done = shard_->configure_leg(m.leg, m.stream, std::chrono::steady_clock::now());
  const auto owner = owners_.find(m.leg);
  if (!done && owner != owners_.end()) caf::anon_send(owner->second, remove_leg{done.error().text});
}

/// A kernel that refuses the ring for good takes the sound of every call here: they end, and new ones find
/// another shard or 503.
void mixing_shard::give_up() {
  if (gave_up_) return;
  gave_up_ = true;
  log::error("a mixing shard lost its sockets to the kernel and takes no more calls; restart the server",
             {{"calls", std::to_string(owners_.size())}});
  for (const auto& [leg, owner] : owners_) caf::anon_send(owner, remove_leg{"the media engine failed"});
}

outcome mixing_shard::close(const close_media& m) {
  if (shard_) {
    shard_->close_leg(m.leg);
    hand_out_events();
  }
  owners_.erase(m.leg);
  return {};
}

/// Slots lie on one grid for all shards, whole milliseconds of the steady clock, so that the sections of a
/// room tick at the same instant. A tick that comes late is not made up for: the shard goes on with the next
/// slot of its grid.
void mixing_shard::run_tick() {
  while (!shard_->slot_busy(slot_of(next_tick_))) next_tick_ += mix::slot_interval;
  std::this_thread::sleep_until(next_tick_);
  const auto now = std::chrono::steady_clock::now();
  shard_->tick_slot(slot_of(next_tick_), now, next_tick_);
  hand_out_events();
  if (!shard_->healthy()) give_up();
  next_tick_ += mix::slot_interval;
  while (next_tick_ + mix::tick_interval < now) {
    next_tick_ += mix::tick_interval;
    ++late_ticks_;
  }
}

void mixing_shard::hand_out_events() {
  for (const auto& event : shard_->take_events()) {
    const auto id = std::visit([](const auto& e) { return e.leg; }, event);
    const auto owner = owners_.find(id);
    if (owner != owners_.end()) caf::anon_send(owner->second, media_news{event});
  }
}

shard_actor spawn_mixing_shard(caf::actor_system& system, mixing_shard_options options) {
  const auto untyped = system.spawn<mixing_shard, caf::detached>(std::move(options));
  return caf::actor_cast<shard_actor>(untyped);
}

}  // namespace confab::actors
