#include "actors/file_stream.hpp"

#include <algorithm>
#include <utility>

#include "actors/words.hpp"
#include "config/limits.hpp"
#include "config/log.hpp"

namespace confab::actors {

namespace {

/// Of a file at a time; while it is sent, as much again is read.
constexpr size_t read_bytes = 2 * limits::file_block_bytes;

/// MSRP's word for what a disk says.
uint16_t code_of(errc why) noexcept {
  return why == errc::exhausted || why == errc::too_large || why == errc::unavailable ? 413 : 400;
}

msrp::content_type type_of(const std::string& written) {
  if (auto read = msrp::parse_content_type(written)) return *read;
  return {"application", "octet-stream", {}};
}

}  // namespace

file_stream::file_stream(msrp_stream_actor::pointer self, file_job_ptr job, std::string session_id,
                         caf::strong_actor_ptr leg, msrp::connection& connection, std::function<void()> go_on)
    : self_(self),
      job_(std::move(job)),
      session_id_(std::move(session_id)),
      leg_(std::move(leg)),
      connection_(connection),
      go_on_(std::move(go_on)),
      moved_(job_->push ? job_->plan.offset : 0),
      given_(moved_) {
  connection_.carry_file(job_->push ? std::optional(job_->plan) : std::nullopt);
}

void file_stream::begin() {
  note_moved();
  if (job_->push) {
    if (given_ == job_->size) finish();  // nothing is missing: an empty file, or all came before
  } else if (job_->asks_offset) {
    asked_ = true;
    connection_.ask_offset();
  } else {
    at_ = job_->first;
    open();
  }
}

bool file_stream::takes_more() const noexcept {
  return unwritten_ < limits::file_unwritten_bytes;
}

void file_stream::move() {
  if (over_) return;
  if (connection_.data_reached() > reached_) note_moved();
  reached_ = connection_.data_reached();
  const size_t came = connection_.data_bytes();
  if (came >= limits::file_block_bytes || (came > 0 && given_ + came == job_->size))
    write(connection_.take_data());
  read();
}

// ---- a push

void file_stream::write(std::string bytes) {
  const size_t count = bytes.size();
  unwritten_ += count;
  given_ += count;
  self_
      ->request(job_->disk, caf::infinite,
                write_part{job_->into, job_->holder, std::make_shared<const std::string>(std::move(bytes))})
      .then([this, count](const disk_answer& answer) { written(answer, count); },
            [this](const caf::error&) { over(false, "the server stops"); });
  if (given_ == job_->size) finish();
}

void file_stream::written(const disk_answer& answer, size_t bytes) {
  unwritten_ -= bytes;
  if (over_) return;
  if (!answer.ok) {
    log::warning(
        "a file cannot be kept",
        {{"leg", to_string(job_->leg)}, {"file", std::to_string(job_->number)}, {"why", answer.why.text}});
    judge(code_of(answer.why.code), answer.why.text);
    over(false, answer.why.text, answer.why.code == errc::forbidden);
  } else {
    moved_ += bytes;
    note_moved();
    tell_progress();
  }
  go_on_();
}

/// The disk does what it is asked in order: all is written when it finishes.
void file_stream::finish() {
  if (std::exchange(finishing_, true)) return;
  self_->request(job_->disk, caf::infinite, finish_part{job_->into, job_->holder, job_->expected})
      .then([this](const part_finished& done) { finished(done); },
            [this](const caf::error&) { over(false, "the server stops"); });
}

void file_stream::finished(const part_finished& done) {
  if (over_) return;
  if (done.done.ok) {
    judge(200, {});
    over(true, {}, false, done.file);
  } else {
    judge(code_of(done.done.why.code), done.done.why.text);
    over(false, done.done.why.text);
  }
  go_on_();
}

/// The verdict may come before the chunk has ended, or after.
void file_stream::judge(uint16_t code, const std::string& comment) {
  if (!verdict_) verdict_.emplace(code, comment);
  answer_last_chunk();
}

void file_stream::answer_last_chunk() {
  if (!ticket_ || !verdict_) return;
  connection_.judge(*std::exchange(ticket_, std::nullopt), verdict_->first, verdict_->second);
}

void file_stream::on(const msrp::data_came_whole& news) {
  ticket_ = news.ticket;
  answer_last_chunk();
}

void file_stream::on(const msrp::data_stopped& news) {
  if (over_) return;
  if (connection_.data_bytes() > 0) write(connection_.take_data());
  switch (news.code) {
    case 200:
      return over(false, "its sender gave up", true);
    case 413:
      return over(false, "more bytes came than the file has");
    case 415:
      return over(false, "it came wrapped in CPIM");
    default:
      return over(false, "incomplete file");
  }
}

// ---- a pull

/// An answer that comes too late changes nothing.
void file_stream::on(const msrp::offset_told& news) {
  if (over_ || !std::exchange(asked_, false)) return;
  note_moved();
  at_ = std::clamp(news.bytes, job_->first, job_->end);
  open();
}

void file_stream::open() {
  msrp::send_request send;
  send.message_id = "file" + std::to_string(job_->number) + "." + to_string(job_->leg);
  send.success_report = true;
  send.type = type_of(job_->type);
  const uint64_t base = job_->own_message ? job_->first : 0;
  const uint64_t total = job_->own_message ? job_->end - job_->first : job_->size;
  if (!connection_.begin_data(std::move(send), at_ - base, total))
    return over(false, "the connection takes no more");
  self_->request(job_->disk, caf::infinite, open_stored{job_->from})
      .then(
          [this](const stored_opened& opened) {
            if (over_) return;
            if (!opened.done.ok) {
              connection_.abort_data();
              over(false, opened.done.why.text);
            } else {
              reader_ = opened.reader;
            }
            go_on_();
          },
          [this](const caf::error&) { over(false, "the server stops"); });
}

/// One block is read while another is sent.
void file_stream::read() {
  if (over_ || !reader_ || reading_ || all_read_) return;
  if (at_ >= job_->end) {
    all_read_ = true;
    connection_.finish_data();
    return;
  }
  if (connection_.queued_bytes() > read_bytes) return;
  reading_ = true;
  const auto count = static_cast<size_t>(std::min<uint64_t>(read_bytes, job_->end - at_));
  self_->request(job_->disk, caf::infinite, read_stored{reader_, at_, count, free_block()})
      .then([this](const file_block& block) { took(block); },
            [this](const caf::error&) { over(false, "the server stops"); });
}

/// Fresh memory for each block would cost more than what is read into it.
std::shared_ptr<std::string> file_stream::free_block() {
  for (auto& one : blocks_) {
    if (one && one.use_count() == 1) return one;
  }
  std::swap(blocks_.front(), blocks_.back());
  blocks_.front() = std::make_shared<std::string>();
  return blocks_.front();
}

void file_stream::took(const file_block& block) {
  reading_ = false;
  if (over_) return;
  const bool fine = block.done.ok && !block.bytes->empty();
  if (!fine || !connection_.append_data(block.bytes)) {
    connection_.abort_data();
    over(false, block.done.ok ? "the file is shorter than it was" : block.done.why.text);
  } else {
    at_ += block.bytes->size();
    unread_ += block.bytes->size();
    moved_ = at_ - job_->first;
    read();
  }
  go_on_();
}

void file_stream::on(const msrp::message_news& news) {
  using kind = msrp::delivery_event::kind;
  if (over_ || job_->push) return;
  if (news.event.what == kind::failed) {
    connection_.abort_data();
    over(false, "the peer refused it: " + std::to_string(news.event.code) + " " + news.event.comment);
  } else if (all_read_) {
    over(true, {});
  }
}

/// Keep-alives go out as well: only while bytes of the file wait are those that left of it.
void file_stream::drained(size_t bytes) {
  if (over_ || unread_ == 0) return;
  unread_ -= std::min(unread_, bytes);
  note_moved();
}

// ---- both

void file_stream::note_moved() {
  moved_at_ = self_->clock().now();
}

std::optional<caf::actor_clock::time_point> file_stream::due() const {
  if (over_ || finishing_) return std::nullopt;
  return moved_at_ + (asked_ ? limits::file_offset_wait : limits::file_idle);
}

void file_stream::on_time() {
  const auto end = due();
  if (!asked_ || !end || self_->clock().now() < *end) return;
  log::info("a peer does not say how much of a file it has; it gets all of it",
            {{"leg", to_string(job_->leg)}, {"file", std::to_string(job_->number)}});
  on(msrp::offset_told{0});
}

bool file_stream::is_idle() const {
  const auto end = due();
  return end && !asked_ && *end <= self_->clock().now();
}

/// The room is told each twentieth, so that what watchers see moves and nobody drowns in it.
void file_stream::tell_progress() {
  if (moved_ - told_ < std::max<uint64_t>(job_->size / 20, 1) || moved_ == job_->size) return;
  told_ = moved_;
  self_->send(caf::actor_cast<room_actor>(job_->room), file_moved{job_, moved_});
}

void file_stream::lost(const std::string& why) {
  if (!over_ && job_->push && !finishing_) {
    if (connection_.data_bytes() > 0) write(connection_.take_data());
  }
  if (!is_busy()) over(false, why, true);
}

void file_stream::over(bool done, const std::string& why, bool may_go_on, files::stored_file_ptr file) {
  if (std::exchange(over_, true)) return;
  reader_.reset();
  // Of what nobody has brought a byte nothing is kept: its size would hold the place of others.
  const file_over news{job_, done, why, may_go_on && given_ > 0, std::move(file), session_id_, given_};
  self_->send(caf::actor_cast<room_actor>(job_->room), news);
  self_->send(caf::actor_cast<leg_actor>(leg_), news);
}

}  // namespace confab::actors
