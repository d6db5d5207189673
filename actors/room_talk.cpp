#include <algorithm>
#include <chrono>

#include "actors/room.hpp"
#include "config/limits.hpp"
#include "config/log.hpp"
#include "signaling/conference/user_key.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

/// The room's part in its chat: who is in it, what all are told, and what participants ask for by chat.
namespace confab::actors {

namespace {

std::chrono::system_clock::time_point wall_clock() {
  return std::chrono::system_clock::now();
}

/// What a leg came with, as status lines say it.
std::string with_what(bool audio, bool chat) {
  if (audio && chat) return "audio and chat";
  return audio ? "audio" : "chat";
}

}  // namespace

/// What was said in earlier conferences of this name. The chat goes on meanwhile; who comes before it is
/// there waits for it, but not for a slow disk.
void room_state::recall() {
  if (!chat_ || lobby_ || !shared_->chat || !shared_->chat->history) return;
  const auto& database = *shared_->chat->history;
  if (!shared_->rules->of(id_).keep_history) {
    self_->send(database.keeper, forget_history{id_});
    return;
  }
  chat_->remember(database);
  const auto loaded = [this](const history_loaded& m) { chat_->recall(m.messages); };
  self_->request(database.keeper, limits::chat_history_wait, load_history{id_})
      .then(loaded, [this, loaded](const caf::error&) {
        log::warning("the history of a room takes long; its chat goes on without", {{"room", id_.value}});
        chat_->do_without();
        self_->request(shared_->chat->history->keeper, caf::infinite, load_history{id_})
            .then(loaded, [](const caf::error&) {});  // the keeper has ended: so does the server
      });
}

std::string room_state::person(leg_id leg) const {
  const auto found = seats_.find(leg);
  if (found == seats_.end()) return {};
  return conference::chat_person(chat_->name_of(leg), found->second.face.uri);
}

/// Everybody in the room is somebody to its chat, whether chat reaches it or not.
void room_state::enter_chat(const join_room& m) {
  if (!chat_) return;
  conference::chatter who{m.leg, m.claimed.empty() ? m.uri : m.claimed, m.identity,
                          conference::user_entity(m.uri, m.leg), m.display_name};
  who.link = m.chat_follows ? conference::chat_link::awaited : conference::chat_link::none;
  who.takes_messages = m.takes_messages && shared_->rules->of(id_).chat_by_message;
  who.accepts = m.accepts;
  chat_->enter(std::move(who));
}

/// While it has a seat.
void room_state::count_device(leg_id leg, bool is_there) {
  const auto found = seats_.find(leg);
  if (found == seats_.end()) return;
  const auto& face = found->second.face;
  const auto key = conference::user_key(face.uri, !face.identity.empty(), leg);
  size_t& count = devices_[key];
  count = is_there ? count + 1 : count - 1;
  if (count == 0) devices_.erase(key);
}

bool room_state::is_only_device(leg_id leg) const {
  const auto found = seats_.find(leg);
  if (found == seats_.end()) return false;
  const auto& face = found->second.face;
  const auto known = devices_.find(conference::user_key(face.uri, !face.identity.empty(), leg));
  return known != devices_.end() && known->second == 1;
}

/// Everybody with chat reads who came; of a person with several devices, once.
void room_state::announce(leg_id leg) {
  const auto found = seats_.find(leg);
  if (!chat_ || found == seats_.end() || std::exchange(found->second.announced, true)) return;
  const auto* known = roster_.find(leg);
  if (!is_only_device(leg) || known == nullptr) return;
  chat_->tell_all(
      person(leg) + " has joined the room with " + with_what(known->has_audio, found->second.has_chat), leg,
      wall_clock());
}

/// To who was told of it before; an arrival that is still to be announced says what there is by then.
void room_state::announce_audio(leg_id leg, bool added) {
  const auto found = seats_.find(leg);
  if (!chat_ || found == seats_.end() || !found->second.announced) return;
  chat_->tell_all(person(leg) + (added ? " has added audio" : " has removed audio"), leg, wall_clock());
}

/// Before its seat is given up.
void room_state::announce_departure(leg_id leg) {
  const auto found = seats_.find(leg);
  if (!chat_ || found == seats_.end() || !found->second.announced || !is_only_device(leg)) return;
  const auto stayed = self_->clock().now() - found->second.came;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(stayed).count();
  chat_->tell_all(
      person(leg) + " has left the room after " + conference::chat_duration(static_cast<uint64_t>(seconds)),
      leg, wall_clock());
}

/// Whoever is at the entrance is let into the chat with all else.
void room_state::chat_joined(const join_chat& m) {
  self_->send(m.stream, chat_entered{caf::actor_cast<caf::strong_actor_ptr>(room_actor{self_}),
                                     chat_ ? chat_->unfinished() : nullptr});
  if (const auto guest = guests_.find(m.leg); guest != guests_.end()) {
    guest->second.chat = m;
    return;
  }
  const auto found = seats_.find(m.leg);
  if (!chat_ || !is_in(m.leg)) {
    self_->send(m.stream, close_chat{"not in the room"});
    return;
  }
  const size_t others = roster_.user_count() - 1;
  auto welcome = conference::chat_welcome(others, {"SIP: " + id_.value});
  if (const auto url = page_.url_of(m.leg); !url.empty()) welcome += "\nThis room on the web: " + url;
  const bool is_new = chat_->connect(m.leg, m.stream, m.takes_private, welcome, wall_clock());
  found->second.has_chat = true;
  if (!is_new) return;  // nobody was told that it was away
  if (found->second.announced) {
    chat_->tell_all(person(m.leg) + " has added chat", m.leg, wall_clock());
  } else {
    announce(m.leg);
  }
  show(m.leg);
}

/// A phone that hangs up closes its chat a moment before, and one that lost it may be back soon: while it is
/// awaited nobody is told.
void room_state::chat_left(const leave_chat& m) {
  if (!chat_) return;
  if (const auto guest = guests_.find(m.leg); guest != guests_.end()) {
    guest->second.chat.reset();
    guest->second.news.chat_follows = m.awaited;
    return;
  }
  if (m.awaited) return chat_->disconnect(m.leg);
  const auto who = person(m.leg);
  end_screen(m.leg);
  if (!chat_->give_up(m.leg)) return announce(m.leg);  // it was waited for in vain
  const auto found = seats_.find(m.leg);
  if (found == seats_.end()) return;
  found->second.has_chat = false;
  chat_->tell_all(who + " has removed chat", m.leg, wall_clock());
  show(m.leg);
}

/// Nobody is heard, or called anything, who is at the entrance, or has just gone to another room, nor by a
/// connection that has another in its place: a verdict would go to that one.
bool room_state::is_outside(leg_id leg, uint64_t ticket) {
  const auto stream = caf::actor_cast<msrp_stream_actor>(self_->current_sender());
  if (chat_ && chat_->has(leg) && (!stream || chat_->is_stream_of(leg, stream))) return false;
  if (stream) self_->send(stream, judge_chat{ticket, 403, "you are not in the room"});
  return true;
}

void room_state::said(const chat_came& m) {
  if (is_outside(m.leg, m.ticket)) return;
  if (const auto wish = chat_->message(m, wall_clock())) obey_chat(*wish);
}

void room_state::renamed(const nickname_came& m) {
  if (is_outside(m.leg, m.ticket)) return;
  if (chat_->nickname(m)) show(m.leg);
}

/// Whoever is called that: by nickname or name, or by its URI. No name is nobody's.
std::vector<leg_id> room_state::people_called(const std::string& who) const {
  std::vector<leg_id> out;
  if (who.empty()) return out;
  for (const auto& [leg, one] : seats_) {
    const bool named = sip::same_word(chat_->name_of(leg), who) || sip::same_word(one.face.display_name, who);
    if (named || sip::same_person(one.face.uri, who.find(':') == std::string::npos ? "sip:" + who : who))
      out.push_back(leg);
  }
  std::ranges::sort(out, {}, &leg_id::value);
  return out;
}

std::string room_state::who_is_here() const {
  std::string text;
  for (const auto& one : roster_.participants()) {
    if (!text.empty()) text += '\n';
    text += person(one.leg);
    if (seats_.at(one.leg).moderator) text += ", moderator";
    if (one.muted) text += ", muted";
    if (one.on_hold) text += ", on hold";
  }
  return text;
}

/// The same commands as by keys and by operators; the answer is for the one who asked.
void room_state::obey_chat(const chat_request& wish) {
  const auto found = seats_.find(wish.by);
  if (found == seats_.end()) return;
  const auto now = wall_clock();
  const auto& [verb, argument] = wish.command;
  if (conference::is_for_moderators(verb) && !found->second.moderator) {
    chat_->tell(wish.by, "Only moderators may do that.", now);
    return;
  }
  switch (verb) {
    case conference::chat_verb::help:
      return chat_->tell(wish.by, conference::chat_help(found->second.moderator), now);
    case conference::chat_verb::who:
      return chat_->tell(wish.by, who_is_here(), now);
    case conference::chat_verb::page: {
      const auto url = page_.url_of(wish.by);
      return chat_->tell(wish.by, url.empty() ? "This room is not on the web." : url, now);
    }
    case conference::chat_verb::nick: {
      std::string answer;
      if (chat_->set_nickname(wish.by, argument, answer)) show(wish.by);
      return chat_->tell(wish.by, answer, now);
    }
    case conference::chat_verb::subject:
      if (!conference::can_be_subject(argument)) {
        chat_->tell(wish.by, "That cannot be a subject.", now);
        return;
      }
      focus_.set_subject(argument, self_->clock().now());
      await_watchers();
      page_.set_title(argument, self_->clock().now());
      await_page();
      return chat_->tell_all(person(wish.by) + " has set the subject: " + argument, std::nullopt, now);
    case conference::chat_verb::mute:
    case conference::chat_verb::unmute:
    case conference::chat_verb::kick:
    case conference::chat_verb::lock:
    case conference::chat_verb::unlock:
      return moderate_by_chat(wish);
  }
}

void room_state::moderate_by_chat(const chat_request& wish) {
  const auto by = seats_.at(wish.by).face.uri;
  const auto now = wall_clock();
  const auto verb = wish.command.verb;
  const auto tell = [&](const outcome& done) {
    chat_->tell(wish.by, done.ok ? "Done." : "Not done: " + done.text + ".", now);
  };
  if (verb == conference::chat_verb::lock || verb == conference::chat_verb::unlock)
    return tell(command({conference::lock_command{verb == conference::chat_verb::lock}, by}));
  const auto people = people_called(wish.command.argument);
  if (people.empty()) return tell({false, "nobody is called that"});
  if (verb == conference::chat_verb::kick) return tell(command({conference::kick_command{people, {}}, by}));
  tell(command({conference::mute_command{people, verb == conference::chat_verb::mute}, by}));
}

}  // namespace confab::actors
