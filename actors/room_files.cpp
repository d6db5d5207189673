#include <algorithm>
#include <chrono>
#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/conference/chat_command.hpp"
#include "signaling/conference/user_key.hpp"

/// The files of a room: who may put them in and take them out, and who hears of it.
namespace confab::actors {

std::unique_ptr<room_shelf> room_state::make_shelf() {
  room_shelf::hooks tell;
  tell.say = [this](const std::string& text) {
    if (chat_) chat_->tell_all(text, std::nullopt, std::chrono::system_clock::now());
  };
  tell.changed = [this] { show_files(); };
  tell.arrived = [](const conference::shelved_file&, const files::stored_file_ptr&) {};
  return std::make_unique<room_shelf>(self_, id_, shared_->files, std::move(tell));
}

/// Who is in the room may; who comes with files alone, if nothing at the entrance would have stopped it or it
/// is in the room by another call. Nothing: it may.
std::optional<std::string> room_state::keeps_files_from(const actors::ask_for_files& m) const {
  if (ending_) return "the conference is being ended";
  if (lobby_) return "the lobby is no conference";
  if (seats_.contains(m.leg)) return std::nullopt;
  if (!m.alone)
    return has_entrance() || guests_.contains(m.leg) ? std::optional<std::string>("not in the room yet")
                                                     : std::nullopt;
  if (focus_.takes_part(m.who)) return std::nullopt;
  const auto& rules = shared_->rules->of(id_);
  const bool moderates =
      m.shown == conference::credential::moderator_pin || rules.moderated_by(m.who.identity);
  if (locked_ && !moderates) return "the room is locked";
  if (!rules.pins.pin.empty() && m.shown == conference::credential::none)
    return "the room has a PIN: take part, or call its URI with ;pin=";
  if (rules.wait_for_moderator && !opened_ && !moderates) return "the room waits for its moderator";
  return std::nullopt;
}

caf::result<file_verdicts> room_state::ask_for_files(const actors::ask_for_files& m) {
  const auto no = shelf_ ? keeps_files_from(m) : std::optional<std::string>("this server has no files");
  if (no) {
    log::info("files refused", {{"room", id_.value},
                                {"leg", to_string(m.leg)},
                                {"peer", m.who.uri},
                                {"from", m.who.source.to_string()},
                                {"detail", *no}});
    return file_verdicts{{m.streams.size(), file_verdict{403, *no, {}, nullptr}}};
  }
  const auto found = seats_.find(m.leg);
  const auto& uri = found == seats_.end() ? m.who.uri : found->second.face.uri;
  const auto& called = found == seats_.end() ? m.who.display_name : found->second.face.display_name;
  const auto shown = conference::user_entity(uri, m.leg);
  room_shelf::asker who;
  who.sender = called.empty() ? "<" + shown + ">" : called + " <" + shown + ">";
  who.person = found != seats_.end() && chat_ ? person(m.leg) : conference::chat_person(called, uri);
  who.owner = m.who.identity.empty() ? m.who.uri : m.who.identity;
  return shelf_->ask(m, who);
}

void room_state::file_moved(const actors::file_moved& m) {
  if (shelf_) shelf_->moved(m);
}

void room_state::file_over(const actors::file_over& m) {
  if (shelf_) shelf_->over(m);
}

void room_state::file_forgotten(const forget_file& m) {
  if (shelf_) shelf_->forget(m);
}

void room_state::show_files() {
  focus_.set_files(shelf_->listing(), self_->clock().now());
  await_watchers();
  await_files();
}

void room_state::await_files() {
  const auto due = shelf_->deadline();
  if (!due || (files_timer_ && *files_timer_ <= *due)) return;
  files_timer_ = *due;
  const auto wait = std::max(*due - self_->clock().now(), caf::actor_clock::duration_type{0});
  self_->delayed_send(self_, wait, actors::files_pause{});
}

void room_state::files_pause() {
  files_timer_.reset();
  shelf_->poll(self_->clock().now());
  await_files();
}

}  // namespace confab::actors
