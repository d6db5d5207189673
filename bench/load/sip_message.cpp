#include "bench/load/sip_message.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <utility>

namespace confab::load {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
  return s;
}

/// RFC 3261 §7.3.3: the compact names of the headers that are asked for here.
std::string_view long_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> compact{{{"v", "Via"},
                                                                                  {"f", "From"},
                                                                                  {"t", "To"},
                                                                                  {"i", "Call-ID"},
                                                                                  {"m", "Contact"},
                                                                                  {"l", "Content-Length"}}};
  for (const auto& [brief, full] : compact) {
    if (same_word(name, brief)) return full;
  }
  return name;
}

template <class T>
bool read_number(std::string_view s, T& out) {
  return std::from_chars(s.data(), s.data() + s.size(), out).ec == std::errc();
}

/// A line up to LF, taken off the front of `rest`.
std::string_view take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  const auto line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

/// Commas outside quotes and angle brackets part the values of one line.
void split_values(std::string_view line, std::vector<std::string_view>& out) {
  size_t start = 0;
  bool quoted = false;
  bool bracketed = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '<' && !quoted) bracketed = true;
    if (line[i] == '>' && !quoted) bracketed = false;
    if (line[i] != ',' || quoted || bracketed) continue;
    out.push_back(trimmed(line.substr(start, i - start)));
    start = i + 1;
  }
  out.push_back(trimmed(line.substr(start)));
}

std::string_view parameter_of(std::string_view value, std::string_view name) {
  // Parameters of the header follow the closing bracket; inside it they belong to the URI.
  if (const auto bracket = value.find('>'); bracket != std::string_view::npos) value = value.substr(bracket);
  for (auto semicolon = value.find(';'); semicolon != std::string_view::npos; semicolon = value.find(';')) {
    value = value.substr(semicolon + 1);
    const auto parameter = value.substr(0, value.find_first_of(";,"));
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos || !same_word(trimmed(parameter.substr(0, equals)), name)) continue;
    return trimmed(parameter.substr(equals + 1));
  }
  return {};
}

}  // namespace

result<sip_message> sip_message::parse(std::string_view datagram) {
  sip_message m;
  std::string_view rest = datagram;
  const auto start = take_line(rest);
  if (start.starts_with("SIP/2.0 ")) {
    if (!read_number(start.substr(8), m.status_) || m.status_ < 100 || m.status_ > 699) {
      return {errc::malformed, "status line without a status"};
    }
  } else if (!start.ends_with(" SIP/2.0")) {
    return {errc::malformed, "not a SIP message"};
  }
  while (!rest.empty()) {
    auto line = take_line(rest);
    if (line.empty()) break;
    if ((line.front() == ' ' || line.front() == '\t') &&
        !m.fields_.empty()) {  // RFC 3261 §7.3.1: a folded line
      m.fields_.back().value += " " + std::string(trimmed(line));
      continue;
    }
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return {errc::malformed, "header line without a colon"};
    m.fields_.push_back({std::string(long_name(trimmed(line.substr(0, colon)))),
                         std::string(trimmed(line.substr(colon + 1)))});
  }
  m.body_ = rest;
  for (const auto* name : {"Via", "From", "To", "Call-ID", "CSeq"}) {
    if (m.header(name).empty()) return {errc::malformed, std::string("no ") + name};
  }
  const auto cseq = m.header("CSeq");
  const auto space = cseq.find(' ');
  if (space == std::string_view::npos || !read_number(cseq, m.cseq_)) return {errc::malformed, "bad CSeq"};
  m.method_ = trimmed(cseq.substr(space));
  return m;
}

std::string_view sip_message::header(std::string_view name) const {
  const auto found = std::ranges::find_if(fields_, [&](const field& f) { return same_word(f.name, name); });
  return found == fields_.end() ? std::string_view() : std::string_view(found->value);
}

std::vector<std::string_view> sip_message::headers(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& f : fields_) {
    if (same_word(f.name, name)) split_values(f.value, values);
  }
  return values;
}

std::string_view tag_of(std::string_view value) {
  return parameter_of(value, "tag");
}

std::string_view branch_of(std::string_view via) {
  return parameter_of(via, "branch");
}

std::string_view uri_of(std::string_view value) {
  const auto open = value.find('<');
  if (open == std::string_view::npos) return trimmed(value.substr(0, value.find(';')));
  const auto close = value.find('>', open);
  return close == std::string_view::npos ? std::string_view() : value.substr(open + 1, close - open - 1);
}

std::string response_to(const sip_message& request, int status, std::string_view reason,
                        std::string_view to_tag, std::string_view extra_headers, std::string_view body) {
  std::string out = "SIP/2.0 " + std::to_string(status) + " " + std::string(reason) + "\r\n";
  const auto copy = [&](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  for (const auto via : request.headers("Via")) copy("Via", via);
  for (const auto route : request.headers("Record-Route")) copy("Record-Route", route);
  copy("From", request.header("From"));
  std::string to(request.header("To"));
  if (tag_of(to).empty() && !to_tag.empty()) to.append(";tag=").append(to_tag);
  copy("To", to);
  copy("Call-ID", request.header("Call-ID"));
  copy("CSeq", request.header("CSeq"));
  out += extra_headers;
  if (!body.empty()) copy("Content-Type", "application/sdp");
  copy("Content-Length", std::to_string(body.size()));
  return out.append("\r\n").append(body);
}

}  // namespace confab::load
