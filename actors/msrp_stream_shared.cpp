#include <utility>

#include <caf/actor_system.hpp>

#include "actors/msrp_stream.hpp"
#include "config/limits.hpp"
#include "config/log.hpp"

/// What a stream does for the sessions that share its connection: relays (RFC 4976) send those of all their
/// clients over one.
namespace confab::actors {

void msrp_stream_state::admit(chat_session session) {
  if (!line_) line_ = std::make_unique<shared_line>(self_);
  const auto id = line_->next_id();
  log::debug("another MSRP session on a connection",
             {{"peer", peer_.to_string()}, {"leg", to_string(session.leg)}});
  msrp_stream_start start{msrp_stream_actor{self_}, start_.tls, std::move(session), true};
  const auto stream = self_->home_system().spawn(msrp_stream, shared_, std::move(start));
  line_->add(id, stream);
  self_->send(stream, stream_opened{id, peer_, {}});
  connection_.admit(id.value);
}

void msrp_stream_state::on(const msrp::guest_bytes& news) {
  if (line_) line_->pass(news.guest, news.bytes);
}

void msrp_stream_state::carry(const send_bytes& m) {
  if (ended_ || !line_) return;
  line_->queue(m);
  pump();
  if (!ended_ && expects_news()) await_time();
}

void msrp_stream_state::carry(const ask_drained& m) {
  if (!ended_ && line_) line_->ask(m);
}

/// The peer may have waited for that.
void msrp_stream_state::carry(const grant_bytes& m) {
  if (ended_ || !line_) return;
  const bool waited = !line_->takes_more();
  line_->grant(m);
  if (waited && line_->takes_more()) work({});
}

void msrp_stream_state::carry(const end_stream& m) {
  if (ended_ || !line_) return;
  line_->end(m);
  connection_.dismiss(m.id.value);
  work(connection_.resume(self_->clock().now()));
}

/// Its own session is over: the connection goes on while others need it.
void msrp_stream_state::end_session(const std::string& why) {
  if (ended_) return;
  if (session_ && line_ && !line_->is_empty()) return retire(why);
  if (session_ || !line_) give_up(why);
}

void msrp_stream_state::retire(const std::string& why) {
  log::info("MSRP session over, others go on on its connection", {{"peer", peer_.to_string()}, {"why", why}});
  std::string last;
  connection_.write_chunks(last, limits::msrp_window_bytes, self_->clock().now());
  line_->leave(last);
  tell_owner(why);
  self_->demonitor(session_->owner.address());
  session_.reset();
  room_.reset();
  held_.clear();
  pace_ = {};
  connection_.retire();
  reads_on_ = true;
}

/// Of those that left in order the news may still be on its way.
void msrp_stream_state::down(const caf::down_msg& m) {
  if (const auto guest = line_ ? line_->guest_of(m.source) : std::nullopt) {
    carry(end_stream{*guest, true});
  } else if (session_ && m.source == session_->owner.address()) {
    close({"the call is over"});
  } else if (start_.shares && m.source == start_.shard.address()) {
    close({"the connection is over"});
  }
}

}  // namespace confab::actors
