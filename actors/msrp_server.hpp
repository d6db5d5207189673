#pragma once

#include <caf/actor_system.hpp>

#include "actors/chat_services.hpp"
#include "actors/history_keeper.hpp"
#include "config/settings.hpp"
#include "media/io/certificate.hpp"

namespace confab::actors {

/// Opens `msrp.listen`, and spawns the register of sessions and the stream shards. Null when nothing listens:
/// no chat. The error says which address cannot be had. `history` may be null. Main thread, at start.
result<chat_services_ptr> open_chat(caf::actor_system& system, const settings& s,
                                    const io::certificate_files& certificate, io::io_backend io,
                                    history_database_ptr history);

/// Ends what `open_chat` spawned.
void close_chat_services(const chat_services_ptr& chat);

}  // namespace confab::actors
