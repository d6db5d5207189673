#include "actors/leg_chat.hpp"

#include <utility>

#include <caf/actor_system.hpp>

#include "config/limits.hpp"

namespace confab::actors {

namespace {

/// A phone that ends its call may close the chat a moment before.
constexpr std::chrono::seconds end_of_call{2};

}  // namespace

void leg_chat::set(const std::optional<chat_plan>& plan) {
  forget("the session has another chat stream, or none", plan.has_value());
  if (!plan) return;
  if (in_room_) self_->send(room_, leave_chat{leg_, true});
  session_id_ = plan->ours.session_id;
  takes_private_ = plan->takes_private;
  chat_session session{leg_, plan->ours, plan->theirs, plan->tls, plan->fingerprint, leg_actor{self_}};
  await_connection(limits::msrp_binding);
  if (!plan->connect_to) {
    self_->send(shared_->streams->sessions, expect_session{std::move(session)});
    return;
  }
  const auto& shard = shared_->shards[leg_.value % shared_->shards.size()];
  msrp_stream_start start{shard, session.tls, std::move(session)};
  const auto stream = self_->home_system().spawn(msrp_stream, shared_->streams, std::move(start));
  self_->send(shard, connect_stream{*plan->connect_to, stream});
}

void leg_chat::adjust(bool takes_private) {
  takes_private_ = takes_private;
  enter();
}

void leg_chat::await_connection(std::chrono::milliseconds patience) {
  self_->delayed_send(self_, patience, chat_deadline{++attempt_});
}

/// The room is told also of a chat that never came: it may wait for it to say who is there.
void leg_chat::forget(const std::string& why, bool another_follows) {
  if (session_id_.empty()) return;
  self_->send(shared_->streams->sessions, forget_session{std::exchange(session_id_, {})});
  if (in_room_ && !another_follows) self_->send(room_, leave_chat{leg_});
  if (!stream_) return;
  self_->send(*stream_, close_chat{why});
  stream_.reset();
}

void leg_chat::enter() {
  if (in_room_ && stream_) self_->send(room_, join_chat{leg_, *stream_, takes_private_});
}

void leg_chat::joined() {
  in_room_ = true;
  enter();
}

/// Until then what the peer says waits: the old room may be gone, and the new one does not know the leg.
void leg_chat::move_to(room_actor room) {
  room_ = std::move(room);
  in_room_ = false;
  if (stream_) self_->send(*stream_, chat_entered{});
}

void leg_chat::on_bound(const chat_bound& m) {
  if (m.session_id != session_id_) {
    self_->send(m.stream, close_chat{"the session is over"});
    return;
  }
  stream_ = m.stream;
  enter();
}

bool leg_chat::on_lost(const chat_lost& m) {
  if (m.session_id != session_id_) return false;
  if (stream_ && in_room_) self_->send(room_, leave_chat{leg_, true});
  stream_.reset();
  await_connection(end_of_call);
  return true;
}

bool leg_chat::on_deadline(const chat_deadline& m) {
  if (m.attempt != attempt_ || session_id_.empty() || stream_) return false;
  ++attempt_;
  return true;
}

}  // namespace confab::actors
