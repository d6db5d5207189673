#include "actors/directory.hpp"

#include <algorithm>
#include <tuple>

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include "actors/echo_room.hpp"
#include "actors/leg.hpp"
#include "actors/media_words.hpp"
#include "actors/room.hpp"
#include "config/limits.hpp"
#include "config/log.hpp"
#include "media/io/local_address.hpp"

namespace confab::actors {

directory_state::directory_state(directory_actor::pointer self, services_ptr shared,
                                 std::vector<shard_actor> shards)
    : self_(self),
      shared_(std::move(shared)),
      shards_(std::move(shards)),
      shard_legs_(shards_.size(), 0),
      ports_(shared_->configured->media.first_port, shared_->configured->media.last_port),
      calls_(shared_->configured->rooms.calls_per_hour / 3'600.0, shared_->configured->rooms.calls_per_hour,
             limits::callers_counted) {}

directory_state::~directory_state() {
  for (const auto& [id, entry] : legs_) caf::anon_send_exit(entry.actor, caf::exit_reason::user_shutdown);
  for (const auto& [id, entry] : rooms_) caf::anon_send_exit(entry.actor, caf::exit_reason::user_shutdown);
}

void directory_state::on_call(const call_news& news) {
  if (const auto* call = std::get_if<sip::incoming_call>(&news.event)) {
    room_id room = call->room;
    // RFC 3891: the newcomer sits where the replaced one sat, whatever URI it dialled.
    if (call->replaces) {
      const auto seat = legs_.find(*call->replaces);
      if (seat != legs_.end()) room = seat->second.room;
    }
    auto shown = conference::credential::none;
    leg_start start{*call, std::nullopt, {}, shown};
    auto no = judge_call(*call, room, shown, is_for_files_alone(start));
    if (!no) no = admit_list(*start.incoming, room, shown);
    if (no) {
      log::info("call refused", {{"room", room.value},
                                 {"peer", call->peer.uri},
                                 {"from", call->peer.source.to_string()},
                                 {"detail", no->warning}});
      shared_->control->refuse(call->leg, *no);
      return;
    }
    start.shown = shown;
    start.incoming->pin.reset();
    spawn_leg(call->leg, room, std::move(start));
    return;
  }
  const auto leg = legs_.find(sip::leg_of(news.event));
  if (leg != legs_.end()) self_->send(leg->second.actor, news);
}

/// A verified name counts before what From says.
result<void> directory_state::admits(const room_id& room, const sip::peer& who) const {
  return shared_->rules->of(room).access.judge(who.identity.empty() ? who.uri : who.identity);
}

bool directory_state::is_full(const room_id& room, size_t more) const {
  const size_t most = shared_->rules->of(room).max_participants;
  const auto found = rooms_.find(room);
  const size_t now = found == rooms_.end() ? 0 : found->second.passed;
  return most != 0 && now + more > most;
}

/// A room exists from its first INVITE on, so that a watcher who comes with the ACK finds it.
void directory_state::on_watch(const watch_news& news) {
  if (const auto* wish = std::get_if<sip::incoming_subscription>(&news.event)) {
    watch(*wish);
    return;
  }
  const auto watched = watched_.find(sip::subscription_of(news.event));
  if (watched == watched_.end()) return;
  const auto room = rooms_.find(watched->second);
  if (room != rooms_.end()) self_->send(room->second.actor, news);
  if (std::holds_alternative<sip::subscription_ended>(news.event)) watched_.erase(watched);
}

/// A REFER in the dialog of a call is about the room the call is in, whatever URI it was sent to.
void directory_state::on_refer(const refer_news& news) {
  const auto& [id, named, call] =
      std::visit([](const auto& e) { return std::tuple(e.id, e.room, e.in_dialog_of); }, news.event);
  const auto leg = call ? legs_.find(*call) : legs_.end();
  const auto room = rooms_.find(leg == legs_.end() ? named : leg->second.room);
  if (room != rooms_.end() && !shared_->rules->is_lobby(room->first)) {
    self_->send(room->second.actor, news);
  } else if (std::holds_alternative<sip::incoming_refer>(news.event)) {
    shared_->refer_control->refuse_refer(
        id, {480, "Temporarily Unavailable", "there is no such room", std::nullopt});
  }
}

/// The same holds for a MESSAGE.
void directory_state::on_message(const message_news& news) {
  const auto& m = news.message;
  const auto leg = m.in_dialog_of ? legs_.find(*m.in_dialog_of) : legs_.end();
  const auto room = rooms_.find(leg == legs_.end() ? m.room : leg->second.room);
  if (room != rooms_.end() && !shared_->rules->is_lobby(room->first)) {
    self_->send(room->second.actor, news);
  } else {
    shared_->message_control->refuse_message(m.id, {404, "Not Found", "there is no such room", std::nullopt});
  }
}

port_lease directory_state::on_another_port(leg_id leg) {
  const auto found = legs_.find(leg);
  if (found == legs_.end()) return {};
  const uint16_t refused = found->second.port;
  found->second.port = ports_.take().value_or(0);
  if (refused != 0) ports_.give_back(refused);
  return {found->second.port};
}

void directory_state::on_lock(const lock_room& m) {
  const auto room = rooms_.find(m.room);
  if (room != rooms_.end()) room->second.locked = m.locked;
}

void directory_state::on_leg_gone(leg_id leg) {
  const auto found = legs_.find(leg);
  if (found == legs_.end()) return;
  if (found->second.port != 0) ports_.give_back(found->second.port);
  const auto room = rooms_.find(found->second.room);
  const size_t shard = found->second.shard;
  const bool passed = found->second.passed;
  legs_.erase(found);
  if (room == rooms_.end()) return;
  --shard_legs_[shard];
  if (passed) --room->second.passed;
  leave_section(room->second, shard);
}

/// The room ends with its last leg.
void directory_state::leave_section(room_entry& room, size_t shard) {
  for (section_entry& section : room.sections) {
    if (section.shard == shard) --section.legs;
  }
  if (--room.legs > 0) return;
  log::info("room ended", {{"room", room.id.value}});
  self_->send(room.actor, room_over{});
  rooms_.erase(room_id{room.id});
}

/// A leg says `leg_gone` before it ends. One that is still listed here ended by a fault of ours: what it held
/// is taken back.
void directory_state::on_leg_crashed(const caf::actor_addr& who) {
  const auto found =
      std::find_if(legs_.begin(), legs_.end(), [&](const auto& entry) { return entry.second.actor == who; });
  if (found == legs_.end()) return;
  const leg_id leg = found->first;
  const auto room = rooms_.find(found->second.room);
  log::error("a leg ended by a fault; its call is ended",
             {{"leg", to_string(leg)}, {"room", found->second.room.value}});
  shared_->control->hang_up(leg, "internal error");
  if (room == rooms_.end()) return on_leg_gone(leg);
  self_->send(room->second.actor, leave_room{leg, sip::end_cause::transport, "internal error"});
  self_->request(shards_[found->second.shard], caf::infinite, close_media{leg})
      .then([this, leg](const outcome&) { on_leg_gone(leg); },
            [this, leg](const caf::error&) { on_leg_gone(leg); });
}

dial_started directory_state::on_dial(const dial_out& wish) {
  if (is_room(wish.target)) return {std::nullopt, "the target is a room of this server", 403};
  if (shared_->rules->is_lobby(wish.room)) return {std::nullopt, "the lobby is no room"};
  if (!wish.file && is_full(wish.room)) return {std::nullopt, "the room is full"};
  if (shared_->rules->is_echo(wish.room)) return {std::nullopt, "an echo room calls nobody"};
  const auto known = rooms_.find(wish.room);
  if (wish.file && known == rooms_.end()) return {std::nullopt, "the room has ended"};
  if (known != rooms_.end() && known->second.ending) return {std::nullopt, "the conference is being ended"};
  if (!wish.caller.empty() && !calls_.take(wish.caller, self_->clock().now())) {
    log::warning("a participant asks for too many calls; they are refused for a while",
                 {{"room", wish.room.value}, {"participant", wish.caller}});
    return {std::nullopt, "too many calls in an hour"};
  }
  const leg_id id = wish.leg ? *wish.leg : shared_->next_leg_id();
  socket_address from = shared_->media_address;
  if (from.is_any_host()) from = io::default_local_address();
  spawn_leg(id, wish.room, leg_start{std::nullopt, wish, from});
  return {id, {}};
}

directory_state::room_entry& directory_state::find_or_make_room(const room_id& id) {
  const auto found = rooms_.find(id);
  if (found != rooms_.end()) return found->second;
  log::info("room made", {{"room", id.value}});
  const auto actor = shared_->rules->is_echo(id)
                         ? self_->spawn(echo_room, id, shared_, shards_)
                         : self_->spawn(room, id, shared_, shards_, directory_actor{self_});
  conference::put_out_list nobody(shared_->configured->rooms.kick_ban);
  return rooms_.emplace(id, room_entry{id, actor, {}, 0, 0, false, false, std::move(nobody)}).first->second;
}

/// The first section that has room; then a new one; when there is no other shard, the smallest one grows.
size_t directory_state::place_leg(room_entry& room) {
  const size_t most = shared_->configured->media.section_legs;
  auto& sections = room.sections;
  auto best = std::find_if(sections.begin(), sections.end(),
                           [most](const section_entry& s) { return most == 0 || s.legs < most; });
  if (best == sections.end()) {
    if (const auto shard = least_loaded_shard(room)) {
      best = sections.insert(best, section_entry{*shard, 0});
    } else {
      best = std::min_element(sections.begin(), sections.end(),
                              [](const auto& a, const auto& b) { return a.legs < b.legs; });
    }
  }
  ++best->legs;
  ++room.legs;
  ++shard_legs_[best->shard];
  return best->shard;
}

void directory_state::spawn_leg(leg_id id, const room_id& room, leg_start start) {
  auto& entry = find_or_make_room(room);
  leg_setup setup;
  setup.leg = id;
  setup.room = room;
  setup.ours = shared_->capabilities;
  setup.ours.session_id = id.value;
  renew_keys(setup.ours);
  setup.advertised_address = shared_->configured->media.advertised_address;
  setup.bind_address = shared_->media_address;
  setup.deny = shared_->deny;
  const auto& chat = shared_->chat;
  if (chat && !shared_->rules->is_echo(room))
    setup.chat = chat_setup{chat->ours, chat->advertised_address, chat->new_session_id};
  const bool may_talk = start.incoming ? mentions_audio(start.incoming->sdp) : !start.dial->file;
  if (may_talk) setup.port = ports_.take().value_or(0);
  setup.files = shared_->files != nullptr && setup.chat.has_value() && !shared_->rules->is_lobby(room);
  setup.files_alone = setup.files && is_for_files_alone(start);
  if (setup.files && start.dial && start.dial->file)
    setup.delivery = file_delivery{start.dial->file_words, start.dial->file};
  if (!setup.files_alone) setup.needs_voice = asked_by_voice(room, start);
  const bool passed = setup.needs_voice.empty() && !setup.files_alone;
  if (passed) ++entry.passed;
  const uint16_t port = setup.port;
  const size_t shard = place_leg(entry);
  leg_links links{shared_->control,
                  directory_actor{self_},
                  entry.actor,
                  shards_[shard],
                  shard,
                  setup.chat ? shared_->chat : nullptr,
                  shared_->web != nullptr};
  const auto actor = self_->spawn(leg, std::move(setup), std::move(links), std::move(start));
  self_->monitor(actor);
  legs_.emplace(id, leg_entry{actor, room, shard, port, passed});
}

/// Of those that have no section of the room; none when it may not have another.
std::optional<size_t> directory_state::least_loaded_shard(const room_entry& room) const noexcept {
  std::optional<size_t> best;
  if (room.sections.size() == limits::sections_per_room) return best;
  for (size_t shard = 0; shard < shards_.size(); ++shard) {
    const bool taken = std::any_of(room.sections.begin(), room.sections.end(),
                                   [shard](const section_entry& s) { return s.shard == shard; });
    if (!taken && (!best || shard_legs_[shard] < shard_legs_[*best])) best = shard;
  }
  return best;
}

directory_actor::behavior_type directory(
    directory_actor::stateful_pointer<std::optional<directory_state>> self, services_ptr shared,
    std::vector<shard_actor> shards) {
  self->state.emplace(self, std::move(shared), std::move(shards));
  self->set_down_handler([self](const caf::down_msg& m) { self->state->on_leg_crashed(m.source); });
  return {
      [self](const call_news& m) { self->state->on_call(m); },
      [self](const watch_news& m) { self->state->on_watch(m); },
      [self](const refer_news& m) { self->state->on_refer(m); },
      [self](const message_news& m) { self->state->on_message(m); },
      [self](const another_port& m) { return self->state->on_another_port(m.leg); },
      [self](const lock_room& m) { self->state->on_lock(m); },
      [self](const leg_gone& m) { self->state->on_leg_gone(m.leg); },
      [self](const dial_out& m) { return self->state->on_dial(m); },
      [self](const check_pin& m) { return self->state->on_check_pin(m); },
      [self](const find_room& m) { return self->state->on_find_room(m); },
      [self](const count_request&) { return self->state->count(); },
      [self](const keep_out& m) { self->state->on_keep_out(m); },
      [self](const room_ending& m) { self->state->on_ending(m); },
      [self](const to_room& m) { return self->state->on_command(m); },
      [self](const look_into_room& m) { return self->state->look_into(m); },
      [self](const rooms_request&) { return self->state->list(); },
  };
}

}  // namespace confab::actors
