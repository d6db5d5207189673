#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include <caf/actor_system.hpp>

#include "actors/file_words.hpp"
#include "config/settings.hpp"
#include "signaling/conference/file_shelf.hpp"

namespace confab::actors {

/// What rooms need for files. Immutable after start, but for the count of files.
struct file_services {
  std::vector<disk_actor> disks;
  conference::shelf_rules rules;
  uint64_t min_free = 0;
  bool push = false;
  std::shared_ptr<std::atomic<uint64_t>> numbers = std::make_shared<std::atomic<uint64_t>>(0);
};
using file_services_ptr = std::shared_ptr<const file_services>;

/// Opens `files.directory` (empty: `files` in the state directory) and spawns the disks. Null with
/// `files.max-size` 0: no files. Main thread, at start.
result<file_services_ptr> open_files(caf::actor_system& system, const settings& s,
                                     const std::string& state_directory);

/// Ends what `open_files` spawned.
void close_file_services(const file_services_ptr& files);

}  // namespace confab::actors
