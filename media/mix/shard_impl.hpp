#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "media/io/ring.hpp"
#include "media/mix/room_mix.hpp"
#include "media/mix/shard.hpp"
#include "media/mix/shard_events.hpp"

namespace confab::mix {

/// Tables behind the facade: which leg is in which room and owns which sockets.
class shard::impl {
 public:
  impl(shard_settings settings, std::unique_ptr<io::udp_ring> ring);
  ~impl();

  result<void> open_leg(leg_id id, const room_id& room, const socket_address& local,
                        const room_section& section);
  result<void> move_leg(leg_id id, const room_id& room, const room_section& section);
  static void attach(room_mix& room, const room_section& section);
  void close_leg(leg_id id);
  [[nodiscard]] leg_media* find(leg_id id) noexcept;
  [[nodiscard]] room_mix* find(const room_id& id) noexcept;

  result<void> configure_leg(leg_id id, const media::stream_settings& stream, clock_time now);
  void tick_slot(unsigned slot, clock_time now, clock_time due);
  [[nodiscard]] bool slot_busy(unsigned slot) const noexcept { return !slots_[slot].rooms.empty(); }
  [[nodiscard]] leg_tick at(clock_time now, clock_time due) noexcept;

  [[nodiscard]] const shard_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] shard_events& events() noexcept { return events_; }
  [[nodiscard]] size_t legs() const noexcept { return places_.size(); }
  [[nodiscard]] bool healthy() const noexcept { return ring_->healthy(); }
  [[nodiscard]] io::io_backend io() const noexcept { return ring_->backend(); }
  [[nodiscard]] shard_counters counters() const noexcept {
    shard_counters all = counters_;
    all.dropped_events = events_.dropped();
    return all;
  }
  [[nodiscard]] clock_time last_now() const noexcept { return last_now_; }

 private:
  struct slot_rooms {
    std::vector<room_mix*> rooms;
    size_t legs = 0;
  };
  struct place {
    leg_media* leg;
    room_mix* room;
  };

  result<leg_sockets> open_sockets(const socket_address& local);
  room_mix& room_of(const room_id& id, const room_section& section);
  void drop(room_mix* room);
  [[nodiscard]] unsigned slot_for_room() const noexcept;
  void settle(leg_media& leg, room_mix& room);
  void own(uint32_t socket, leg_media* leg);
  void receive(unsigned slot, const leg_tick& tick);
  [[nodiscard]] leg_identity make_identity();

  shard_settings settings_;
  std::unique_ptr<io::udp_ring> ring_;
  shard_events events_;
  shard_counters counters_;  ///< but for the events, which count for themselves
  mix_scratch scratch_;
  std::vector<std::unique_ptr<room_mix>> rooms_;
  std::array<slot_rooms, tick_slots> slots_;
  std::unordered_map<room_id, room_mix*> rooms_by_id_;
  std::unordered_map<leg_id, place> places_;
  std::vector<leg_media*> owners_;  ///< by socket index
  // Wall time follows the ticks' own clock from here on, so that RTCP's NTP time never jumps.
  std::chrono::system_clock::time_point wall_start_;
  clock_time clock_start_;
  clock_time last_now_;
};

}  // namespace confab::mix
