#include "signaling/sip/wire_message.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

std::string long_name(std::string_view name) {
  static constexpr std::array<std::pair<char, std::string_view>, 13> compact{{{'c', "content-type"},
                                                                              {'e', "content-encoding"},
                                                                              {'f', "from"},
                                                                              {'i', "call-id"},
                                                                              {'k', "supported"},
                                                                              {'l', "content-length"},
                                                                              {'m', "contact"},
                                                                              {'o', "event"},
                                                                              {'r', "refer-to"},
                                                                              {'s', "subject"},
                                                                              {'t', "to"},
                                                                              {'v', "via"},
                                                                              {'x', "session-expires"}}};
  std::string lower = lower_case(name);
  if (lower.size() == 1)
    for (const auto& [letter, full] : compact)
      if (lower.front() == letter) return std::string(full);
  return lower;
}

/// The line that starts at `from`, without its end; `from` moves behind it. Nothing when no line end is left.
std::optional<std::string_view> next_line(std::string_view bytes, size_t& from) {
  const auto end = bytes.find('\n', from);
  if (end == std::string_view::npos) return std::nullopt;
  auto line = bytes.substr(from, end - from);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  from = end + 1;
  return line;
}

}  // namespace

result<wire_message> wire_message::split(std::string_view bytes) {
  while (!bytes.empty() && (bytes.front() == '\r' || bytes.front() == '\n')) bytes.remove_prefix(1);
  wire_message out;
  size_t from = 0;
  const auto start = next_line(bytes, from);
  if (!start || start->empty()) return {errc::malformed, "no start line"};
  out.start_line_ = *start;
  const auto first_space = start->find(' ');
  const auto last_space = start->rfind(' ');
  if (first_space != std::string_view::npos && last_space != first_space) {
    out.method_ = start->substr(0, first_space);
    out.request_uri_ = start->substr(first_space + 1, last_space - first_space - 1);
    out.version_ = start->substr(last_space + 1);
  }
  while (auto line = next_line(bytes, from)) {
    if (line->empty()) {
      out.head_complete_ = true;
      out.body_ = bytes.substr(from);
      break;
    }
    out.add_line(*line);
  }
  return out;
}

void wire_message::add_line(std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t') {
    if (fields_.empty()) {
      bad_line_ = true;
      return;
    }
    auto& value = fields_.back().value;
    if (!value.empty()) value.push_back(' ');
    value += trim(line);
    return;
  }
  const auto colon = line.find(':');
  const auto name = trim(line.substr(0, colon));
  if (colon == std::string_view::npos || name.empty()) {
    bad_line_ = true;
    return;
  }
  fields_.push_back({long_name(name), std::string(trim(line.substr(colon + 1)))});
}

std::string_view wire_message::first(std::string_view name) const noexcept {
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const auto& f) { return f.name == name; });
  return found == fields_.end() ? std::string_view{} : std::string_view(found->value);
}

size_t wire_message::count(std::string_view name) const noexcept {
  return static_cast<size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const auto& f) { return f.name == name; }));
}

std::string wire_message::joined(std::string_view name) const {
  std::string out;
  for (const auto& field : fields_) {
    if (field.name != name || field.value.empty()) continue;
    if (!out.empty()) out += ", ";
    out += field.value;
  }
  return out;
}

uint16_t wire_message::status() const noexcept {
  if (!is_response() || start_line_.size() < 11) return 0;
  return static_cast<uint16_t>(parse_number(start_line_.substr(8, 3), 699).value_or(0));
}

std::string_view wire_message::reason() const noexcept {
  return status() == 0 || start_line_.size() < 12 ? std::string_view{} : trim(start_line_.substr(12));
}

std::string_view wire_message::content() const noexcept {
  const auto length = parse_number(first("content-length"), body_.size());
  return length ? body_.substr(0, *length) : body_;
}

}  // namespace confab::sip
