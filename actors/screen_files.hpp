#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <caf/actor_system.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "signaling/web/room_page.hpp"

namespace confab::actors {

/// Where a screen's newest picture is kept: `<directory>/<room>/<sender>_<leg>.jpg`, names percent-encoded,
/// and past `limits::screen_name_bytes` cut and ended by a hash.
struct screen_place {
  std::string room;    ///< user@domain
  std::string sender;  ///< URI
  leg_id leg;
};
[[nodiscard]] std::string screen_path(const std::string& directory, const screen_place& where);

/// The newest pictures of screens on disk (`screens.directory`), written by an actor on a thread of its own,
/// so that a slow disk holds nobody up: what it cannot keep up with is left out. A picture is there whole or
/// not at all. Its methods may be called from any thread.
class screen_files {
 public:
  /// Pictures that a server before left there are removed; nothing else is. `bad_setting` when the directory
  /// cannot be written. Main thread, at start.
  static result<std::shared_ptr<screen_files>> open(caf::actor_system& system, std::string directory);
  ~screen_files();
  screen_files(const screen_files&) = delete;
  screen_files& operator=(const screen_files&) = delete;

  void keep(const screen_place& where, web::frame_ptr frame);
  void drop(const screen_place& where);

  struct write_picture {
    std::string path;      ///< empty: nothing more comes
    web::frame_ptr frame;  ///< null: removed
  };
  using writer_actor = caf::typed_actor<caf::reacts_to<write_picture>>;

 private:
  screen_files(std::string directory, std::shared_ptr<std::atomic<size_t>> waiting, writer_actor writer);

  std::string directory_;
  std::shared_ptr<std::atomic<size_t>> waiting_;  ///< pictures on their way to the disk
  writer_actor writer_;
};

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::screen_files::write_picture)
