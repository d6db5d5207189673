#include "actors/leg.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "config/log.hpp"
#include "signaling/sip/pin_text.hpp"

namespace confab::actors {

leg_state::leg_state(leg_actor::pointer self, leg_setup setup, leg_links links, leg_start start)
    : self_(self),
      id_(setup.leg),
      room_id_(setup.room),
      links_(std::move(links)),
      start_(std::move(start)),
      machine_(std::move(setup)) {
  if (!links_.chat) return;
  chat_.emplace(self_, id_, links_.room, links_.chat);
  files_.emplace(self_, id_, links_.chat);
}

void leg_state::begin() {
  if (start_.incoming) {
    const auto actions = machine_.on_incoming(*start_.incoming);
    note("call offered", start_.incoming->peer.source.to_string());
    recipients_ = std::move(start_.incoming->recipients);
    start_.incoming.reset();
    perform(actions);
    return;
  }
  note("calling", sip::without_pin(start_.dial->target));
  perform(machine_.on_dial(start_.dial_from));
}

void leg_state::on_call(const sip::call_event& event) {
  if (const auto* key = std::get_if<sip::info_dtmf>(&event))
    self_->send(links_.room, key_pressed{id_, key->digit});
  const bool settles =
      std::holds_alternative<sip::remote_answer>(event) || std::holds_alternative<sip::offer_refused>(event);
  const auto settled = settles ? std::exchange(promised_, {}) : std::vector<std::string>{};
  perform(machine_.on_call_event(event));
  withdraw(settled);  // what was agreed on is known to the register by now, and stays
  if (const auto* over = std::get_if<sip::ended>(&event)) {
    std::string why = sip::to_string(over->cause);
    if (over->status != 0) why += ", " + std::to_string(over->status);
    if (!over->reason.empty()) why += ": " + over->reason;
    note("call ended", std::move(why));
  }
}

void leg_state::on_media(const mix::shard_event& event) {
  if (const auto* key = std::get_if<mix::dtmf_received>(&event)) {
    self_->send(links_.room, key_pressed{id_, key->digit});
  } else if (const auto* talk = std::get_if<mix::talking_changed>(&event)) {
    if (links_.shows_talk) self_->send(links_.room, participant_talks{id_, talk->talking});
  } else if (std::holds_alternative<mix::media_lost>(event)) {
    perform(machine_.on_media_lost());
  } else if (const auto* source = std::get_if<mix::source_known>(&event)) {
    source_ = source->ssrc;
    tell_source();
  } else if (const auto* s = std::get_if<mix::leg_statistics>(&event)) {
    log::info("call media",
              {{"room", room_id_.value},
               {"leg", to_string(id_)},
               {"received", std::to_string(s->packets_received)},
               {"sent", std::to_string(s->packets_sent)},
               {"lost", std::to_string(s->packets_lost)},
               {"jitter_us", std::to_string(s->jitter.count())},
               {"round_trip_us", s->round_trip ? std::to_string(s->round_trip->count()) : "unknown"},
               {"dropped_source", std::to_string(s->dropped_source)},
               {"dropped_malformed", std::to_string(s->dropped_malformed)},
               {"dropped_unauthentic", std::to_string(s->dropped_unauthentic)}});
  } else if (const auto* p = std::get_if<mix::packet_traced>(&event)) {
    log::trace(log::wire::rtp, p->sent, "leg " + to_string(id_), p->remote.to_string(),
               "pt=" + std::to_string(p->payload_type) + " seq=" + std::to_string(p->sequence) +
                   " ts=" + std::to_string(p->timestamp) + " ssrc=" + std::to_string(p->ssrc) +
                   " bytes=" + std::to_string(p->bytes));
  }
}

void leg_state::on_chat(const chat_bound& m) {
  if (files_->on_bound(m)) return;
  machine_.on_chat_bound();
  chat_->on_bound(m);
}

void leg_state::on_chat(const chat_lost& m) {
  if (files_->on_lost(m)) return;
  if (chat_->on_lost(m)) note("chat lost", m.why);
}

void leg_state::on_chat(const chat_deadline& m) {
  if (chat_->on_deadline(m)) perform(machine_.on_chat_lost());
}

/// Who called for files alone may have the last response and REPORT read first.
void leg_state::on_file(const file_over& m) {
  const bool all = files_->on_over(m);
  if (!machine_.is_for_files_alone() || !all) return;
  constexpr std::chrono::seconds after_push{1}, after_pull{3};
  self_->delayed_send(self_, m.job->push ? after_push : after_pull,
                      files_done{m.done ? "the file is transferred" : m.why});
}

void leg_state::on_file(const file_deadline& m) {
  if (files_->on_deadline(m) && machine_.is_for_files_alone())
    perform(machine_.on_remove("no connection came for the file"));
}

void leg_state::on_file(const files_done& m) {
  perform(machine_.on_remove(m.why));
}

/// From here on the old room has no news of the leg.
void leg_state::move(const change_room& m) {
  room_id_ = m.room;
  links_.room = caf::actor_cast<room_actor>(m.actor);
  if (chat_) chat_->move_to(links_.room);
  open_media wish{id_, room_id_, {}, leg_actor{self_}, links_.shard_index, {}};
  wish.moved = true;
  self_->request(links_.room, caf::infinite, std::move(wish))
      .then([this](const outcome& o) { perform(o.ok ? machine_.on_moved() : machine_.on_remove(o.text)); },
            [this](const caf::error&) { perform(machine_.on_remove("the conference has ended")); });
}

void leg_state::perform(const leg_actions& actions) {
  for (const auto& action : actions) {
    std::visit([this](const auto& a) { run(a); }, action);
  }
}

void leg_state::run(const act::open_media& a) {
  self_
      ->request(links_.room, caf::infinite,
                open_media{id_, room_id_, a.local, leg_actor{self_}, links_.shard_index, {}})
      .then(
          [this](const outcome& o) {
            perform(o.ok ? machine_.on_media_open() : machine_.on_media_refused(o.text));
          },
          [this](const caf::error&) {
            perform(machine_.on_media_refused("the media engine does not answer"));
          });
}

void leg_state::run(const act::configure_media& a) {
  if (a.behind_nat)
    note("audio goes only to where it comes from: net.deny forbids the address in SDP", *a.behind_nat);
  self_->send(links_.shard, configure_media{id_, a.stream});
}

void leg_state::run(const act::close_media&) {
  if (chat_) chat_->end();
  if (files_) files_->end();
  withdraw(std::exchange(promised_, {}));
  // Of those who were in the room it has heard already.
  if (announced_) self_->send(links_.room, leave_room{id_, sip::end_cause::no_ack, {}});
  const auto finish = [this] {
    self_->send(links_.directory, leg_gone{id_});
    self_->quit();
  };
  self_->request(links_.shard, caf::infinite, close_media{id_})
      .then([finish](const outcome&) { finish(); }, [finish](const caf::error&) { finish(); });
}

void leg_state::run(const act::accept& a) {
  // A phone that was called and offers anew is in the room, or is shown as called.
  if (!start_.dial && !machine_.is_for_files_alone() && !std::exchange(announced_, true)) {
    const auto& who = machine_.peer();
    self_->send(links_.room, arriving_leg{id_, who.uri, who.display_name, who.contact, who.source,
                                          leg_actor{self_}, who.identity});
  }
  promise_sessions();
  links_.control->accept(id_, a.sdp);
}

void leg_state::run(const act::refuse& a) {
  note("call refused", std::to_string(a.why.status) + " " + a.why.reason +
                           (a.why.warning.empty() ? "" : ": ") + a.why.warning);
  links_.control->refuse(id_, a.why);
}

void leg_state::run(const act::dial& a) {
  sip::dial_request request;
  request.leg = id_;
  request.room = room_id_;
  request.target = start_.dial->target;
  request.sdp = a.sdp;
  if (!start_.dial->display_name.empty()) request.display_name = start_.dial->display_name;
  request.subject = start_.dial->subject;
  request.headers = start_.dial->headers;
  request.asked_by = start_.dial->asked_by;
  request.icon = start_.dial->file_icon;
  promise_sessions();
  links_.control->dial(std::move(request));
  if (!machine_.is_for_files_alone()) tell_room(0, {});
}

void leg_state::run(const act::hang_up& a) {
  self_->send(links_.room, leaving_leg{id_});
  links_.control->hang_up(id_, a.reason);
}

void leg_state::run(const act::join& a) {
  note("call joined");
  self_->send(links_.room, join_room{id_,
                                     a.peer.uri,
                                     a.peer.display_name,
                                     a.has_audio,
                                     a.on_hold,
                                     a.replaces,
                                     leg_actor{self_},
                                     links_.shard_index,
                                     a.peer.contact,
                                     a.peer.source,
                                     start_.dial.has_value(),
                                     start_.dial ? start_.dial->referrer : std::string(),
                                     a.peer.identity,
                                     a.label,
                                     std::exchange(recipients_, {}),
                                     start_.shown,
                                     std::nullopt,
                                     a.chat,
                                     a.peer.claimed,
                                     a.peer.takes_messages,
                                     a.peer.accepts});
  tell_source();
  if (chat_) chat_->joined();
}

void leg_state::run(const act::update& a) {
  note(a.has_audio ? (a.on_hold ? "call on hold" : "call changed") : "call without audio");
  self_->send(links_.room, update_participant{id_, a.has_audio, a.on_hold, a.label});
}

void leg_state::run(const act::leave& a) {
  self_->send(links_.room, leave_room{id_, a.cause, a.reason});
}

/// The room does not keep it for one who has not joined.
void leg_state::tell_source() {
  if (source_) self_->send(links_.room, participant_source{id_, *source_});
}

/// Whoever watches the room sees whom it calls.
void leg_state::tell_room(uint16_t status, const std::string& reason) {
  self_->send(links_.room, invite_progress{id_, sip::without_pin(start_.dial->target), start_.dial->referrer,
                                           status, reason});
}

void leg_state::run(const act::another_port&) {
  self_->request(links_.directory, caf::infinite, another_port{id_})
      .then([this](const port_lease& lease) { perform(machine_.on_new_port(lease.port)); },
            [this](const caf::error&) { perform(machine_.on_new_port(0)); });
}

void leg_state::run(const act::set_chat& a) {
  if (chat_) chat_->set(a.chat);
}

void leg_state::run(const act::adjust_chat& a) {
  if (chat_) chat_->adjust(a.takes_private);
}

void leg_state::run(const act::ask_for_files& a) {
  ask_for_files wish{id_,          machine_.peer(),
                     start_.shown, machine_.is_for_files_alone(),
                     a.streams,    caf::actor_cast<caf::strong_actor_ptr>(leg_actor{self_}),
                     a.icons};
  self_->request(links_.room, caf::infinite, std::move(wish))
      .then([this](const file_verdicts& m) { perform(machine_.on_files(m.each)); },
            [this](const caf::error&) {
              perform(machine_.on_files({file_verdict{480, "the conference has ended", {}, nullptr}}));
            });
}

void leg_state::run(const act::set_file& a) {
  if (files_) files_->set(a.media_index, a.file);
}

void leg_state::run(const act::drop_file& a) {
  if (files_) files_->drop(a.job);
}

/// Before the peer can have read the offer: it may connect with its answer.
void leg_state::promise_sessions() {
  if (!links_.chat) return;
  const auto before = std::exchange(promised_, machine_.offered_sessions());
  for (const auto& id : promised_) self_->send(links_.chat->streams->sessions, promise_session{id});
  withdraw(before);
}

/// But for what is offered again.
void leg_state::withdraw(const std::vector<std::string>& promises) {
  for (const auto& id : promises) {
    if (std::find(promised_.begin(), promised_.end(), id) == promised_.end())
      self_->send(links_.chat->streams->sessions, withdraw_promise{id});
  }
}

void leg_state::run(const act::offer& a) {
  promise_sessions();
  links_.control->offer(id_, a.sdp);
}

void leg_state::run(const act::report& a) {
  if (!start_.dial) return;
  if (!machine_.is_for_files_alone()) tell_room(a.status, a.reason);
  if (!start_.dial->observer) return;
  caf::anon_send(caf::actor_cast<caf::actor>(start_.dial->observer), dial_report{id_, a.status, a.reason});
}

void leg_state::note(std::string_view what, std::string detail) const {
  const auto& known = start_.incoming ? start_.incoming->peer : machine_.peer();
  const std::string peer =
      known.uri.empty() && start_.dial ? sip::without_pin(start_.dial->target) : known.uri;
  if (detail.empty()) {
    log::info(what, {{"room", room_id_.value}, {"leg", to_string(id_)}, {"peer", peer}});
  } else {
    log::info(
        what,
        {{"room", room_id_.value}, {"leg", to_string(id_)}, {"peer", peer}, {"detail", std::move(detail)}});
  }
}

leg_actor::behavior_type leg(leg_actor::stateful_pointer<std::optional<leg_state>> self, leg_setup setup,
                             leg_links links, leg_start start) {
  self->state.emplace(self, std::move(setup), std::move(links), std::move(start));
  self->state->begin();
  return {
      [self](const call_news& m) { self->state->on_call(m.event); },
      [self](const media_news& m) { self->state->on_media(m.event); },
      [self](const remove_leg& m) { self->state->perform(self->state->machine().on_remove(m.reason)); },
      [self](const change_room& m) { self->state->move(m); },
      [](const settle&) -> outcome { return {}; },
      [self](const chat_bound& m) { self->state->on_chat(m); },
      [self](const chat_lost& m) { self->state->on_chat(m); },
      [self](const chat_deadline& m) { self->state->on_chat(m); },
      [self](const file_over& m) { self->state->on_file(m); },
      [self](const file_deadline& m) { self->state->on_file(m); },
      [self](const files_done& m) { self->state->on_file(m); },
  };
}

}  // namespace confab::actors
