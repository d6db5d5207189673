#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include <caf/blocking_actor.hpp>

#include "actors/words.hpp"
#include "media/mix/shard.hpp"

namespace confab::actors {

struct mixing_shard_options {
  mix::shard_settings settings;
  std::optional<uint32_t> cpu;  ///< the core its thread is bound to
};

/// One mixing shard as an actor: detached, so it has a thread and a ring of its own. Its mailbox is the
/// command queue, drained once a tick; while no leg is there it blocks in the mailbox and costs nothing.
class mixing_shard final : public caf::blocking_actor {
 public:
  mixing_shard(caf::actor_config& config, mixing_shard_options options);
  void act() override;
  [[nodiscard]] const char* name() const override { return "mixing shard"; }

 private:
  bool make_shard();
  void take_one_message();
  void run_tick();
  void hand_out_events();
  outcome open(const open_media& m);
  outcome join_section(const attach_section& m);
  void configure(const configure_media& m);
  void give_up();
  outcome close(const close_media& m);

  mixing_shard_options options_;
  std::unique_ptr<mix::shard> shard_;
  std::unordered_map<leg_id, leg_actor> owners_;
  bool running_ = true;
  bool gave_up_ = false;
  mix::clock_time next_tick_;
  uint64_t late_ticks_ = 0;
};

/// Spawned detached; the handle is typed as all its users know it.
shard_actor spawn_mixing_shard(caf::actor_system& system, mixing_shard_options options);

}  // namespace confab::actors
