#include "media/msrp/chunk_writer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

/// The headers that all chunks of a message share; Content-Type last, as the syntax wants it.
void append_lines(std::string& out, const send_request& send) {
  if (send.success_report) append_header(out, "Success-Report", "yes");
  if (send.on_failure != failure_report::yes) append_header(out, "Failure-Report", write(send.on_failure));
  for (const header& one : send.extra) append_header(out, one.name, one.value);
  if (send.type) append_header(out, "Content-Type", write(*send.type));
}

}  // namespace

chunk_writer::chunk_writer(const writer_settings& settings) : most_queued_bytes_(settings.queued_bytes) {
  append_header(paths_, "To-Path", msrp::write(settings.to));
  append_header(paths_, "From-Path", msrp::write(settings.from));
}

bool chunk_writer::push(send_request send, shared_body body) {
  return push(std::make_shared<const send_request>(std::move(send)), std::move(body));
}

bool chunk_writer::push(std::shared_ptr<const send_request> send, shared_body body) {
  message m;
  const uint64_t size = send->type && body ? body->size() : 0;
  m.total = size;
  if (size != 0) m.parts.push_back(std::move(body));
  if (queued_bytes_ + size > most_queued_bytes_) return false;
  m.send = std::move(send);
  if (!add(std::move(m))) return false;
  queued_bytes_ += size;
  return true;
}

bool chunk_writer::push_open(send_request send, std::optional<uint64_t> total, uint64_t first) {
  message m;
  m.send = std::make_shared<const send_request>(std::move(send));
  m.sent = first;
  m.total = total;
  m.complete = false;
  return add(std::move(m));
}

bool chunk_writer::add(message m) {
  if (messages_.size() == limits::msrp_queued_messages) return false;
  messages_.push_back(std::move(m));
  count(messages_.back());
  return true;
}

void chunk_writer::count(message& m) noexcept {
  if (m.begun || m.counted || !m.ready()) return;
  m.counted = true;
  ++newcomers_;
}

void chunk_writer::uncount(message& m) noexcept {
  if (std::exchange(m.counted, false)) --newcomers_;
}

chunk_writer::message* chunk_writer::open_message(std::string_view id) {
  const auto found = std::find_if(messages_.begin(), messages_.end(), [&](const message& m) {
    return !m.complete && !m.aborted && m.send->message_id == id;
  });
  return found == messages_.end() ? nullptr : &*found;
}

bool chunk_writer::append(std::string_view message_id, shared_body piece) {
  message* m = open_message(message_id);
  if (m == nullptr || queued_bytes_ + piece->size() > most_queued_bytes_) return false;
  if (piece->empty()) return true;
  queued_bytes_ += piece->size();
  m->parts.push_back(std::move(piece));
  count(*m);
  return true;
}

bool chunk_writer::finish(std::string_view message_id) {
  message* m = open_message(message_id);
  if (m == nullptr) return false;
  m->complete = true;
  uint64_t left = 0;
  for (const shared_body& part : m->parts) left += part->size();
  m->total = m->sent + left - m->part_at;
  count(*m);
  return true;
}

void chunk_writer::drop_body(message& m) noexcept {
  for (const shared_body& part : m.parts) queued_bytes_ -= part->size();
  queued_bytes_ += m.part_at;
  m.parts.clear();
  m.part_at = 0;
}

void chunk_writer::abort(std::string_view message_id) {
  for (auto at = messages_.begin(); at != messages_.end(); ++at) {
    if (at->send->message_id != message_id) continue;
    drop_body(*at);
    at->aborted = true;
    if (!at->begun) {
      uncount(*at);
      messages_.erase(at);
    }
    return;
  }
}

bool chunk_writer::push_reply(const head& h) {
  std::string bytes = msrp::write(h);
  if (reply_bytes_ + bytes.size() > limits::msrp_queued_replies_bytes) return false;
  reply_bytes_ += bytes.size();
  replies_.push_back(std::move(bytes));
  return true;
}

bool chunk_writer::idle() const noexcept {
  return !chunk_ && staged_.empty() && replies_.empty() &&
         std::none_of(messages_.begin(), messages_.end(), [](const message& m) { return m.ready(); });
}

bool chunk_writer::others_wait() const noexcept {
  return shared_ || messages_.size() > 1 || !replies_.empty();
}

bool chunk_writer::newcomer_waits() const noexcept {
  return newcomers_ != 0 || !replies_.empty();
}

std::vector<sent_chunk> chunk_writer::write(std::string& out, size_t max_bytes, const random_source& random) {
  std::vector<sent_chunk> ended;
  const size_t until = out.size() + max_bytes;
  while (out.size() < until) {
    if (go_on(out, until - out.size(), ended)) continue;
    if (!replies_.empty()) {
      staged_ = std::move(replies_.front());
      replies_.pop_front();
      reply_bytes_ -= staged_.size();
    } else if (!begin_chunk(random)) {
      break;
    }
  }
  return ended;
}

std::vector<sent_chunk> chunk_writer::write_to_end(std::string& out) {
  std::vector<sent_chunk> ended;
  while (go_on(out, std::numeric_limits<size_t>::max(), ended)) continue;
  return ended;
}

/// Writes of what is half written; false when nothing is.
bool chunk_writer::go_on(std::string& out, size_t room, std::vector<sent_chunk>& ended) {
  if (staged_.empty()) {
    if (chunk_) write_body(out, room);
    return chunk_ || !staged_.empty();
  }
  const size_t taken = std::min(room, staged_.size() - staged_at_);
  out.append(staged_, staged_at_, taken);
  staged_at_ += taken;
  if (staged_at_ < staged_.size()) return true;
  staged_.clear();
  staged_at_ = 0;
  if (ending_) ended.push_back(*std::exchange(ending_, std::nullopt));
  return true;
}

/// Stages the head of a chunk of the next message whose turn it is; false when none has anything to say.
bool chunk_writer::begin_chunk(const random_source& random) {
  const auto next =
      std::find_if(messages_.begin(), messages_.end(), [](const message& m) { return m.ready(); });
  if (next == messages_.end()) return false;
  messages_.splice(messages_.begin(), messages_, next);
  message& m = messages_.front();
  m.begun = true;
  uncount(m);
  const size_t most = others_wait() ? limits::msrp_chunk_shared : limits::msrp_chunk_most;
  chunk c;
  c.planned = std::min(most, m.part_left());
  c.has_body = m.send->type.has_value();
  c.start = m.sent + 1;
  const std::string_view body =
      c.planned == 0 ? std::string_view{} : std::string_view(*m.parts.front()).substr(m.part_at, c.planned);
  c.transaction_id = make_transaction_id(body, random);
  stage_head(m, c);
  chunk_ = std::move(c);
  return true;
}

void chunk_writer::stage_head(const message& m, const chunk& c) {
  byte_range range{.start = c.start, .end = {}, .total = m.total};
  // §7.1.1: what may be cut must not announce its end.
  if (c.planned <= limits::msrp_chunk_least) range.end = m.sent + c.planned;
  staged_.clear();
  staged_ += "MSRP ";
  staged_ += c.transaction_id;
  staged_ += " SEND\r\n";
  staged_ += paths_;
  append_header(staged_, "Message-ID", m.send->message_id);
  append_header(staged_, "Byte-Range", msrp::write(range));
  append_lines(staged_, *m.send);
  if (c.has_body) staged_ += "\r\n";
}

void chunk_writer::write_body(std::string& out, size_t room) {
  message& m = messages_.front();
  chunk& c = *chunk_;
  size_t wanted = c.planned - c.written;
  // Who has not been heard at all goes before the rest of a long chunk.
  if (c.planned > limits::msrp_chunk_least && newcomer_waits()) {
    wanted =
        c.written >= limits::msrp_chunk_least ? 0 : std::min(wanted, limits::msrp_chunk_least - c.written);
  }
  if (m.aborted) wanted = 0;
  if (wanted == 0) return end_chunk();
  const size_t taken = std::min(wanted, room);
  out.append(*m.parts.front(), m.part_at, taken);
  c.written += taken;
  m.sent += taken;
  m.part_at += taken;
  queued_bytes_ -= taken;
  if (m.part_left() == 0) {
    m.parts.pop_front();
    m.part_at = 0;
  }
}

void chunk_writer::end_chunk() {
  message& m = messages_.front();
  const bool last = m.complete && m.parts.empty();
  const continuation flag = m.aborted ? continuation::aborted
                            : last    ? continuation::last
                                      : continuation::more;
  write_end_line(staged_, chunk_->transaction_id, flag, chunk_->has_body);
  ending_ = sent_chunk{.transaction_id = std::move(chunk_->transaction_id),
                       .message_id = m.send->message_id,
                       .range = {.start = chunk_->start, .end = m.sent, .total = m.total},
                       .flag = flag,
                       .success_report = m.send->success_report,
                       .on_failure = m.send->on_failure};
  chunk_.reset();
  if (flag == continuation::more) {
    messages_.splice(messages_.end(), messages_, messages_.begin());
  } else {
    messages_.pop_front();
  }
}

}  // namespace confab::msrp
