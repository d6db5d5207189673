#include <algorithm>
#include <utility>

#include "media/msrp/connection.hpp"

/// What a connection does with the requests of its session.
namespace confab::msrp {

void connection::begin_request(head request, bool has_body, clock_time now) {
  if (!belongs(request, ours_, theirs_)) return skip(request, 481);
  if (cargo_ != cargo::messages && request.method != "REPORT")
    return begin_data_request(std::move(request), has_body);
  if (request.method == "SEND") return begin_send(std::move(request), has_body, now);
  current_ = current::skipped;
  if (request.method == "NICKNAME") {
    wish_nickname(std::move(request));
  } else if (request.method != "REPORT") {
    respond(request, 501);
  } else if (const auto report = read_report(request)) {
    if (auto news = tracker_.on_report(*report)) tell(std::move(*news));
  }
}

bool connection::is_accepted(const content_type& type) const {
  return std::any_of(settings_.accepted_types.begin(), settings_.accepted_types.end(),
                     [&](const std::string& pattern) { return accepts(pattern, type); });
}

void connection::begin_send(head request, bool has_body, clock_time now) {
  const auto send = read_send(request);
  if (!send) return skip(request, 400, send.error().text);
  // An empty one keeps the connection alive; but it may also be the end of a message, and what has begun
  // needs no type any more.
  if (!assembler_.is_open(send->message_id)) {
    if (!has_body) return skip(request, 200);
    if (!send->type) return skip(request, 400, "a body without Content-Type");
  }
  if (send->type && !is_accepted(*send->type)) return skip(request, 415);
  current_ = current::sending;
  request_ = std::move(request);
  (void)assembler_.on_head(*send, now);  // what it finds is told at the end of the chunk
}

/// RFC 7701 §7: no reports are asked for with it.
void connection::wish_nickname(head request) {
  auto name = read_nickname(request);
  if (!name) {
    const bool reports = find_header(request.headers, "Success-Report") != nullptr ||
                         find_header(request.headers, "Failure-Report") != nullptr;
    const bool named = find_header(request.headers, "Use-Nickname") != nullptr;
    respond(request, named && !reports ? 424 : 400);
    return;
  }
  unjudged_.emplace(++last_ticket_, unjudged{std::move(request), std::nullopt, {}, byte_share{}});
  events_.emplace_back(nickname_wanted{last_ticket_, std::move(*name)});
}

void connection::on(const frame_body& event) {
  if (current_ == current::passed_on) {
    passed() += event.bytes;
    return;
  }
  heard_ = true;
  if (current_ == current::sending) (void)assembler_.on_body(event.bytes);
  if (current_ == current::data) take_in(event.bytes);
}

void connection::on(const frame_end& event, clock_time now) {
  const auto was = std::exchange(current_, current::none);
  if (was == current::passed_on) pass_on(event);
  if (was == current::sending) finish_send(event.flag, now);
  if (was == current::data) finish_data_chunk(event.flag);
}

/// The last chunk of a message is answered when somebody has judged it, all others at once.
void connection::finish_send(continuation flag, clock_time now) {
  auto end = assembler_.on_end(flag, now);
  if (!end.whole) {
    respond(request_, end.code);
    return;
  }
  unjudged one{std::move(request_), std::nullopt, end.whole->send.range, std::move(end.whole->share),
               end.whole->body->size()};
  unjudged_bytes_ += one.bytes;
  one.address = report_address_of(one.request, end.whole->send);
  unjudged_.emplace(++last_ticket_, std::move(one));
  events_.emplace_back(message_came{last_ticket_, std::move(end.whole->send), std::move(end.whole->body)});
}

}  // namespace confab::msrp
