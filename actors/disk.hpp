#pragma once

#include <memory>

#include <caf/typed_event_based_actor.hpp>

#include "actors/file_words.hpp"

namespace confab::actors {

/// The `disk` actor: detached, so that only its own thread waits for the disk. A file that comes in is one
/// disk's as long as it comes.
disk_actor::behavior_type disk(disk_actor::pointer self, std::shared_ptr<const files::storage> storage);

}  // namespace confab::actors
