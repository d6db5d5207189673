#include "media/msrp/message.hpp"

#include <cassert>

#include "config/limits.hpp"
#include "media/msrp/identifiers.hpp"
#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

error malformed(std::string_view what, std::string_view line) {
  return {errc::malformed, std::string(what) + ": " + std::string(text::shown(line))};
}

/// RFC 4975 §9 has capitals only; methods of the field have underscores too (`FILE_OFFSET`).
bool is_method(std::string_view word) {
  return !word.empty() && word.front() >= 'A' && word.front() <= 'Z' &&
         std::all_of(word.begin(), word.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || c == '_' || text::is_digit(c); });
}

}  // namespace

result<head> parse_start_line(std::string_view line) {
  std::string_view rest = line;
  if (text::take_until(rest, ' ') != "MSRP" || !text::is_line_text(line)) {
    return malformed("not a start line of MSRP", line);
  }
  head h;
  h.transaction_id = text::take_until(rest, ' ');
  if (!text::is_identifier(h.transaction_id)) return malformed("not a transaction id", line);
  const std::string_view word = text::take_until(rest, ' ');
  if (word.size() == 3 && text::is_digit(word.front())) {
    const auto code = text::number(word, 999);
    if (!code || *code < 100) return malformed("not a status code", line);
    h.code = static_cast<uint16_t>(*code);
    h.comment = text::trimmed(rest);
    return h;
  }
  if (!is_method(word) || !text::trimmed(rest).empty()) return malformed("not a method", line);
  h.method = word;
  return h;
}

result<void> parse_header_line(std::string_view line, head& into) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return malformed("not a header", line);
  const std::string_view name = line.substr(0, colon);
  if (!text::is_token(name) || !text::is_line_text(line)) return malformed("not a header", line);
  const std::string_view value = text::trimmed(line.substr(colon + 1));
  const bool to = text::same(name, "To-Path");
  if (to || text::same(name, "From-Path")) {
    path& place = to ? into.to_path : into.from_path;
    if (!place.empty()) return malformed("a second path", line);
    auto p = parse_path(value);
    if (!p) return p.error();
    place = *std::move(p);
    return {};
  }
  if (into.headers.size() == limits::msrp_headers) {
    return {errc::too_large, "more than " + std::to_string(limits::msrp_headers) + " headers"};
  }
  into.headers.push_back({std::string(name), std::string(value)});
  return {};
}

void write_head(std::string& out, const head& h, bool has_body) {
  out += "MSRP " + h.transaction_id + " ";
  if (h.is_response()) {
    out += std::to_string(h.code);
    if (!h.comment.empty()) out += " " + h.comment;
  } else {
    out += h.method;
  }
  out += "\r\nTo-Path: " + write(h.to_path) + "\r\nFrom-Path: " + write(h.from_path) + "\r\n";
  for (const header& one : h.headers) {
    out += one.name;
    out += ": ";
    out += one.value;
    out += "\r\n";
  }
  if (has_body) out += "\r\n";
}

void write_end_line(std::string& out, std::string_view transaction_id, continuation flag, bool has_body) {
  if (has_body) out += "\r\n";
  out += "-------";
  out += transaction_id;
  out += to_char(flag);
  out += "\r\n";
}

std::string write(const head& h) {
  std::string out;
  write_head(out, h, false);
  write_end_line(out, h.transaction_id, continuation::last, false);
  return out;
}

std::string write(const head& h, std::string_view body, continuation flag) {
  assert(!holds_end_line(body, h.transaction_id));
  std::string out;
  write_head(out, h, true);
  out += body;
  write_end_line(out, h.transaction_id, flag, true);
  return out;
}

}  // namespace confab::msrp
