#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/conference/chat_command.hpp"
#include "signaling/conference/dial_rules.hpp"
#include "signaling/conference/user_key.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

/// The files of a room: who may put them in and take them out, and who hears of it.
namespace confab::actors {

std::unique_ptr<room_shelf> room_state::make_shelf() {
  room_shelf::hooks tell;
  tell.say = [this](const std::string& text) {
    if (chat_) chat_->tell_all(text, std::nullopt, std::chrono::system_clock::now());
  };
  tell.changed = [this] { show_files(); };
  tell.new_token = [this] { return page_.server() == nullptr ? std::string() : page_.server()->new_token(); };
  tell.url_of = [this](const std::string& token, const std::string& called) {
    return page_.server()->file_url(token, called);
  };
  tell.publish = [this] {
    if (page_.server() != nullptr) page_.flush();
  };
  tell.arrived = [this](const conference::shelved_file& file) {
    if (shared_->files->push) deliver(file);
  };
  return std::make_unique<room_shelf>(self_, id_, shared_->files, std::move(tell));
}

/// Who is in the room may; who comes with files alone, if nothing at the entrance would have stopped it or it
/// is in the room by another call. Nothing: it may.
std::optional<std::string> room_state::keeps_files_from(const actors::ask_for_files& m) const {
  if (ending_) return "the conference is being ended";
  if (lobby_) return "the lobby is no conference";
  if (is_in(m.leg)) return std::nullopt;
  if (!m.alone)
    return has_entrance() || guests_.contains(m.leg) || seats_.contains(m.leg)
               ? std::optional<std::string>("not in the room yet")
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
  who.verified = !m.who.identity.empty();
  who.owner = who.verified ? m.who.identity : m.who.uri;
  who.host = m.who.source.host();
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

/// `files.push`: a call to everybody else who has the room's chat and has not said that it takes no files. It
/// goes where the person is found; without a proxy that knows, to the very phone that is in the room.
void room_state::deliver(const conference::shelved_file& file) {
  const auto& configured = *shared_->configured;
  const conference::dial_rules rules(configured.sip.dial_to, configured.rooms.domains);
  std::set<std::string> called;
  for (const auto& [leg, one] : seats_) {
    const auto& owner = one.identity.empty() ? one.face.uri : one.identity;
    // A From that nobody vouches for may be anybody's: whoever takes it elsewhere is called besides its
    // owner.
    const auto person = one.identity.empty() ? owner + " " + one.source.host() : owner;
    if (!one.has_chat || one.leaving || one.expelled || !deliveries_.takes_files(leg) ||
        sip::same_person(owner, file.owner) || called.contains(person))
      continue;
    const bool by_contact = configured.sip.outbound_proxy.empty() && !one.face.contact.empty();
    const auto& target = by_contact ? one.face.contact : one.face.uri;
    const auto where = sip::parse_uri(target);
    // Where its own requests come from nobody is called on its word alone.
    if (!where || (!rules.allow(target) && where->host != one.source.host())) continue;
    if (called.size() >= configured.rooms.max_invitations) {
      log::warning("a file is not handed to everybody",
                   {{"room", id_.value}, {"file", file.name}, {"do", "raise rooms.max-invitations"}});
      return;
    }
    called.insert(person);
    dial_out wish;
    wish.room = id_;
    wish.target = target;
    wish.display_name = "Conference File Transfer";
    wish.subject = sip::header_safe("File uploaded by " + file.sender);
    wish.headers = {sip::header_safe("X-Originator-From: " + file.owner)};
    wish.leg = shared_->next_leg_id();
    wish.observer = caf::actor_cast<caf::strong_actor_ptr>(self_);
    wish.asked_by = one.source;
    wish.file = shelf_->job_to_send(file.number, *wish.leg);
    wish.file_words = room_shelf::words_of(file);
    wish.file_words.transfer_id += "." + to_string(*wish.leg);
    if (auto icon = shelf_->icon_of(file.number)) {
      icon->id = "icon." + wish.file_words.transfer_id + "@confab.invalid";
      wish.file_words.icon = icon->id;
      wish.file_icon = std::move(icon);
    }
    const leg_id call = *wish.leg;
    deliveries_.begin(call, leg);
    self_->request(directory_, caf::infinite, std::move(wish))
        .then(
            [this, target, call](const dial_started& begun) {
              if (begun.leg) return;
              deliveries_.cancel(call);
              log::info("a file is not handed over",
                        {{"room", id_.value}, {"target", target}, {"why", begun.text}});
            },
            [this, call](const caf::error&) { deliveries_.cancel(call); });
  }
}

/// Whoever says that it cannot take files is not called again.
void room_state::delivered(const dial_report& m) {
  if (deliveries_.on(m)) shared_->control->hang_up(m.leg, "the file is for nobody any more");
}

/// All calls that have nothing but files end.
void room_state::end_files(const std::string& why) {
  if (shelf_) shelf_->end(why);
  for (const leg_id call : deliveries_.end()) shared_->control->hang_up(call, why);
}

/// What it is given, and what it has asked for.
void room_state::end_files_of(leg_id leg, const std::string& why) {
  const auto& who = seats_.at(leg);
  const bool verified = !who.identity.empty();
  if (shelf_) shelf_->put_out(verified ? who.identity : who.face.uri, verified, why);
  for (const leg_id call : deliveries_.put_out(leg)) shared_->control->hang_up(call, why);
}

void room_state::show_files() {
  const auto now = self_->clock().now();
  focus_.set_files(shelf_->listing(), now);
  await_watchers();
  page_.set_files(shelf_->on_page(), now);
  await_page();
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
