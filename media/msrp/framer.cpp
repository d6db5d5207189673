#include "media/msrp/framer.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"
#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view dashes = "-------";

/// Whether `kept` and then `coming` can be the start of a message: said before the line is whole, so that
/// other protocols (TLS, HTTP) are found out by their first bytes.
bool may_begin(std::string_view kept, std::string_view coming) {
  std::string start(kept.substr(0, 5));
  start += coming.substr(0, 5 - start.size());
  return std::string_view("MSRP ").starts_with(start) || start.starts_with(line_end) || start == "\r";
}

}  // namespace

framer::step framer::next(std::string_view& bytes) {
  while (true) {
    switch (state_) {
      case state::start_line: {
        if (line_.size() < 5 && !may_begin(line_, bytes)) {
          return fail({errc::malformed, "what came does not begin like MSRP"});
        }
        const auto whole = take_line(bytes);
        if (!whole) return fail(whole.error());
        if (!*whole) return std::optional<frame_event>{};
        if (line_.empty()) break;  // empty lines between messages do no harm
        if (auto begun = begin(); !begun) return fail(begun.error());
        break;
      }
      case state::headers: {
        const auto whole = take_line(bytes);
        if (!whole) return fail(whole.error());
        if (!*whole) return std::optional<frame_event>{};
        auto event = on_header();
        if (!event || *event) return event;
        break;
      }
      case state::body:
        return next_body(bytes);
      case state::end:
        return std::optional<frame_event>(finish(flag_));
      case state::failed:
        return *why_;
    }
  }
}

framer::step framer::fail(error why) {
  state_ = state::failed;
  why_ = std::move(why);
  return *why_;
}

/// True when `line_` holds a whole line, without its CRLF.
result<bool> framer::take_line(std::string_view& bytes) {
  const size_t feed = bytes.find('\n');
  const size_t taken = feed == std::string_view::npos ? bytes.size() : feed + 1;
  const size_t size = line_.size() + taken;
  if (size > limits::msrp_line_bytes)
    return {errc::too_large, "a header line of " + std::to_string(size) + " bytes"};
  if (head_bytes_ + size > limits::msrp_head_bytes) {
    return {errc::too_large, "headers of more than " + std::to_string(limits::msrp_head_bytes) + " bytes"};
  }
  line_ += bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  if (feed == std::string_view::npos) return false;
  if (!line_.ends_with(line_end)) return {errc::malformed, "a header line that does not end in CRLF"};
  line_.resize(line_.size() - line_end.size());
  if (!line_.empty()) head_bytes_ += size;
  return true;
}

result<void> framer::begin() {
  auto start = parse_start_line(line_);
  if (!start) return start.error();
  head_ = *std::move(start);
  marker_ = std::string(line_end) + std::string(dashes) + head_.transaction_id;
  line_.clear();
  state_ = state::headers;
  return {};
}

/// The flag of a line that ends the message under way.
std::optional<continuation> framer::end_line(std::string_view line) const noexcept {
  const std::string_view wanted = std::string_view(marker_).substr(line_end.size());
  if (line.size() != wanted.size() + 1 || !line.starts_with(wanted)) return std::nullopt;
  return to_continuation(line.back());
}

framer::step framer::on_header() {
  const bool ends_head = line_.empty() || line_.starts_with(dashes);
  if (!ends_head) {
    if (auto read = parse_header_line(line_, head_); !read) return fail(read.error());
    line_.clear();
    return std::optional<frame_event>{};
  }
  if (head_.to_path.empty() || head_.from_path.empty()) {
    return fail({errc::malformed, "a message without To-Path or From-Path"});
  }
  const bool has_body = line_.empty();
  if (has_body) {
    // The end-line may follow at once: then the CRLF before it is that of the empty line.
    held_ = line_end;
    not_body_ = line_end.size();
    state_ = state::body;
  } else {
    const auto flag = end_line(line_);
    if (!flag) return fail({errc::malformed, "an end-line of another transaction among the headers"});
    flag_ = *flag;
    state_ = state::end;
  }
  line_.clear();
  return std::optional<frame_event>(frame_head{std::exchange(head_, {}), has_body});
}

frame_event framer::finish(continuation flag) {
  state_ = state::start_line;
  head_bytes_ = 0;
  held_.clear();
  not_body_ = 0;
  line_.clear();
  return frame_end{flag};
}

framer::step framer::next_body(std::string_view& bytes) {
  if (not_body_ != 0 && held_.size() == not_body_ && !bytes.empty() && bytes.front() != dashes.front()) {
    held_.clear();  // the usual case: no end-line right after the empty line
    not_body_ = 0;
  }
  if (!held_.empty()) return next_held(bytes);
  if (bytes.empty()) return std::optional<frame_event>{};
  size_t at = bytes.find(marker_);
  if (at == std::string_view::npos) {
    // The marker may have begun in the last bytes.
    at = bytes.size() - std::min(bytes.size(), marker_.size() - 1);
    for (; at < bytes.size(); ++at) {
      at = std::min(bytes.find('\r', at), bytes.size());
      if (std::string_view(marker_).starts_with(bytes.substr(at))) break;
    }
    at = std::min(at, bytes.size());
  }
  const std::string_view body = bytes.substr(0, at);
  held_ = bytes.substr(at, marker_.size());
  bytes.remove_prefix(body.size() + held_.size());
  if (body.empty()) return next_held(bytes);
  return std::optional<frame_event>(frame_body{body});
}

/// `held_` is the start of an end-line, or was thought to be.
framer::step framer::next_held(std::string_view& bytes) {
  const size_t whole = marker_.size() + 1 + line_end.size();
  while (!held_.empty()) {
    const size_t taken = std::min(bytes.size(), whole - held_.size());
    held_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    const std::string_view seen = held_;
    const bool fits = std::string_view(marker_).starts_with(seen.substr(0, marker_.size()));
    if (fits && seen.size() <= marker_.size()) return std::optional<frame_event>{};
    const std::string_view after = fits ? seen.substr(marker_.size()) : std::string_view{};
    const auto flag = fits ? to_continuation(after.front()) : std::nullopt;
    if (flag && after.substr(1) == line_end) return std::optional<frame_event>(finish(*flag));
    if (flag && line_end.starts_with(after.substr(1))) return std::optional<frame_event>{};
    // Body after all, up to where another end-line may begin.
    const size_t up_to = std::min(seen.find('\r', 1), seen.size());
    given_ = seen.substr(std::min(not_body_, up_to), up_to - std::min(not_body_, up_to));
    not_body_ -= std::min(not_body_, up_to);
    held_.erase(0, up_to);
    if (!given_.empty()) return std::optional<frame_event>(frame_body{given_});
  }
  return next_body(bytes);
}

}  // namespace confab::msrp
