#include "media/msrp/headers.hpp"

#include <limits>

#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

constexpr uint64_t most_bytes = uint64_t{1} << 62;  // sums of two stay within 64 bits

error malformed(std::string_view what, std::string_view value) {
  return {errc::malformed, std::string(what) + ": " + std::string(text::shown(value))};
}

/// Digits, or `*` for nothing; false where it is neither.
bool read_count(std::string_view word, std::optional<uint64_t>& into) {
  if (word == "*") return true;
  into = text::number(word, most_bytes);
  return into.has_value();
}

std::string write_count(const std::optional<uint64_t>& count) {
  return count ? std::to_string(*count) : "*";
}

std::string lowered(std::string_view word) {
  std::string out(word);
  for (char& c : out) c = text::lower(c);
  return out;
}

/// A quoted string at the front of `rest`, taken off it; nothing where it does not end.
std::optional<std::string> take_quoted(std::string_view& rest) {
  if (!rest.starts_with('"')) return std::nullopt;
  std::string out;
  for (size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] == '"') {
      rest.remove_prefix(i + 1);
      return out;
    }
    if (rest[i] == '\\' && ++i == rest.size()) break;
    out += rest[i];
  }
  return std::nullopt;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

const header* find_header(const std::vector<header>& headers, std::string_view name) noexcept {
  for (const header& h : headers) {
    if (text::same(h.name, name)) return &h;
  }
  return nullptr;
}

char to_char(continuation c) noexcept {
  switch (c) {
    case continuation::more:
      return '+';
    case continuation::last:
      return '$';
    case continuation::aborted:
      return '#';
  }
  return '#';
}

std::optional<continuation> to_continuation(char c) noexcept {
  for (const auto one : {continuation::more, continuation::last, continuation::aborted}) {
    if (to_char(one) == c) return one;
  }
  return std::nullopt;
}

result<byte_range> parse_byte_range(std::string_view value) {
  std::string_view rest = value;
  const auto start = text::number(text::take_until(rest, '-'), most_bytes);
  const std::string_view end = text::take_until(rest, '/');
  byte_range range;
  if (!start || *start == 0 || !read_count(end, range.end) || !read_count(rest, range.total)) {
    return malformed("not a Byte-Range", value);
  }
  range.start = *start;
  const bool backwards = range.end && *range.end + 1 < range.start;
  const bool beyond = range.end && range.total && *range.end > *range.total;
  if (backwards || beyond) return malformed("a Byte-Range that contradicts itself", value);
  return range;
}

std::string write(const byte_range& range) {
  return std::to_string(range.start) + "-" + write_count(range.end) + "/" + write_count(range.total);
}

result<failure_report> parse_failure_report(std::string_view value) {
  for (const auto one : {failure_report::yes, failure_report::no, failure_report::partial}) {
    if (text::same(value, write(one))) return one;
  }
  return malformed("not a Failure-Report", value);
}

std::string_view write(failure_report wish) noexcept {
  switch (wish) {
    case failure_report::yes:
      return "yes";
    case failure_report::no:
      return "no";
    case failure_report::partial:
      return "partial";
  }
  return "yes";
}

result<bool> parse_success_report(std::string_view value) {
  if (text::same(value, "yes")) return true;
  if (text::same(value, "no")) return false;
  return malformed("not a Success-Report", value);
}

std::string_view write_success_report(bool wish) noexcept {
  return wish ? "yes" : "no";
}

result<report_status> parse_status(std::string_view value) {
  std::string_view rest = value;
  const std::string_view name_space = text::take_until(rest, ' ');
  const std::string_view code = text::take_until(rest, ' ');
  const auto space_number = text::number(name_space, 999);
  const auto code_number = text::number(code, 999);
  if (name_space.size() != 3 || code.size() != 3 || !space_number || !code_number) {
    return malformed("not a Status", value);
  }
  return report_status{static_cast<uint16_t>(*space_number), static_cast<uint16_t>(*code_number),
                       std::string(text::trimmed(rest))};
}

std::string write(const report_status& status) {
  const auto three = [](uint16_t number) {
    const std::string digits = std::to_string(number % 1000);
    return std::string(3 - digits.size(), '0') + digits;
  };
  std::string out = three(status.name_space) + " " + three(status.code);
  if (!status.comment.empty()) out += " " + status.comment;
  return out;
}

result<std::string> parse_nickname(std::string_view value) {
  std::string_view rest = value;
  auto name = take_quoted(rest);
  if (!name || !text::trimmed(rest).empty()) return malformed("Use-Nickname is not a quoted string", value);
  if (!text::is_line_text(*name)) return malformed("control characters in Use-Nickname", value);
  return *std::move(name);
}

std::string write_nickname(std::string_view name) {
  return quoted(name);
}

const std::string* content_type::parameter(std::string_view wanted) const noexcept {
  for (const auto& [key, value] : parameters) {
    if (text::same(key, wanted)) return &value;
  }
  return nullptr;
}

result<content_type> parse_content_type(std::string_view value) {
  std::string_view rest = value;
  const size_t end = std::min(rest.find(';'), rest.size());
  std::string_view name = rest.substr(0, end);
  rest.remove_prefix(end);
  const std::string_view type = text::trimmed(text::take_until(name, '/'));
  const std::string_view subtype = text::trimmed(name);
  if (!text::is_token(type) || !text::is_token(subtype)) return malformed("not a Content-Type", value);
  content_type out{lowered(type), lowered(subtype)};
  while (!text::trimmed(rest).empty()) {
    rest = text::trimmed(rest);
    if (!rest.starts_with(';')) return malformed("not a Content-Type", value);
    rest = text::trimmed(rest.substr(1));
    if (rest.empty()) break;  // some end with a semicolon
    const size_t equals = std::min(rest.find_first_of("=;"), rest.size());
    const std::string_view key = text::trimmed(rest.substr(0, equals));
    if (!text::is_token(key)) return malformed("not a Content-Type", value);
    rest.remove_prefix(equals);
    std::string parameter;
    if (rest.starts_with('=')) {
      rest = text::trimmed(rest.substr(1));
      if (rest.starts_with('"')) {
        auto inside = take_quoted(rest);
        if (!inside || !text::is_line_text(*inside)) return malformed("not a Content-Type", value);
        parameter = *std::move(inside);
      } else {
        const size_t stop = std::min(rest.find(';'), rest.size());
        parameter = text::trimmed(rest.substr(0, stop));
        if (!text::is_token(parameter)) return malformed("not a Content-Type", value);
        rest.remove_prefix(stop);
      }
    }
    out.parameters.emplace_back(lowered(key), std::move(parameter));
  }
  return out;
}

std::string write(const content_type& type) {
  std::string out = type.name();
  for (const auto& [key, value] : type.parameters) {
    out += ";" + key + "=" + (text::is_token(value) ? value : quoted(value));
  }
  return out;
}

bool accepts(std::string_view pattern, const content_type& type) noexcept {
  if (pattern == "*" || pattern == "*/*") return true;
  pattern = text::trimmed(pattern.substr(0, pattern.find(';')));
  const size_t slash = pattern.find('/');
  if (slash == std::string_view::npos || !text::same(pattern.substr(0, slash), type.type)) return false;
  const std::string_view subtype = pattern.substr(slash + 1);
  return subtype == "*" || text::same(subtype, type.subtype);
}

}  // namespace confab::msrp
