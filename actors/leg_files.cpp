#include "actors/leg_files.hpp"

#include <algorithm>
#include <utility>

#include <caf/actor_system.hpp>

#include "config/limits.hpp"

namespace confab::actors {

void leg_files::set(size_t media_index, const std::optional<file_plan>& plan) {
  if (const auto before = files_.find(media_index); before != files_.end()) {
    forget(before->second, "the session has that file no more");
    files_.erase(before);
  }
  if (!plan) return;
  const auto& way = plan->way;
  chat_session session{leg_, way.ours, way.theirs, way.tls, way.fingerprint, leg_actor{self_}, plan->job};
  files_.emplace(media_index, entry{way.ours.session_id, plan->job});
  self_->delayed_send(self_, limits::msrp_binding, file_deadline{way.ours.session_id});
  if (!way.connect_to) {
    self_->send(shared_->streams->sessions, expect_session{std::move(session)});
    return;
  }
  const auto& shard = shared_->shards[leg_.value % shared_->shards.size()];
  msrp_stream_start start{shard, session.tls, std::move(session)};
  const auto stream = self_->home_system().spawn(msrp_stream, shared_->streams, std::move(start));
  self_->send(shard, connect_stream{*way.connect_to, stream});
}

void leg_files::drop(const file_job_ptr& job) {
  self_->send(caf::actor_cast<room_actor>(job->room), forget_file{job});
}

/// A stream that has it tells the room itself.
void leg_files::forget(entry& one, const std::string& why) {
  self_->send(shared_->streams->sessions, forget_session{one.session_id});
  if (one.stream) {
    self_->send(*std::exchange(one.stream, std::nullopt), close_chat{why});
  } else if (!one.over) {
    drop(one.job);
  }
  one.over = true;
}

leg_files::entry* leg_files::find(const std::string& session_id) {
  const auto found = std::find_if(files_.begin(), files_.end(),
                                  [&](const auto& known) { return known.second.session_id == session_id; });
  return found == files_.end() ? nullptr : &found->second;
}

bool leg_files::on_bound(const chat_bound& m) {
  auto* one = find(m.session_id);
  if (one == nullptr) return false;
  one->stream = m.stream;
  return true;
}

bool leg_files::on_lost(const chat_lost& m) {
  auto* one = find(m.session_id);
  if (one == nullptr) return false;
  const bool came = one->stream.has_value();
  one->stream.reset();
  // A connection of ours that did not come about: the room waits for nothing.
  if (!came && !std::exchange(one->over, true)) drop(one->job);
  return true;
}

bool leg_files::on_deadline(const file_deadline& m) {
  auto* one = find(m.session_id);
  if (one == nullptr || one->stream || one->over) return false;
  forget(*one, "nobody connected");
  return true;
}

bool leg_files::on_over(const file_over& m) {
  if (auto* one = find(m.session_id)) one->over = true;
  return all_over();
}

bool leg_files::all_over() const {
  return std::all_of(files_.begin(), files_.end(), [](const auto& known) { return known.second.over; });
}

void leg_files::end() {
  for (auto& [line, one] : files_) forget(one, "the call is over");
  files_.clear();
}

}  // namespace confab::actors
