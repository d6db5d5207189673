#include "actors/room.hpp"

#include <algorithm>

#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>

#include "config/log.hpp"
#include "config/log_format.hpp"

namespace confab::actors {

namespace {

/// RFC 4575 §5.7.5.
conference::disconnection_method departure(sip::end_cause cause) {
  using conference::disconnection_method;
  switch (cause) {
    case sip::end_cause::remote_bye:
    case sip::end_cause::remote_cancel:
    case sip::end_cause::replaced:
      return disconnection_method::departed;
    case sip::end_cause::local:
      return disconnection_method::booted;
    case sip::end_cause::refused:
    case sip::end_cause::no_ack:
    case sip::end_cause::session_expired:
    case sip::end_cause::transport:
      return disconnection_method::failed;
  }
  return disconnection_method::failed;
}

}  // namespace

room_state::room_state(room_actor::pointer self, room_id id, services_ptr shared,
                       std::vector<shard_actor> shards, directory_actor directory)
    : self_(self),
      id_(std::move(id)),
      shared_(std::move(shared)),
      shards_(std::move(shards)),
      roster_({shared_->configured->rooms.announcements, shared_->configured->rooms.music_on_hold}),
      lobby_(shared_->rules->is_lobby(id_)),
      page_(id_, lobby_ ? nullptr : shared_->web, [this] { return people_on_page(); }),
      focus_(id_, shared_->configured->rooms, shared_->watch_control, page_.url()),
      directory_(std::move(directory)),
      timetable_(lobby_ ? std::chrono::milliseconds{0} : shared_->rules->of(id_).max_duration,
                 self_->clock().now()) {
  open_chat();
  if (shared_->files) shelf_ = make_shelf();
  if (!chat_ || page_.server() == nullptr || !shared_->configured->screens.share) return;
  screens_.emplace(id_, page_, shared_->configured->screens.max_frame, shared_->screen_bytes,
                   shared_->screen_pictures);
  chat_->take_screens([this](leg_id leg, std::string_view body) { return screen_came(leg, body); });
}

void room_state::begin() {
  if (page_.server() != nullptr) page_.flush();
  await_timetable();
  recall();
}

void room_state::arrive(const arriving_leg& m) {
  if (ending_) self_->send(m.actor, remove_leg{*ending_});
  arriving_.insert_or_assign(m.leg, m.actor);
  conference::attendee face{m.leg, m.uri, m.display_name, m.contact};
  face.identity = m.identity;
  face.status = conference::endpoint_status::dialing_in;
  const auto now = self_->clock().now();
  if (has_entrance()) {
    focus_.show_outside(face, now);
  } else {
    focus_.show(face, m.source, now);
  }
  await_watchers();
}

void room_state::join(const join_room& m) {
  arriving_.erase(m.leg);
  ringing_.erase(m.leg);
  if (ending_) {
    self_->send(m.actor, remove_leg{*ending_});
    return;
  }
  // Only one can replace a participant; the others are not let past the lock or the room's size by it.
  const bool successor = !m.replaces || seats_.contains(*m.replaces) || guests_.contains(*m.replaces) ||
                         ringing_.contains(*m.replaces);
  if (!successor && (locked_ || shared_->rules->of(id_).max_participants != 0)) {
    self_->send(m.actor, remove_leg{"whom it replaces has left"});
    return;
  }
  const auto longest = shared_->configured->rooms.dialed_duration;
  if (m.dialed_out && longest.count() > 0) {
    timetable_.end_leg(m.leg, self_->clock().now() + longest);
    await_timetable();
  }
  if (!receive(m)) seat_down(m, is_moderator(m));
}

void room_state::seat_down(const join_room& m, bool moderator) {
  release(m);
  const bool muted = shared_->rules->of(id_).mute_on_entry && !moderator;
  conference::participant who{m.leg,     m.uri,       m.display_name,     muted,
                              m.on_hold, m.has_audio, !m.identity.empty()};
  conference::attendee face{m.leg, m.uri, m.display_name, m.contact};
  face.joined_by =
      m.dialed_out ? conference::joining_method::dialed_out : conference::joining_method::dialed_in;
  face.since = log::format_time(std::chrono::system_clock::now());
  face.referrer = m.referrer;
  face.moderator = moderator;
  face.label = m.label;
  face.identity = m.identity;
  face.ssrc = m.ssrc;
  seats_.insert_or_assign(
      m.leg, seat{m.actor, conference::dtmf_menu{shared_->configured->rooms.dtmf}, m.shard, std::move(face),
                  m.source, moderator, false, false, m.identity});
  const auto actions =
      m.replaces ? roster_.replace(*m.replaces, std::move(who)) : roster_.join(std::move(who));
  if (!actions) {
    seats_.erase(m.leg);
    self_->send(m.actor, remove_leg{actions.error().text});
    return;
  }
  if (m.replaces) {
    count_device(*m.replaces, false);
    end_screen(*m.replaces);
    page_.depart(*m.replaces);
    deliveries_.left(*m.replaces);
    seats_.erase(*m.replaces);
    focus_.drop(*m.replaces, self_->clock().now());
  }
  perform(*actions);
  seats_.at(m.leg).came = self_->clock().now();
  count_device(m.leg, true);
  enter_chat(m);
  if (!m.chat_follows) announce(m.leg);
  show(m.leg);
  call_in(m);
  if (moderator) open_doors();
}

void room_state::update(const update_participant& m) {
  if (const auto found = seats_.find(m.leg); found != seats_.end()) found->second.face.label = m.label;
  update_guest(m);
  const auto* const before = roster_.find(m.leg);
  const bool had_audio = before != nullptr && before->has_audio;
  perform(roster_.set_audio(m.leg, m.has_audio));
  if (before != nullptr && had_audio != m.has_audio) announce_audio(m.leg, m.has_audio);
  perform(roster_.hold(m.leg, m.on_hold));
  show(m.leg);
}

void room_state::source(const participant_source& m) {
  if (const auto guest = guests_.find(m.leg); guest != guests_.end()) {
    guest->second.news.ssrc = m.ssrc;
    return;
  }
  const auto found = seats_.find(m.leg);
  if (found == seats_.end() || found->second.face.ssrc == m.ssrc) return;
  found->second.face.ssrc = m.ssrc;
  show(m.leg);
}

void room_state::leaving(const leaving_leg& m) {
  const auto found = seats_.find(m.leg);
  if (found == seats_.end()) return;
  found->second.leaving = true;
  show(m.leg);
}

/// Who is replaced (RFC 3891) keeps its seat until its successor, which was told first, has come for it.
void room_state::leave(const leave_room& m) {
  const auto held = seats_.find(m.leg);
  if (held != seats_.end() && held->second.handed_over) return;  // `gone` is on its way
  if (held != seats_.end() && m.cause == sip::end_cause::replaced && !arriving_.empty()) {
    held->second.handed_over = true;
    when_all_arrived([this, m] { gone(m); });
    return;
  }
  gone(m);
}

void room_state::gone(const leave_room& m) {
  dialed({m.leg, 500, "Server Internal Error"});  // its call said nothing: it ended by a fault
  arriving_.erase(m.leg);
  ringing_.erase(m.leg);
  timetable_.forget(m.leg);
  end_screen(m.leg);
  talks({m.leg, false});
  announce_departure(m.leg);
  if (chat_) chat_->leave(m.leg);
  page_.depart(m.leg);
  count_device(m.leg, false);
  const auto left = seats_.extract(m.leg);
  guests_.erase(m.leg);
  deliveries_.left(m.leg);
  withdraw_if_empty();
  perform(roster_.leave(m.leg));
  focus_.depart(m.leg, departure(m.cause), m.reason, left.empty() ? std::string() : left.mapped().put_out_by,
                self_->clock().now());
  page_changed();
  await_watchers();
}

void room_state::invited(const invite_progress& m) {
  if (m.status == 0) note_calling(m.leg);
  const auto now = self_->clock().now();
  if (m.status < 200 || m.status >= 300) {
    conference::attendee face{m.leg, m.target, {}, m.target};
    const bool rings = m.status >= 180 && m.status < 200;
    face.status = rings ? conference::endpoint_status::alerting : conference::endpoint_status::dialing_out;
    face.referrer = m.referrer;
    focus_.show(face, {}, now);
  }
  if (m.status >= 300) {
    ringing_.erase(m.leg);
    const bool busy = m.status == 486 || m.status == 600;
    focus_.depart(m.leg,
                  busy ? conference::disconnection_method::busy : conference::disconnection_method::failed,
                  "SIP;cause=" + std::to_string(m.status) + ";text=\"" + m.reason + "\"", {}, now);
  } else if (m.status < 200) {
    ringing_.insert_or_assign(m.leg, m.target);
    if (ending_) shared_->control->hang_up(m.leg, *ending_);
  }
  await_watchers();
}

/// Whoever subscribes right behind its ACK is to find itself in the room: those who were answered and are not
/// in yet may have news of theirs on the way, and are waited for.
void room_state::watch(const watch_news& m) {
  const auto* wish = std::get_if<sip::incoming_subscription>(&m.event);
  if (wish == nullptr || arriving_.empty()) {
    waiting_.erase(sip::subscription_of(m.event));
    serve(m);
    return;
  }
  waiting_.insert_or_assign(wish->id, m);
  when_all_arrived([this, id = wish->id] { serve_waiting(id); });
}

void room_state::when_all_arrived(std::function<void()> then) {
  const auto left = std::make_shared<size_t>(arriving_.size());
  const auto answered = [left, then = std::move(then)] {
    if (--*left == 0) then();
  };
  for (const auto& [leg, actor] : arriving_) {
    self_->request(actor, caf::infinite, settle{})
        .then([answered](const outcome&) { answered(); }, [answered](const caf::error&) { answered(); });
  }
}

void room_state::serve_waiting(subscription_id id) {
  const auto wish = waiting_.extract(id);
  if (!wish.empty()) serve(wish.mapped());
}

/// Whoever was invited may watch, whatever the access rules say.
void room_state::serve(const watch_news& m) {
  const auto* wish = std::get_if<sip::incoming_subscription>(&m.event);
  const bool in_call = wish != nullptr && wish->in_dialog_of && is_in(*wish->in_dialog_of);
  if (wish == nullptr || in_call || (m.admitted && m.passed) || focus_.takes_part(wish->peer)) {
    auto event = m.event;
    if (wish != nullptr && !in_call) std::get<sip::incoming_subscription>(event).in_dialog_of.reset();
    focus_.on_watch(event);
    return;
  }
  log::info("watcher refused",
            {{"room", id_.value}, {"peer", wish->peer.uri}, {"from", wish->peer.source.to_string()}});
  shared_->watch_control->refuse_subscription(
      wish->id, {403, "Forbidden",
                 m.admitted ? "the room has a PIN: subscribe to its URI with ;pin=, or take part"
                            : "the access rules of the room do not admit you",
                 std::nullopt});
}

void room_state::watch_pause() {
  watch_timer_.reset();
  focus_.poll(self_->clock().now());
  await_watchers();
}

void room_state::over() {
  for (const auto& [id, wish] : waiting_)
    shared_->watch_control->refuse_subscription(
        id, {480, "Temporarily Unavailable", "the room has ended", std::nullopt});
  focus_.end();
  page_.end();
  if (chat_) chat_->end("the room has ended");
  end_files("the room has ended");
  self_->quit();
}

/// The leg as the roster and its session know it now.
void room_state::show(leg_id leg) {
  const auto* known = roster_.find(leg);
  const auto found = seats_.find(leg);
  if (known == nullptr || found == seats_.end()) return;
  auto face = found->second.face;
  face.has_audio = known->has_audio;
  face.has_chat = found->second.has_chat;
  if (chat_) face.display_name = chat_->name_of(leg);
  face.deaf = known->deaf;
  face.status = found->second.leaving ? conference::endpoint_status::disconnecting
                : known->on_hold      ? conference::endpoint_status::on_hold
                : known->muted        ? conference::endpoint_status::muted_via_focus
                                      : conference::endpoint_status::connected;
  if (found->second.expelled) {
    focus_.show_outside(face, self_->clock().now());
  } else {
    focus_.show(face, found->second.source, self_->clock().now());
  }
  page_changed();
  await_watchers();
}

void room_state::await_watchers() {
  const auto due = focus_.deadline();
  if (!due || (watch_timer_ && *watch_timer_ <= *due)) return;
  watch_timer_ = *due;
  const auto wait = std::max(*due - self_->clock().now(), caf::actor_clock::duration_type{0});
  self_->delayed_send(self_, wait, actors::watch_pause{});
}

room_actor::behavior_type room(room_actor::stateful_pointer<std::optional<room_state>> self, room_id id,
                               services_ptr shared, std::vector<shard_actor> shards,
                               directory_actor directory) {
  self->state.emplace(self, std::move(id), std::move(shared), std::move(shards), std::move(directory));
  self->state->begin();
  return {
      [self](const open_media& m) { return self->state->open(m); },
      [self](const arriving_leg& m) { self->state->arrive(m); },
      [self](const join_room& m) { self->state->join(m); },
      [self](const update_participant& m) { self->state->update(m); },
      [self](const participant_source& m) { self->state->source(m); },
      [self](const leaving_leg& m) { self->state->leaving(m); },
      [self](const leave_room& m) { self->state->leave(m); },
      [self](const invite_progress& m) { self->state->invited(m); },
      [self](const key_pressed& m) { self->state->key(m); },
      [self](const key_pause&) { self->state->key_pause(); },
      [self](const entrance_pause& m) { self->state->entrance_pause(m.leg); },
      [self](const watch_news& m) { self->state->watch(m); },
      [self](const watch_pause&) { self->state->watch_pause(); },
      [self](const room_over&) { self->state->over(); },
      [self](const refer_news& m) { self->state->refer(m); },
      [self](const message_news& m) { self->state->message(m); },
      [self](const dial_report& m) { self->state->dialed(m); },
      [self](const join_chat& m) { self->state->chat_joined(m); },
      [self](const leave_chat& m) { self->state->chat_left(m); },
      [self](const chat_came& m) { self->state->said(m); },
      [self](const nickname_came& m) { self->state->renamed(m); },
      [self](const timetable_pause&) { self->state->timetable_pause(); },
      [self](const ask_for_files& m) { return self->state->ask_for_files(m); },
      [self](const file_moved& m) { self->state->file_moved(m); },
      [self](const file_over& m) { self->state->file_over(m); },
      [self](const forget_file& m) { self->state->file_forgotten(m); },
      [self](const files_pause&) { self->state->files_pause(); },
      [self](const participant_talks& m) { self->state->talks(m); },
      [self](const page_pause&) { self->state->page_pause(); },
      [self](const room_command& m) { return self->state->command(m); },
      [self](const snapshot_request&) { return self->state->snapshot(); },
  };
}

}  // namespace confab::actors
