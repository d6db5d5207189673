#include "actors/history_keeper.hpp"

#include <utility>

#include <caf/send.hpp>

#include "config/limits.hpp"
#include "config/log.hpp"

namespace confab::actors {

write_gate::entry write_gate::enter(size_t bytes) noexcept {
  const size_t messages = ++messages_;
  const size_t all_bytes = bytes_ += bytes;
  if (messages <= messages_most_ && all_bytes <= bytes_most_) return entry::open;
  --messages_;
  bytes_ -= bytes;
  ++refused_;
  return overrun_.exchange(true) ? entry::shut : entry::shut_now;
}

bool write_gate::leave(size_t bytes) noexcept {
  bytes_ -= bytes;
  return --messages_ == 0 && overrun_.exchange(false);
}

void history_access::store(const room_id& room, const msrp::shared_body& message) const {
  switch (gate->enter(message->size())) {
    case write_gate::entry::open:
      caf::anon_send(keeper, store_history{room, message});
      return;
    case write_gate::entry::shut:
      return;
    case write_gate::entry::shut_now:
      log::warning(
          "the disk is too slow for the history of rooms: what is said is not stored until it catches up",
          {{"room", room.value}, {"do", "put rooms.history-db on a faster disk"}});
      return;
  }
}

history_keeper_state::history_keeper_state(history_actor::pointer self, history_database_ptr database,
                                           std::shared_ptr<write_gate> gate)
    : self_(self), database_(std::move(database)), gate_(std::move(gate)) {}

history_loaded history_keeper_state::load(const load_history& m) {
  history_loaded out;
  if (!database_) return out;
  auto found = database_->latest(m.room);
  if (!found) {
    note(found.error(), false);
    return out;
  }
  for (auto& one : *found) out.messages.push_back(std::make_shared<const std::string>(std::move(one)));
  return out;
}

void history_keeper_state::store(const store_history& m) {
  if (gate_->leave(m.message->size())) {
    const auto refused = gate_->refused();
    log::warning("the history of rooms is stored again",
                 {{"not stored", std::to_string(refused - std::exchange(refused_before_, refused))}});
  }
  if (!database_) {
    ++lost_;
    return;
  }
  if (const auto done = database_->add(m.room, *m.message); !done) return note(done.error(), true);
  ++stored_;
  if (std::exchange(failing_, false))
    log::warning("the history of rooms is stored again",
                 {{"not stored", std::to_string(lost_ - lost_before_)}});
}

void history_keeper_state::forget(const forget_history& m) {
  if (!database_) return;
  if (const auto done = database_->forget(m.room); !done) note(done.error(), false);
}

void history_keeper_state::note(const error& why, bool loses_message) {
  if (why.code == errc::malformed) {
    log::error("the history of rooms is lost: rooms go on without, and nothing is stored until a restart",
               {{"why", why.text}});
    database_.reset();
  } else if (!std::exchange(failing_, true)) {
    lost_before_ = lost_;
    log::warning("the history of rooms cannot be stored or read", {{"why", why.text}});
  }
  if (loses_message) ++lost_;
}

void history_keeper_state::close() {
  log::info("history keeper stopped", {{"stored", std::to_string(stored_)},
                                       {"refused by the disk", std::to_string(lost_)},
                                       {"too many at once", std::to_string(gate_->refused())}});
  database_.reset();
  self_->quit();
}

history_actor::behavior_type history_keeper(
    history_actor::stateful_pointer<std::optional<history_keeper_state>> self, history_database_ptr database,
    std::shared_ptr<write_gate> gate) {
  self->state.emplace(self, std::move(database), std::move(gate));
  return {
      [self](const load_history& m) { return self->state->load(m); },
      [self](const store_history& m) { self->state->store(m); },
      [self](const forget_history& m) { self->state->forget(m); },
      [self](const close_history&) { self->state->close(); },
  };
}

std::optional<std::string> history_path(const settings& s, const std::string& state_directory) {
  const auto& name = s.rooms.history_db;
  if (name.empty() || s.msrp.listen.empty() || s.rooms.history == 0) return std::nullopt;
  if (name.starts_with('/')) return name;
  return state_directory + "/" + name;
}

result<void> check_history(const settings& s) {
  const auto path = history_path(s, s.state.directory);
  // Where the state directory is worked out at start, or made then, nothing can be said before.
  const bool known = path && (s.rooms.history_db.starts_with('/') || !s.state.directory.empty());
  return known ? conference::history_database::inspect(*path) : result<void>();
}

result<history_database_ptr> open_history(const settings& s, const std::string& state_directory) {
  const auto path = history_path(s, state_directory);
  if (!path) {
    if (!s.rooms.history_db.empty())
      log::warning(
          "rooms.history-db is not used: there is no chat (msrp.listen), or no history (rooms.history)");
    return history_database_ptr();
  }
  auto opened = conference::history_database::open(*path, {.messages = s.rooms.history});
  if (!opened) return {errc::bad_setting, opened.error().text};
  log::info("history of rooms", {{"path", *path},
                                 {"rooms", std::to_string(opened->rooms())},
                                 {"bytes", std::to_string(opened->bytes())}});
  return std::make_shared<conference::history_database>(std::move(*opened));
}

history_access spawn_history_keeper(caf::actor_system& system, history_database_ptr database) {
  auto gate =
      std::make_shared<write_gate>(limits::history_unwritten_messages, limits::history_unwritten_bytes);
  return {system.spawn<caf::detached>(history_keeper, std::move(database), gate), gate};
}

}  // namespace confab::actors
