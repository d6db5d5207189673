#pragma once

#include <memory>
#include <optional>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/history_words.hpp"
#include "config/result.hpp"
#include "config/settings.hpp"
#include "signaling/conference/history_database.hpp"

namespace confab::actors {

using history_database_ptr = std::shared_ptr<conference::history_database>;  // shared by nobody, but movable

/// The one writer and reader of the database of history. When the disk refuses, what is said is lost for
/// later and chat goes on; when the file turns out to be damaged, it is left alone.
class history_keeper_state {
 public:
  static inline const char* name = "history keeper";
  history_keeper_state(history_actor::pointer self, history_database_ptr database,
                       std::shared_ptr<write_gate> gate);

  history_loaded load(const load_history& m);
  void store(const store_history& m);
  void forget(const forget_history& m);
  void close();

 private:
  void note(const error& why, bool loses_message);

  history_actor::pointer self_;
  history_database_ptr database_;  ///< null: damaged
  std::shared_ptr<write_gate> gate_;
  uint64_t stored_ = 0;
  uint64_t lost_ = 0;            ///< that the disk refused
  uint64_t lost_before_ = 0;     ///< when it began to
  uint64_t refused_before_ = 0;  ///< of the gate, that the log knows of
  bool failing_ = false;
};

history_actor::behavior_type history_keeper(
    history_actor::stateful_pointer<std::optional<history_keeper_state>> self, history_database_ptr database,
    std::shared_ptr<write_gate> gate);

/// `rooms.history-db`, or nothing when it is empty or chat or history are off: then no file is kept.
std::optional<std::string> history_path(const settings& s, const std::string& state_directory);

/// For `--check-config`: `bad_setting` when the file that is configured cannot be used. Makes nothing.
result<void> check_history(const settings& s);

/// Opens the file that is configured; null: none is. `bad_setting` when it cannot be used.
result<history_database_ptr> open_history(const settings& s, const std::string& state_directory);

/// Spawns the keeper, which has a thread of its own and ends by `close_history`.
history_access spawn_history_keeper(caf::actor_system& system, history_database_ptr database);

}  // namespace confab::actors
