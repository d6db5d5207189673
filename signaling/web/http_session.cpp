#include "signaling/web/http_session.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>
#include <variant>

#include "config/limits.hpp"

namespace confab::web {
namespace {

/// RFC 9110 §5.6.7.
std::string date_text(std::chrono::system_clock::time_point now) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text.data(), length};
}

/// Absent for an event stream, whose end is the connection's.
std::optional<uint64_t> length_of(const body& content) {
  if (const auto* text = std::get_if<std::string>(&content)) return text->size();
  if (const auto* frame = std::get_if<frame_ptr>(&content)) return (*frame)->jpeg.size();
  if (const auto* piece = std::get_if<file_piece>(&content)) return piece->count;
  return std::nullopt;
}

std::string head_of(const response& what, bool keep_alive, std::chrono::system_clock::time_point now) {
  std::string out = "HTTP/1.1 " + std::to_string(what.status) + " ";
  out.append(reason_of(what.status)).append("\r\nDate: ").append(date_text(now)).append("\r\n");
  for (const auto& [name, value] : what.headers) out.append(name).append(": ").append(value).append("\r\n");
  const auto length = length_of(what.content);
  if (length && what.status != 304) out += "Content-Length: " + std::to_string(*length) + "\r\n";
  out += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return out;
}

/// Browsers connect again after so long; a comment is nothing to them.
constexpr std::string_view stream_opening = "retry: 3000\n\n";
constexpr std::string_view ping = ":\n\n";

}  // namespace

http_session::http_session(site& pages, visitors& guests, std::string source, bool told_off, clock_time now)
    : pages_(pages),
      guests_(guests),
      source_(std::move(source)),
      told_off_(told_off),
      quiet_since_(now),
      head_since_(now) {}

bool http_session::is_sending() const noexcept {
  return in_flight_ || !output_.empty() || frame_ || file_ || stream_;
}

bool http_session::wants_bytes() const noexcept {
  return stream_ ? !over_ : !over_ && !is_sending();
}

const std::string& http_session::watches() const noexcept {
  static const std::string nothing;
  if (stream_ && !over_) return stream_->room;
  return file_ ? file_room_ : nothing;
}

void http_session::on_moved() noexcept {
  if (file_) given_up_ = true;  // the peer sees that it is less than was said
  if (stream_) stream_->moved = true;
}

void http_session::on_bytes(std::string_view bytes, const times& now) {
  if (stream_ || over_) return;  // whoever follows a stream has nothing to say
  if (!reader_.has_begun()) head_since_ = now.steady;
  quiet_since_ = now.steady;
  reader_.add(bytes);
  serve(now);
}

void http_session::serve(const times& now) {
  while (!over_ && !is_sending()) {
    const auto read = reader_.next();
    if (const auto* r = std::get_if<request>(&read)) {
      head_since_ = now.steady;
      respond(*r, now);
    } else if (const auto* status = std::get_if<uint16_t>(&read)) {
      refuse(*status, "The request cannot be read.", reader_.is_head(), now);
    } else {
      return;
    }
  }
}

void http_session::respond(const request& r, const times& now) {
  const bool is_head = r.method == request::verb::head;
  if (told_off_) return refuse(429, "Too many connections from where you are.", is_head, now);
  if (!guests_.ask(source_, now.steady))
    return refuse(429, "Too many requests from where you are.", is_head, now);
  const bool keep = r.keep_alive && ++served_ < limits::web_requests_per_connection;
  auto answer = pages_.answer(r, now.wall);
  // Whoever guesses soon waits. Who is at the limit already is so anyway.
  if (answer.status == 404) {
    for (size_t i = 1; i < limits::web_miss_requests && guests_.ask(source_, now.steady); ++i) continue;
  }
  send(std::move(answer), !is_head, keep, now);
}

/// RFC 9110 §9.3.2: whatever is said to HEAD has no body.
void http_session::refuse(uint16_t status, const std::string& why, bool to_head, const times& now) {
  send(refusal(status, why), !to_head, false, now);
}

void http_session::send(response what, bool with_body, bool keep_alive, const times& now) {
  if (const auto* piece = std::get_if<file_piece>(&what.content); piece != nullptr && with_body) {
    auto opened = file_reader::open(*piece);
    if (!opened) return send(refusal(404, "The file is not there any more."), true, keep_alive, now);
    if (piece->count > 0) file_.emplace(std::move(*opened));
    file_room_ = what.room;
  }
  keep_alive_ = keep_alive && !std::holds_alternative<event_cursor>(what.content);
  output_ = head_of(what, keep_alive_, now.wall);
  quiet_since_ = now.steady;
  if (!with_body) {
    file_.reset();
  } else if (auto* text = std::get_if<std::string>(&what.content)) {
    output_ += *text;
  } else if (auto* frame = std::get_if<frame_ptr>(&what.content)) {
    frame_ = std::move(*frame);
    frame_at_ = 0;
  } else if (auto* cursor = std::get_if<event_cursor>(&what.content)) {
    output_ += stream_opening;
    stream_.emplace(std::move(*cursor));
  }
  if (!keep_alive_ && !frame_ && !file_ && !stream_) over_ = true;
}

/// What goes out next of a frame or a file.
void http_session::next_piece() {
  if (frame_) {
    const size_t count = std::min(limits::web_piece_bytes, frame_->jpeg.size() - frame_at_);
    output_.append(frame_->jpeg, frame_at_, count);
    frame_at_ += count;
    if (frame_at_ == frame_->jpeg.size()) frame_.reset();
  } else if (file_) {
    auto bytes = file_->read(limits::web_piece_bytes);
    if (!bytes) {
      given_up_ = true;  // the peer sees that it is less than was said
      return;
    }
    output_ += *bytes;
    if (file_->is_done()) file_.reset();
  } else {
    return;
  }
  if (!frame_ && !file_ && !keep_alive_) over_ = true;
}

std::string http_session::take_output(const times& now) {
  if (in_flight_ || given_up_) return {};
  if (output_.size() < limits::web_piece_bytes) next_piece();
  if (stream_ && !over_) {
    output_ += pages_.news(*stream_, now.wall);
    over_ = stream_->over;
  }
  if (output_.empty() || given_up_) return {};
  in_flight_ = true;
  quiet_since_ = now.steady;
  return std::exchange(output_, {});
}

void http_session::on_written(const times& now) {
  in_flight_ = false;
  quiet_since_ = now.steady;
  if (is_sending()) return;
  head_since_ = now.steady;
  serve(now);
}

http_session::clock_time http_session::deadline() const noexcept {
  if (in_flight_ || over_) return quiet_since_ + limits::web_stalled;
  if (stream_) return quiet_since_ + limits::web_ping;
  const bool waits_for_first = served_ == 0 || reader_.has_begun();
  return waits_for_first ? head_since_ + limits::web_head_patience : quiet_since_ + limits::web_idle;
}

void http_session::on_time(const times& now) {
  if (now.steady < deadline()) return;
  if (in_flight_ || over_) {
    given_up_ = true;
  } else if (stream_) {
    output_ += ping;
  } else if (reader_.has_begun()) {
    refuse(408, "The request took too long.", reader_.is_head(), now);
  } else {
    given_up_ = true;
  }
}

}  // namespace confab::web
