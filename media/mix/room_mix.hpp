#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "config/ids.hpp"
#include "media/mix/leg_media.hpp"
#include "media/mix/section.hpp"

namespace confab::mix {

/// Frames of one room's tick, lent to one room after the other, so that they stay in the cache.
class mix_scratch {
 public:
  /// Before a tick: room for the largest of the shard's rooms.
  void expect_legs(size_t legs);

  std::vector<frame> spoken, heard, overlays;
  std::vector<mix_leg> legs;
};

/// The part of one room that lives on this shard. Owned by the shard; allocates only when legs come.
class room_mix {
 public:
  explicit room_mix(room_id id) : id_(std::move(id)) {}

  leg_media& add(std::unique_ptr<leg_media> leg);
  /// Null when it is not here. The order of the others may change.
  std::unique_ptr<leg_media> remove(leg_id leg);

  /// One tick of every leg: what they say, the sum, what each hears. `scratch` has room for all.
  void tick(mix_scratch& scratch, const leg_tick& tick);

  [[nodiscard]] const room_id& id() const noexcept { return id_; }
  [[nodiscard]] std::span<const std::unique_ptr<leg_media>> legs() const noexcept { return legs_; }

 private:
  void gather(mix_scratch& scratch, const leg_tick& tick);
  void hand_out(mix_scratch& scratch, const leg_tick& tick);

  room_id id_;
  std::vector<std::unique_ptr<leg_media>> legs_;
  section section_;
};

}  // namespace confab::mix
