#include "media/msrp/connection.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::msrp {

connection::connection(connection_settings settings, random_source random)
    : settings_(std::move(settings)), random_(std::move(random)), assembler_(new_assembler()) {}

chunk_assembler connection::new_assembler() const {
  return chunk_assembler({assembly::whole, settings_.message_bytes,
                          settings_.message_bytes + limits::msrp_open_bytes, settings_.budget,
                          limits::msrp_free_bytes});
}

bool connection::may_go_on() const noexcept {
  if (state_ != state::unbound && state_ != state::bound) return false;
  return unjudged_.size() < limits::msrp_unjudged &&
         unjudged_bytes_ < std::max<uint64_t>(settings_.message_bytes, 1);
}

std::vector<connection_event> connection::take(std::string_view bytes, clock_time now) {
  if (state_ == state::lost) {
    credit_ += bytes.size();
    return std::exchange(events_, {});
  }
  std::string kept;
  if (!inbox_.empty()) {
    inbox_ += bytes;
    kept = std::exchange(inbox_, {});
    bytes = kept;
  }
  const size_t before = bytes.size();
  while (may_go_on()) {
    auto next = framer_.next(bytes);
    if (!next) {
      respond(framer_.transaction_head(), 400);
      lose(next.error().text);
      break;
    }
    if (!*next) break;
    auto& event = **next;
    if (auto* h = std::get_if<frame_head>(&event)) {
      on(*h, now);
    } else if (const auto* body = std::get_if<frame_body>(&event)) {
      on(*body);
    } else {
      on(std::get<frame_end>(event), now);
    }
  }
  if (state_ == state::lost) bytes = {};  // nobody works on the rest
  credit_ += before - bytes.size();
  inbox_.assign(bytes);
  return std::exchange(events_, {});
}

void connection::on(frame_head& event, clock_time now) {
  current_ = current::none;
  if (state_ == state::bound && is_anothers(event, now)) return;
  heard_ = true;
  if (event.head.is_response()) {
    if (takes_offset(event.head)) return;
    if (auto news = tracker_.on_response(event.head)) tell(std::move(*news));
    return;
  }
  if (state_ == state::bound) {
    begin_request(std::move(event.head), event.has_body, now);
    return;
  }
  request_ = std::move(event.head);
  request_has_body_ = event.has_body;
  state_ = state::asking;
  const bool for_us = request_.to_path.size() == 1;  // more: for somebody behind us, and this is no relay
  events_.emplace_back(
      binding_wanted{for_us ? request_.to_path.front().session_id : std::string(), request_.from_path});
}

void connection::bind(const uri& ours, const path& theirs, clock_time now) {
  ours_ = ours;
  theirs_ = theirs;
  writer_.emplace(writer_settings{theirs, path{ours}, settings_.queued_bytes});
  const bool asked = std::exchange(state_, state::bound) == state::asking;
  if (asked) begin_request(std::exchange(request_, {}), request_has_body_, now);
}

/// What it sends next may be for a session that there is; but nobody guesses on and on.
void connection::refuse(uint16_t code) {
  if (state_ != state::asking) return;
  state_ = is_bound() ? state::bound : state::unbound;
  skip(request_, code);
  if (is_bound()) return;
  if (++refused_ >= limits::msrp_refused_claims)
    lose("it asks for one session after another that is not its own");
}

void connection::skip(const head& request, uint16_t code, std::string_view comment) {
  current_ = current::skipped;
  respond(request, code, comment);
}

void connection::respond(const head& request, uint16_t code, std::string_view comment) {
  if (request.is_response() || request.transaction_id.empty() || request.from_path.empty()) return;
  const auto response = make_response(request, code, comment);
  if (!response) return;
  if (!writer_) {
    unbound_replies_ += msrp::write(*response);
  } else if (!writer_->push_reply(*response)) {
    lose("the peer asks and does not read the answers");
  }
}

void connection::lose(const std::string& why) {
  if (std::exchange(state_, state::lost) == state::lost) return;
  credit_ += inbox_.size();
  inbox_.clear();
  events_.emplace_back(peer_lost{why});
}

void connection::judge(uint64_t ticket, uint16_t code, std::string_view comment) {
  const auto found = unjudged_.extract(ticket);
  if (found.empty() || !writer_) return;
  const unjudged& one = found.mapped();
  unjudged_bytes_ -= one.bytes;
  respond(one.request, code, comment);
  if (!one.address) return;
  const auto report =
      msrp::make_report(*one.address, code, one.range, code, make_identifier(random_), comment);
  if (report && !writer_->push_reply(*report)) lose("the peer asks and does not read the answers");
}

/// What was refused is not sent on (RFC 4975 §10.5).
void connection::tell(delivery_event news) {
  if (news.what == delivery_event::kind::failed && writer_) writer_->abort(news.message_id);
  events_.emplace_back(message_news{std::move(news)});
}

bool connection::push(send_request send, shared_body body) {
  return push(std::make_shared<const send_request>(std::move(send)), std::move(body));
}

bool connection::push(std::shared_ptr<const send_request> send, shared_body body) {
  return writer_ && state_ != state::lost && !theirs_.empty() &&
         writer_->push(std::move(send), std::move(body));
}

bool connection::push_keep_alive() {
  send_request send;
  send.message_id = make_identifier(random_);
  return push(std::move(send), nullptr);
}

bool connection::has_output() const noexcept {
  return !unbound_replies_.empty() || (writer_ && !writer_->idle());
}

void connection::write(std::string& out, size_t max_bytes, clock_time now) {
  if (!unbound_replies_.empty()) {
    const size_t count = std::min(max_bytes, unbound_replies_.size());
    out.append(unbound_replies_, 0, count);
    unbound_replies_.erase(0, count);
    max_bytes -= count;
    if (!unbound_replies_.empty()) return;
  }
  if (!writer_) return;
  for (const auto& chunk : writer_->write(out, max_bytes, random_)) (void)tracker_.on_sent(chunk, now);
}

/// Each of its chunks was answered with 200, so its sender thinks that it is on its way.
void connection::report_lost(const send_request& send) {
  const report_address address{send.message_id, send.success_report, send.on_failure, theirs_, {ours_}};
  const byte_range all{.start = 1, .end = send.range.total, .total = send.range.total};
  const auto report =
      msrp::make_report(address, 408, all, 200, make_identifier(random_), "it did not come whole");
  if (report && writer_ && !writer_->push_reply(*report)) lose("the peer asks and does not read the answers");
}

std::vector<connection_event> connection::on_time(clock_time now) {
  for (const auto& lost : assembler_.on_time(now)) report_lost(lost.send);
  for (auto& news : tracker_.on_time(now)) tell(std::move(news));
  return std::exchange(events_, {});
}

std::optional<clock_time> connection::next_deadline() const noexcept {
  const auto one = assembler_.next_deadline();
  const auto other = tracker_.next_deadline();
  if (!one || !other) return one ? one : other;
  return std::min(*one, *other);
}

}  // namespace confab::msrp
