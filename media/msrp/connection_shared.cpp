#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "media/msrp/connection.hpp"

/// A connection that carries more than one session (RFC 4975 §5.4, RFC 4976): what is of the others passes as
/// it came, frame by frame, and each of them has a connection of its own to read it.
namespace confab::msrp {

namespace {

/// So long after a question in vain another one is free.
constexpr auto forgiven_after =
    std::chrono::milliseconds(limits::msrp_binding) / static_cast<int64_t>(limits::msrp_refused_claims);

}  // namespace

/// True: somebody else's, or it waits to be told whose. Responses to nothing of theirs, REPORTs of sessions
/// that are over and what nobody may ask for are not: they are dealt with as if there were one session.
bool connection::is_anothers(frame_head& event, clock_time now) {
  const head& h = event.head;
  if (h.to_path.size() != 1) return false;
  const std::string& id = h.to_path.front().session_id;
  if (id.empty() || id == ours_.session_id) return false;
  if (sharing_) {
    const auto found = sharing_->guests.find(id);
    if (found != sharing_->guests.end()) {
      pass_on(h, event.has_body, found->second);
      return true;
    }
  }
  if (h.is_response() || h.method == "REPORT" || !may_ask(id, now)) return false;
  state_ = state::asking;
  events_.emplace_back(binding_wanted{id, h.from_path});
  request_ = std::move(event.head);
  request_has_body_ = event.has_body;
  return true;
}

/// Who sends on to a session that is over is honest, as a rule. Of other ids only so many are asked for in
/// vain in a time, whoever stands behind the peer.
bool connection::may_ask(const std::string& session_id, clock_time now) {
  if (!sharing_) sharing_ = std::make_unique<sharing>();
  auto& s = *sharing_;
  if (std::find(s.ended.begin(), s.ended.end(), session_id) != s.ended.end()) return false;
  const int64_t forgiven = std::max<int64_t>((now - s.asked_at) / forgiven_after, 0);
  if (static_cast<int64_t>(s.asked) <= forgiven) {
    s.asked = 0;
    s.asked_at = now;
  } else {
    s.asked -= static_cast<size_t>(forgiven);
    s.asked_at += forgiven * forgiven_after;
  }
  if (s.asked >= limits::msrp_refused_claims) return false;
  ++s.asked;
  return true;
}

void connection::admit(uint64_t guest) {
  if (state_ != state::asking || !is_bound()) return;
  state_ = state::bound;
  share();
  sharing_->asked -= std::min<size_t>(sharing_->asked, 1);  // not in vain
  sharing_->guests.insert_or_assign(request_.to_path.front().session_id, guest);
  pass_on(std::exchange(request_, {}), request_has_body_, guest);
}

void connection::dismiss(uint64_t guest) {
  if (!sharing_) return;
  auto& guests = sharing_->guests;
  const auto found =
      std::find_if(guests.begin(), guests.end(), [&](const auto& one) { return one.second == guest; });
  if (found == guests.end()) return;
  if (current_ == current::passed_on && sharing_->under_way == guest) current_ = current::skipped;
  remember_ended(std::move(guests.extract(found).key()));
}

void connection::remember_ended(std::string session_id) {
  if (sharing_->ended.size() == limits::msrp_shared_sessions) sharing_->ended.pop_front();
  sharing_->ended.push_back(std::move(session_id));
}

void connection::retire() {
  if (!is_bound() || state_ == state::lost || theirs_.empty()) return;
  if (!sharing_) sharing_ = std::make_unique<sharing>();
  remember_ended(std::move(ours_.session_id));
  ours_ = {};
  theirs_ = {};
  writer_.emplace(writer_settings{{}, {}, 0});  // for answers, which bring their own paths
  share();
  assembler_ = new_assembler();
  tracker_ = {};
  unjudged_.clear();
  unjudged_bytes_ = 0;
  cargo_ = cargo::messages;
  receiver_.reset();
  data_.clear();
  offset_transaction_.clear();
  if (current_ == current::sending || current_ == current::data) current_ = current::skipped;
}

void connection::share() {
  if (writer_) writer_->share();
}

std::string& connection::passed() {
  auto* last = events_.empty() ? nullptr : std::get_if<guest_bytes>(&events_.back());
  if (last == nullptr || last->guest != sharing_->under_way) {
    events_.emplace_back(guest_bytes{sharing_->under_way, {}});
    last = &std::get<guest_bytes>(events_.back());
  }
  return last->bytes;
}

void connection::pass_on(const head& h, bool has_body, uint64_t guest) {
  current_ = current::passed_on;
  sharing_->under_way = guest;
  sharing_->transaction_id = h.transaction_id;
  sharing_->has_body = has_body;
  write_head(passed(), h, has_body);
}

void connection::pass_on(const frame_end& event) {
  write_end_line(passed(), sharing_->transaction_id, event.flag, sharing_->has_body);
}

bool connection::is_between_chunks() const noexcept {
  return unbound_replies_.empty() && (!writer_ || writer_->is_between_chunks());
}

void connection::write_chunks(std::string& out, size_t max_bytes, clock_time now) {
  out += std::exchange(unbound_replies_, {});
  write(out, max_bytes, now);
  if (!writer_) return;
  for (const auto& chunk : writer_->write_to_end(out)) (void)tracker_.on_sent(chunk, now);
}

}  // namespace confab::msrp
