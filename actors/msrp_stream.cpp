#include "actors/msrp_stream.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "config/log.hpp"

namespace confab::actors {

namespace {

/// Of a file in one go: three TLS records, in buffers that malloc does not map anew each time.
constexpr size_t file_step = 49'152;

/// What was worked on is granted anew when it is a good part of what the shard reads ahead: it stops at all
/// of that, or at half where the connection is shared, so small messages need no grants.
constexpr size_t granted_from = limits::stream_unread_bytes / 4;

std::string_view text_of(const std::vector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string no_byte_moved() {
  return "no byte of it moved for " + std::to_string(limits::file_idle.count()) + " s";
}

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

}  // namespace

msrp_stream_state::msrp_stream_state(msrp_stream_actor::pointer self, msrp_services_ptr shared,
                                     msrp_stream_start start)
    : self_(self),
      shared_(std::move(shared)),
      start_(std::move(start)),
      connection_(shared_->settings, shared_->random),
      opened_at_(self->clock().now()),
      heard_(opened_at_) {
  self_->set_down_handler([this](const caf::down_msg& m) { down(m); });
}

void msrp_stream_state::opened(const stream_opened& m) {
  id_ = m.id;
  peer_ = m.peer;
  opened_at_ = heard_ = drained_at_ = self_->clock().now();
  if (start_.shares) {
    self_->monitor(start_.shard);
    bind(*std::exchange(start_.calls, std::nullopt));
    connection_.share();
    return await_time();
  }
  if (start_.tls) {
    const bool calls = start_.calls.has_value();
    auto made = io::tls_session::make(shared_->tls, calls ? io::tls_role::client : io::tls_role::server,
                                      calls ? start_.calls->theirs.front().host : std::string());
    if (!made) return give_up(made.error().text, true);
    tls_ = std::move(*made);
    send_out(tls_->take_output());
  }
  if (start_.calls && !tls_ && !begin_call()) return;
  await_time();
}

/// Connected, by TLS too where that is spoken. Who opens the connection tells the other which session it is
/// for (RFC 4975 §5.4), but not before the other has shown the certificate that its SDP named.
bool msrp_stream_state::begin_call() {
  if (!start_.calls->fingerprint.empty() && !(tls_ && tls_->peer_has(start_.calls->fingerprint))) {
    give_up("the certificate of the peer is not the one that its SDP names");
    return false;
  }
  bind(*std::exchange(start_.calls, std::nullopt));
  (void)connection_.push_keep_alive();
  pump();
  return true;
}

void msrp_stream_state::bind(chat_session session) {
  session_ = std::move(session);
  heard_ = self_->clock().now();
  if (session_->file) {
    file_.emplace(self_, session_->file, session_->ours.session_id,
                  caf::actor_cast<caf::strong_actor_ptr>(session_->owner), connection_, [this] { go_on(); });
  }
  connection_.bind(session_->ours, session_->theirs, heard_);
  self_->monitor(session_->owner);  // its call may end before it hears of us
  self_->send(session_->owner, chat_bound{session_->ours.session_id, msrp_stream_actor{self_}});
  if (file_) file_->begin();
}

void msrp_stream_state::came(const stream_bytes& m) {
  if (ended_) return;
  const auto now = self_->clock().now();
  if (session_ && !line_) heard_ = now;  // words that bind nothing buy no time
  uncredited_ += m.bytes->size();
  if (!tls_) {
    work(connection_.take(text_of(*m.bytes), now));
    return;
  }
  std::vector<uint8_t> plain;
  const auto read = tls_->receive(*m.bytes, plain);
  if (auto answer = tls_->take_output(); !answer.empty()) send_out(std::move(answer));
  if (!read) return give_up(read.error().text);
  if (start_.calls && tls_->is_ready() && !begin_call()) return;
  work(connection_.take(text_of(plain), now));
}

/// What the peer sent is granted anew once it has been worked on. Records and handshakes weigh more than what
/// is in them, so all is granted when nothing waits.
void msrp_stream_state::work(const std::vector<msrp::connection_event>& events) {
  for (const auto& event : events) {
    if (ended_) return;
    std::visit([this](const auto& e) { on(e); }, event);
  }
  if (ended_) return;
  if (std::exchange(reads_on_, false)) return work(connection_.resume(self_->clock().now()));
  if (file_) file_->move();
  (void)connection_.take_credit();
  if (line_ && connection_.take_heard()) heard_ = self_->clock().now();
  if (uncredited_ >= granted_from && !connection_.is_waiting() && (!file_ || file_->takes_more()) &&
      (!line_ || line_->takes_more()))
    self_->send(start_.shard, grant_bytes{id_, std::exchange(uncredited_, 0)});
  pump();
  await_time();
}

/// A disk has answered.
void msrp_stream_state::go_on() {
  if (!ended_) {
    work(connection_.resume(self_->clock().now()));
  } else if (!file_->is_busy()) {
    self_->quit();
  }
}

void msrp_stream_state::on(const msrp::binding_wanted& wish) {
  // Of a connection that carries as many as it may, nobody is asked for more. RFC 4975 has no word for that.
  if (line_ && line_->is_full()) {
    log::warning("an MSRP connection carries too many sessions, another is refused",
                 {{"peer", peer_.to_string()}});
    connection_.refuse(481);
    reads_on_ = true;
    return;
  }
  wanted_ = wish.session_id;
  self_
      ->request(shared_->sessions, caf::infinite,
                claim_session{wish.session_id, wish.from, self_->id(), !connection_.is_bound()})
      .then([this](const session_claim& claim) { claimed(claim); },
            [this](const caf::error&) { give_up("the server stops", true); });
}

void msrp_stream_state::claimed(const session_claim& claim) {
  wanted_.clear();
  const auto& session = claim.session;
  const bool believed = claim.code == 200 && session.tls == start_.tls &&
                        (session.fingerprint.empty() || (tls_ && tls_->peer_has(session.fingerprint)));
  if (claim.code == 200 && (ended_ || !believed))
    self_->send(shared_->sessions, give_up_claim{session.ours.session_id, self_->id()});
  if (ended_) return;
  if (!believed) {
    const uint16_t code = claim.code == 506 ? 506 : 481;
    log::info("an MSRP connection claims a session that is not its own",
              {{"peer", peer_.to_string()}, {"code", std::to_string(code)}});
    connection_.refuse(code);
  } else if (connection_.is_bound()) {
    admit(session);
  } else {
    bind(session);
  }
  work(connection_.resume(self_->clock().now()));
}

void msrp_stream_state::on(const msrp::message_came& news) {
  tell_room(news);
}

void msrp_stream_state::on(const msrp::nickname_wanted& news) {
  tell_room(news);
}

void msrp_stream_state::on(const msrp::data_came_whole& news) {
  if (session_) file_->on(news);
}

void msrp_stream_state::on(const msrp::data_stopped& news) {
  if (session_) file_->on(news);
}

void msrp_stream_state::on(const msrp::offset_told& news) {
  if (session_) file_->on(news);
}

/// The peer may speak in its very first SEND, when the leg has not yet told the room of us: what it says
/// waits.
void msrp_stream_state::tell_room(const msrp::connection_event& news) {
  if (!session_) return;  // it ended since
  if (!room_) {
    held_.push_back(news);
  } else if (const auto* message = std::get_if<msrp::message_came>(&news)) {
    self_->send(*room_, chat_came{session_->leg, message->ticket, message->body});
  } else if (const auto* wish = std::get_if<msrp::nickname_wanted>(&news)) {
    self_->send(*room_, nickname_came{session_->leg, wish->ticket, wish->name});
  }
}

void msrp_stream_state::entered(const chat_entered& m) {
  if (ended_ || !session_) return;
  room_.reset();
  if (!m.room) return;  // on its way to another
  room_ = caf::actor_cast<room_actor>(m.room);
  if (m.unfinished) connection_.set_budget(m.unfinished);
  for (const auto& news : std::exchange(held_, {})) tell_room(news);
}

void msrp_stream_state::on(const msrp::message_news& news) {
  if (!session_) return;
  if (file_) file_->on(news);
  if (news.event.what != msrp::delivery_event::kind::failed) return;
  log::debug("a chat message was not taken", {{"peer", peer_.to_string()},
                                              {"message", news.event.message_id},
                                              {"code", std::to_string(news.event.code)},
                                              {"detail", news.event.comment}});
  if (news.event.code == 408) end_session("the peer does not answer");
}

void msrp_stream_state::on(const msrp::peer_lost& news) {
  give_up(news.why);
}

void msrp_stream_state::judge(const judge_chat& m) {
  if (ended_) return;
  connection_.judge(m.ticket, m.code, m.comment);
  work(connection_.resume(self_->clock().now()));
}

void msrp_stream_state::deliver(const deliver_chat& m) {
  if (ended_ || !session_) return;
  const std::shared_ptr<const msrp::send_request> send(m.parcel, &m.parcel->send);
  if (!connection_.push(send, m.parcel->body)) {
    end_session("the peer reads too slowly: too much waits for it");
    return work({});
  }
  pace_.on_queued(m.parcel->body->size(), self_->clock().now());
  pump();
  keep_pace();
  if (pace_.due()) await_time();
}

/// Bytes are made as the kernel takes them, so that what waits stays what all recipients share.
void msrp_stream_state::pump() {
  if (tls_ && !tls_->is_ready()) return;
  const auto now = self_->clock().now();
  while (!ended_ && undrained_ < window() && has_output()) {
    if (line_ && connection_.is_between_chunks()) {
      if (const auto frames = line_->next(connection_.has_output())) {
        if (!encrypt_out(text_of(*frames))) return;
        continue;
      }
    }
    const std::string out = next_own(now);
    if (out.empty()) break;
    if (!encrypt_out(out)) return;
  }
  if (line_ && !session_ && line_->is_empty()) give_up("no session is left on it");
}

bool msrp_stream_state::encrypt_out(std::string_view bytes) {
  if (!tls_) {
    send_out({bytes.begin(), bytes.end()});
    return true;
  }
  const auto done = tls_->send(bytes_of(bytes));
  if (!done) give_up(done.error().text);
  if (done) send_out(tls_->take_output());
  return done.ok();
}

bool msrp_stream_state::has_output() const noexcept {
  return connection_.has_output() || (line_ && line_->has_output());
}

/// Where others write too, up to the end of a chunk.
std::string msrp_stream_state::next_own(caf::actor_clock::time_point now) {
  std::string out;
  if (line_ || start_.shares) {
    connection_.write_chunks(out, limits::msrp_chunk_shared, now);
    return out;
  }
  const size_t most = file_ ? file_step : limits::msrp_window_bytes / 2;
  if (file_) out.reserve(most);
  connection_.write(out, most, now);
  return out;
}

size_t msrp_stream_state::window() const noexcept {
  if (start_.shares) return limits::msrp_chunk_shared;
  return file_ ? limits::file_window_bytes : limits::msrp_window_bytes;
}

/// The shard tells what the kernel takes when so much waits: a message for each small one would cost as much
/// as that. Of less it is asked when the time for a keep-alive has come.
size_t msrp_stream_state::told_from() const noexcept {
  return (start_.shares ? limits::msrp_chunk_shared : limits::msrp_window_bytes) / 2;
}

void msrp_stream_state::send_out(std::vector<uint8_t> bytes) {
  if (bytes.empty()) return;
  const bool expected = expects_news();
  undrained_ += bytes.size();
  if (!expected && expects_news()) drained_at_ = self_->clock().now();
  self_->send(start_.shard, send_bytes{id_, std::make_shared<std::vector<uint8_t>>(std::move(bytes)),
                                       undrained_ >= told_from()});
}

bool msrp_stream_state::expects_news() const noexcept {
  return undrained_ >= told_from() || (undrained_ > 0 && asked_);
}

void msrp_stream_state::drained(const stream_drained& m) {
  if (m.bytes == 0) return;
  undrained_ -= std::min(undrained_, m.bytes);
  drained_at_ = self_->clock().now();
  asked_ = false;
  if (file_) file_->drained(m.bytes);
  pump();
  keep_pace();
  if (file_ && !ended_) file_->move();
}

void msrp_stream_state::close(const close_chat& m) {
  end_session(m.why);
  work({});
}

/// Whoever is no more than half a window behind is not slow.
void msrp_stream_state::keep_pace() {
  if (undrained_ < told_from()) pace_.on_through();
}

bool msrp_stream_state::is_stalled(caf::actor_clock::time_point now) const {
  return expects_news() && now - drained_at_ >= limits::msrp_stalled;
}

/// Says what is to be said, and ends.
void msrp_stream_state::give_up(const std::string& why, bool at_once) {
  if (std::exchange(ended_, true)) return;
  log::info(start_.shares ? "MSRP session closed on a shared connection" : "MSRP connection closed",
            {{"peer", peer_.to_string()}, {"why", why}});
  if (!at_once && (!tls_ || tls_->is_ready())) {
    std::string last;
    const auto now = self_->clock().now();
    if (start_.shares) connection_.write_chunks(last, limits::msrp_window_bytes, now);
    if (!start_.shares) connection_.write(last, limits::msrp_window_bytes, now);
    if (tls_ && !last.empty()) (void)tls_->send(bytes_of(last));
    if (tls_) tls_->close();
    send_out(tls_ ? tls_->take_output() : std::vector<uint8_t>(last.begin(), last.end()));
  }
  self_->send(start_.shard, end_stream{id_, at_once});
  if (line_) line_->over(why);
  tell_owner(why);
  leave();
}

/// A file that has come whole is seen to its place on the disk first.
void msrp_stream_state::leave() {
  if (!wanted_.empty()) self_->send(shared_->sessions, give_up_claim{wanted_, self_->id()});
  if (!file_ || !file_->is_busy()) self_->quit();
}

void msrp_stream_state::over(const stream_over& m) {
  if (std::exchange(ended_, true)) return;
  log::info("MSRP connection over",
            {{"peer", peer_.to_string()}, {"why", m.why.empty() ? "ended by the peer" : m.why}});
  if (line_) line_->over(m.why);
  tell_owner(m.why.empty() ? "the peer closed the connection" : m.why);
  leave();
}

void msrp_stream_state::tell_owner(const std::string& why) {
  if (file_) file_->lost(why);
  const auto& session = start_.calls ? start_.calls : session_;
  if (session) self_->send(session->owner, chat_lost{session->ours.session_id, why});
}

void msrp_stream_state::pause() {
  timer_.reset();
  if (ended_) return;
  const auto now = self_->clock().now();
  if (!connection_.is_bound() && now - opened_at_ >= limits::msrp_binding)
    return give_up("no session was bound");
  if (is_stalled(now)) return give_up("the peer does not read");
  if (pace_.due() && *pace_.due() <= now) end_session("the peer reads too slowly");
  if (ended_) return;
  if (session_ && file_) {
    file_->on_time();
    if (file_->is_idle()) end_session(no_byte_moved());
  }
  if (ended_) return;
  if (undrained_ > 0 && !expects_news()) {
    asked_ = true;
    drained_at_ = now;
    self_->send(start_.shard, ask_drained{id_});
  }
  if (connection_.is_bound() && now - heard_ >= limits::msrp_keep_alive) {
    heard_ = now;
    (void)connection_.push_keep_alive();
  }
  work(connection_.on_time(now));
}

void msrp_stream_state::await_time() {
  const auto now = self_->clock().now();
  auto due = connection_.is_bound() ? heard_ + limits::msrp_keep_alive : opened_at_ + limits::msrp_binding;
  if (expects_news()) due = std::min<caf::actor_clock::time_point>(due, drained_at_ + limits::msrp_stalled);
  if (pace_.due()) due = std::min<caf::actor_clock::time_point>(due, *pace_.due());
  if (const auto idle = session_ && file_ ? file_->due() : std::nullopt) due = std::min(due, *idle);
  if (const auto next = connection_.next_deadline()) due = std::min(due, *next);
  if (timer_ && *timer_ <= due) return;
  timer_ = due;
  self_->delayed_send(self_, std::max(due - now, caf::actor_clock::duration_type{0}), chat_pause{});
}

msrp_stream_actor::behavior_type msrp_stream(
    msrp_stream_actor::stateful_pointer<std::optional<msrp_stream_state>> self, msrp_services_ptr shared,
    msrp_stream_start start) {
  self->state.emplace(self, std::move(shared), std::move(start));
  return {
      [self](const stream_opened& m) { self->state->opened(m); },
      [self](const stream_bytes& m) { self->state->came(m); },
      [self](const stream_drained& m) { self->state->drained(m); },
      [self](const stream_over& m) { self->state->over(m); },
      [self](const judge_chat& m) { self->state->judge(m); },
      [self](const deliver_chat& m) { self->state->deliver(m); },
      [self](const close_chat& m) { self->state->close(m); },
      [self](const chat_entered& m) { self->state->entered(m); },
      [self](const chat_pause&) { self->state->pause(); },
      [self](const send_bytes& m) { self->state->carry(m); },
      [self](const ask_drained& m) { self->state->carry(m); },
      [self](const grant_bytes& m) { self->state->carry(m); },
      [self](const end_stream& m) { self->state->carry(m); },
  };
}

}  // namespace confab::actors
