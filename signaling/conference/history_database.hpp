#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/ids.hpp"
#include "config/limits.hpp"
#include "config/result.hpp"

namespace confab::conference {

/// What a database of history keeps at most; what is oldest makes room.
struct history_bounds {
  size_t messages = 20;                            ///< of one room
  size_t room_bytes = limits::chat_history_bytes;  ///< of one room
  size_t rooms = limits::history_db_rooms;         ///< more: the one that was silent longest is forgotten
  size_t bytes = limits::history_db_bytes;         ///< in all: the same
};

/// The latest public messages of rooms, in an SQLite file that one process at a time uses. The only file that
/// knows SQLite is this one's .cpp. Blocks on the disk: owned by one thread at a time, which nobody waits
/// for.
///
/// What `add` has taken is there after a crash of the process; after one of the machine, all but the last
/// moments (write-ahead log, `synchronous=NORMAL`).
///
/// Errors: `malformed`, the file is damaged and no use any more; else the disk or the machine refused and may
/// not the next time. Each text names the file and says what to do.
class history_database {
 public:
  /// Whether `path` can be a database of ours, without changing or making anything: its folder must be there
  /// and writable, and the file missing, empty, or of this program and no newer version of it.
  static result<void> inspect(const std::string& path);

  /// Opens the file, which only its owner can read (0600); makes it where there is none. Refuses what is
  /// damaged, foreign, of a newer version or in use by another process. Forgets what is beyond the bounds.
  static result<history_database> open(const std::string& path, history_bounds bounds);

  history_database(history_database&&) noexcept;
  history_database& operator=(history_database&&) noexcept;
  ~history_database();

  /// The room's latest message; any bytes. One that is larger than a room's bound is not kept.
  result<void> add(const room_id& room, std::string_view message);
  /// What is kept of the room, the oldest first.
  result<std::vector<std::string>> latest(const room_id& room);
  result<void> forget(const room_id& room);

  [[nodiscard]] size_t rooms() const noexcept;
  /// Of messages, with what each costs besides its text.
  [[nodiscard]] size_t bytes() const noexcept;

 private:
  struct impl;
  explicit history_database(std::unique_ptr<impl> inner);
  std::unique_ptr<impl> inner_;
};

}  // namespace confab::conference
