#include <memory>
#include <vector>

#include <benchmark/benchmark.h>
#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/words.hpp"

// What a message between actors costs, by the scheduler's policy: the reason why control goes through
// mailboxes and packets do not.

namespace confab::actors {
namespace {

shard_actor::behavior_type idle_shard(shard_actor::pointer) {
  return {
      [](const open_media&) { return outcome{}; },
      [](const attach_section&) { return outcome{}; },
      [](const configure_media&) {},
      [](const close_media&) { return outcome{}; },
      [](const set_muted&) {},
      [](const set_deaf&) {},
      [](const set_music&) {},
      [](const play_to_leg&) {},
      [](const stop_prompts&) {},
      [](const play_to_room&) {},
  };
}

struct small_system {
  explicit small_system(bool stealing) {
    config.set("scheduler.policy", stealing ? caf::atom("stealing") : caf::atom("sharing"));
    config.set("scheduler.max-threads", size_t{1});
    system = std::make_unique<caf::actor_system>(config);
  }
  caf::actor_system_config config;
  std::unique_ptr<caf::actor_system> system;
};

/// A leg that opens its media and waits: request and response.
void request_and_answer(benchmark::State& state) {
  small_system s(state.range(0) == 1);
  const auto shard = s.system->spawn(idle_shard);
  caf::scoped_actor self(*s.system);
  for (auto _ : state) {
    self->request(shard, caf::infinite, close_media{leg_id{1}})
        .receive([](const outcome& o) { benchmark::DoNotOptimize(o.ok); }, [](const caf::error&) {});
  }
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
}

/// A room that mutes everybody: one message to each of a hundred, then an answer of the last.
void tell_a_hundred(benchmark::State& state) {
  small_system s(state.range(0) == 1);
  std::vector<shard_actor> all;
  for (int i = 0; i < 100; ++i) all.push_back(s.system->spawn(idle_shard));
  caf::scoped_actor self(*s.system);
  for (auto _ : state) {
    for (const auto& one : all) self->send(one, set_muted{leg_id{1}, true});
    self->request(all.back(), caf::infinite, close_media{leg_id{1}})
        .receive([](const outcome&) {}, [](const caf::error&) {});
  }
  state.SetItemsProcessed(state.iterations() * 100);
  for (const auto& one : all) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
}

BENCHMARK(request_and_answer)->ArgName("stealing")->Arg(0)->Arg(1)->UseRealTime();
BENCHMARK(tell_a_hundred)->ArgName("stealing")->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace confab::actors
