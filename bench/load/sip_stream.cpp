#include "bench/load/sip_stream.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace confab::load {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<size_t> content_length(std::string_view head) {
  while (!head.empty()) {
    const auto end = head.find("\r\n");
    auto line = head.substr(0, end);
    head = end == std::string_view::npos ? std::string_view() : head.substr(end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = line.substr(0, line.find_first_of(": \t"));
    if (!same_word(name, "Content-Length") && !same_word(name, "l")) continue;
    line.remove_prefix(colon + 1);
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    size_t length = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), length).ec != std::errc())
      return std::nullopt;
    return length;
  }
  return std::nullopt;
}

}  // namespace

result<std::string_view> sip_stream::next() {
  if (head_ == 0) {
    // What was handed out goes in one move, not message by message.
    const auto start = std::min(held_.find_first_not_of("\r\n", taken_), held_.size());
    held_.erase(0, start);
    taken_ = 0;
    const auto end = held_.find("\r\n\r\n");
    if (end == std::string::npos) {
      if (held_.size() > longest_message) return {errc::too_large, "a SIP message whose headers do not end"};
      return std::string_view();
    }
    const auto length = content_length(std::string_view(held_).substr(0, end));
    if (!length) return {errc::malformed, "a SIP message on a stream without a Content-Length"};
    if (*length > longest_message)
      return {errc::too_large, "a SIP message of " + std::to_string(*length) + " bytes"};
    head_ = end + 4;
    body_ = *length;
  }
  if (held_.size() < head_ + body_) return std::string_view();
  taken_ = head_ + body_;
  head_ = 0;
  return std::string_view(held_).substr(0, taken_);
}

}  // namespace confab::load
