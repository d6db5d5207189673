#include "media/msrp/chunk_assembler.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

constexpr uint16_t fine = 200;
constexpr uint16_t out_of_bounds = 413;

}  // namespace

uint16_t chunk_assembler::on_head(const send_request& send, clock_time now) {
  id_ = send.message_id;
  code_ = fine;
  begin_ = at_ = send.range.start - 1;
  lost_.reset();
  const auto known = open_.find(id_);
  if (known != open_.end()) {
    known->second.heard = now;
  } else if (const ended* before = ended_of(id_)) {
    code_ = before->code;
    return code_;
  } else {
    code_ = open(send, now);
    if (code_ != fine) {
      remember(id_, code_);
      lost_ = lost_message{send, lost_message::cause::refused};
      return code_;
    }
  }
  const uint64_t announced = std::max({send.range.total.value_or(0), send.range.end.value_or(0), begin_});
  if (announced > settings_.message_bytes) refuse(out_of_bounds);
  return code_;
}

uint16_t chunk_assembler::open(const send_request& send, clock_time now) {
  if (open_.size() == limits::msrp_open_messages) return out_of_bounds;
  open_.emplace(id_, message{.first = send,
                             .body = {},
                             .share = byte_share(settings_.budget),
                             .came = 0,
                             .free = 0,
                             .spans = {},
                             .total = {},
                             .heard = now,
                             .begun = now});
  return fine;
}

std::optional<body_piece> chunk_assembler::on_body(std::string_view bytes) {
  const auto at = open_.find(id_);
  if (code_ != fine || at == open_.end() || bytes.empty()) {
    at_ += bytes.size();
    return std::nullopt;
  }
  message& m = at->second;
  const uint64_t offset = at_;
  const uint64_t end = offset + bytes.size();
  at_ = end;
  if (end > settings_.message_bytes || (m.total && end > *m.total)) {
    refuse(end > settings_.message_bytes ? out_of_bounds : uint16_t{400});
    return std::nullopt;
  }
  m.came += bytes.size();
  m.spans.add(offset, end);
  if (m.spans.count() > limits::msrp_gaps_per_message) {
    refuse(out_of_bounds);
    return std::nullopt;
  }
  if (settings_.mode == assembly::pieces) return body_piece{offset, bytes};
  const uint64_t more = end > m.body.size() ? end - m.body.size() : 0;
  if (!keep_more(m, more)) {
    refuse(out_of_bounds);
    return std::nullopt;
  }
  make_room(m, end);
  if (offset == m.body.size()) {
    m.body += bytes;
  } else {
    if (more != 0) m.body.resize(end);
    m.body.replace(offset, bytes.size(), bytes);
  }
  return std::nullopt;
}

bool chunk_assembler::keep_more(message& m, uint64_t more) {
  if (kept_bytes_ + more > settings_.open_bytes) return false;
  const uint64_t for_free = std::min<uint64_t>(more, settings_.free_bytes - free_bytes_);
  if (!m.share.grow(more - for_free)) return false;
  m.free += for_free;
  free_bytes_ += for_free;
  kept_bytes_ += more;
  return true;
}

/// A large body that has begun in earnest gets all of its room at once: growing by and by takes twice as much
/// at times. What is announced and never comes is memory that was never touched.
void chunk_assembler::make_room(message& m, uint64_t end) {
  const auto announced = m.first.range.total;
  if (end > limits::msrp_chunk_most && announced && end <= *announced && m.body.capacity() < *announced)
    m.body.reserve(*announced);
}

chunk_end chunk_assembler::on_end(continuation flag, clock_time now) {
  chunk_end out;
  const auto at = open_.find(id_);
  if (code_ == fine && at != open_.end()) {
    at->second.heard = now;
    out = settle(at, flag);
  }
  out.code = code_;
  out.range = {.start = begin_ + 1, .end = at_, .total = {}};
  if (flag == continuation::last) out.range.total = at_;
  if (lost_) out.lost = std::exchange(lost_, std::nullopt);
  id_.clear();
  return out;
}

chunk_end chunk_assembler::settle(messages::iterator at, continuation flag) {
  chunk_end out;
  message& m = at->second;
  if (flag == continuation::aborted) {
    lost_ = lost_message{std::move(m.first), lost_message::cause::aborted};
    forget(at, fine);
    return out;
  }
  if (flag == continuation::last) {
    // §7.3.1: this chunk's end is the message's, whatever was announced.
    if (m.spans.end() > at_) {
      refuse(400);
      return out;
    }
    m.total = at_;
  }
  if (!m.total || !m.spans.covers(*m.total)) return out;
  whole_message whole{std::move(m.first), nullptr, byte_share{}};
  whole.send.range = {.start = 1, .end = *m.total, .total = *m.total};
  if (settings_.mode == assembly::whole) {
    kept_bytes_ -= m.body.size();
    free_bytes_ -= std::exchange(m.free, 0);
    whole.share = std::move(m.share);
    whole.body = std::make_shared<const std::string>(std::exchange(m.body, {}));
  }
  forget(at, fine);
  out.whole = std::move(whole);
  return out;
}

/// Ends the message of the chunk under way.
void chunk_assembler::refuse(uint16_t code) {
  code_ = code;
  const auto at = open_.find(id_);
  if (at == open_.end()) return;
  lost_ = lost_message{std::move(at->second.first), lost_message::cause::refused};
  forget(at, code);
}

void chunk_assembler::forget(messages::iterator at, uint16_t code) {
  kept_bytes_ -= at->second.body.size();
  free_bytes_ -= at->second.free;
  remember(at->first, code);
  open_.erase(at);
}

void chunk_assembler::remember(std::string id, uint16_t code) {
  if (ended_.size() == limits::msrp_ids_remembered) ended_.pop_front();
  ended_.push_back({std::move(id), code});
}

const chunk_assembler::ended* chunk_assembler::ended_of(std::string_view id) const noexcept {
  const auto found =
      std::find_if(ended_.rbegin(), ended_.rend(), [&](const ended& one) { return one.id == id; });
  return found == ended_.rend() ? nullptr : &*found;
}

/// Chunks that come seldom would keep a large body, and its part of the budget, for ever.
clock_time chunk_assembler::message::due() const noexcept {
  const auto for_what_came = std::chrono::milliseconds(came * 1'000 / limits::msrp_writer_pace);
  return std::min(heard + limits::msrp_message_idle, begun + limits::msrp_writer_grace + for_what_came);
}

std::vector<lost_message> chunk_assembler::on_time(clock_time now) {
  std::vector<lost_message> out;
  for (auto at = open_.begin(); at != open_.end();) {
    const auto next = std::next(at);
    // The chunk under way is heard of: it ends, or the connection does.
    if (at->first != id_ && now >= at->second.due()) {
      out.push_back({std::move(at->second.first), lost_message::cause::timed_out});
      forget(at, 408);
    }
    at = next;
  }
  return out;
}

std::optional<clock_time> chunk_assembler::next_deadline() const noexcept {
  std::optional<clock_time> soonest;
  for (const auto& [id, m] : open_) {
    if (id == id_) continue;
    if (const clock_time due = m.due(); !soonest || due < *soonest) soonest = due;
  }
  return soonest;
}

}  // namespace confab::msrp
