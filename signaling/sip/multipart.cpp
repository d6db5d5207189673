#include "signaling/sip/multipart.hpp"

#include <algorithm>
#include <optional>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

constexpr size_t longest_boundary = 70;  // RFC 2046 §5.1.1

bool is_boundary_char(char c) noexcept {
  const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return word || std::string_view("'()+_,-./:=? ").find(c) != std::string_view::npos;
}

result<std::string> boundary_of(std::string_view content_type) {
  const auto given = parameter(content_type, "boundary");
  if (!given) return {errc::malformed, "the multipart body has no boundary"};
  std::string_view text = *given;
  const bool quotes = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  if (quotes) text = text.substr(1, text.size() - 2);
  const bool fits = !text.empty() && text.size() <= longest_boundary && text.back() != ' ' &&
                    std::all_of(text.begin(), text.end(), is_boundary_char);
  if (!fits) return {errc::malformed, "the boundary of the multipart body is none"};
  return std::string(text);
}

/// A line of the body: where it starts, and where the next one does.
struct line {
  size_t start = 0;
  size_t next = 0;
  std::string_view text;  ///< without its end
};

line line_at(std::string_view body, size_t start) {
  const auto end = body.find('\n', start);
  const size_t next = end == std::string_view::npos ? body.size() : end + 1;
  auto text = body.substr(start, (end == std::string_view::npos ? body.size() : end) - start);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return {start, next, text};
}

enum class delimiter { none, next, close };

/// RFC 2046 §5.1.1: a line of its own; white space behind it is padding.
delimiter delimiter_in(std::string_view text, const std::string& boundary) {
  if (text.substr(0, 2) != "--" || text.substr(2, boundary.size()) != boundary) return delimiter::none;
  const auto behind = text.substr(2 + boundary.size());
  if (trim(behind).empty()) return delimiter::next;
  return behind.substr(0, 2) == "--" && trim(behind.substr(2)).empty() ? delimiter::close : delimiter::none;
}

/// The line end before a delimiter belongs to the delimiter.
std::string_view without_line_end(std::string_view text) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

std::string without_brackets(std::string_view id) {
  const bool has_brackets = id.size() > 2 && id.front() == '<' && id.back() == '>';
  return std::string(has_brackets ? id.substr(1, id.size() - 2) : id);
}

void take_field(std::string_view name, const std::string& value, body_part& out) {
  if (same_word(name, "content-type")) out.type = value;
  if (same_word(name, "content-disposition")) out.disposition = value;
  if (same_word(name, "content-transfer-encoding")) out.transfer_encoding = value;
  if (same_word(name, "content-encoding")) out.encoding = value;
  if (same_word(name, "content-id")) out.id = without_brackets(value);
}

/// `whole` is what stands between two delimiters: header lines, an empty line, the content. A part may have
/// no header at all.
result<body_part> read_part(std::string_view whole) {
  body_part out;
  std::string name;
  std::string value;
  size_t at = 0;
  while (at < whole.size()) {
    const auto now = line_at(whole, at);
    at = now.next;
    if (at > limits::multipart_head_bytes) return {errc::too_large, "the head of a body part is too long"};
    if (now.text.empty()) break;
    if (now.text.front() == ' ' || now.text.front() == '\t') {
      if (name.empty()) return {errc::malformed, "a body part begins with half a header line"};
      value += " " + std::string(trim(now.text));
      continue;
    }
    take_field(name, value, out);
    const auto colon = now.text.find(':');
    if (colon == std::string_view::npos || trim(now.text.substr(0, colon)).empty())
      return {errc::malformed, "a header line of a body part has no name"};
    name = std::string(trim(now.text.substr(0, colon)));
    value = std::string(trim(now.text.substr(colon + 1)));
  }
  take_field(name, value, out);
  if (out.type.empty()) out.type = "text/plain";
  out.content = whole.substr(at);
  return out;
}

}  // namespace

bool is_multipart(std::string_view content_type) {
  constexpr std::string_view prefix = "multipart/";
  return same_word(trim(content_type).substr(0, prefix.size()), prefix);
}

result<std::vector<body_part>> split_multipart(std::string_view content_type, std::string_view body) {
  const auto boundary = boundary_of(content_type);
  if (!boundary) return boundary.error();
  std::vector<body_part> parts;
  std::optional<size_t> begun;  // where the part we are in starts
  for (size_t at = 0; at < body.size();) {
    const auto now = line_at(body, at);
    at = now.next;
    const auto kind = delimiter_in(now.text, *boundary);
    if (kind == delimiter::none) continue;
    if (begun) {
      if (parts.size() == limits::multipart_parts) return {errc::too_large, "the body has too many parts"};
      auto part = read_part(without_line_end(body.substr(*begun, now.start - *begun)));
      if (!part) return part.error();
      parts.push_back(std::move(*part));
    }
    if (kind == delimiter::next) {
      begun = now.next;
      continue;
    }
    if (parts.empty()) break;
    return parts;
  }
  return {errc::malformed, "the multipart body does not end"};
}

typed_body related(const std::string& sdp, const file_icon& icon, const std::string& boundary) {
  typed_body out{"multipart/related;type=\"application/sdp\";boundary=" + boundary, {}};
  const std::string delimiter = "--" + boundary;
  out.content = delimiter + "\r\nContent-Type: application/sdp\r\n\r\n" + sdp + "\r\n" + delimiter +
                "\r\nContent-Type: " + icon.type + "\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" +
                icon.id + ">\r\nContent-Disposition: icon;handling=optional\r\n\r\n" + *icon.bytes + "\r\n" +
                delimiter + "--\r\n";
  return out;
}

}  // namespace confab::sip
