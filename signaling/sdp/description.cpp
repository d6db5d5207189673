#include "signaling/sdp/description.hpp"

#include <array>

#include "config/limits.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

/// Takes the next line off `rest`, without its LF or CRLF.
std::string_view next_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

error malformed(std::string_view what, std::string_view line) {
  constexpr size_t shown_bytes = 80;  // enough to find the line, too little to flood a log
  return {errc::malformed, std::string(what) + ": " + std::string(line.substr(0, shown_bytes))};
}

/// All that can be refused without storing anything.
result<void> check_bounds(std::string_view bytes) {
  if (bytes.size() > limits::sdp_bytes) {
    return {errc::too_large, "the description has " + std::to_string(bytes.size()) + " bytes"};
  }
  if (bytes.find('\0') != std::string_view::npos) return {errc::malformed, "the description holds a NUL"};
  size_t media_lines = 0;
  size_t attributes = 0;
  while (!bytes.empty()) {
    const std::string_view line = next_line(bytes);
    if (line.size() > limits::sdp_line_bytes) {
      return {errc::too_large, "a line of the description has " + std::to_string(line.size()) + " bytes"};
    }
    if (line.find('\r') != std::string_view::npos) return malformed("a lone CR in a line", line);
    if (!line.empty() && (line.size() < 2 || line[1] != '=')) return malformed("not a line of SDP", line);
    if (line.starts_with("m=")) {
      attributes = 0;
      if (++media_lines > limits::sdp_media_lines) {
        return {errc::too_large, "more than " + std::to_string(limits::sdp_media_lines) + " m-lines"};
      }
    }
    if (line.starts_with("a=") && ++attributes > limits::sdp_attributes_per_media) {
      return {errc::too_large,
              "more than " + std::to_string(limits::sdp_attributes_per_media) + " attributes of one stream"};
    }
  }
  return {};
}

/// RFC 8866 §5.2: o=<username> <sess-id> <sess-version> <nettype> <addrtype> <unicast-address>
result<origin_data> parse_origin(std::string_view value) {
  std::array<std::string_view, 6> words;
  std::string_view rest = value;
  for (std::string_view& word : words) word = text::next_word(rest);
  if (words.back().empty()) return malformed("o= lacks a field", value);
  const auto field = [&](size_t i) { return std::string(words[i]); };
  return origin_data{field(0), field(1), field(2), field(3), field(4), field(5)};
}

/// RFC 8866 §5.7: c=<nettype> <addrtype> <connection-address>
result<connection_data> parse_connection(std::string_view value) {
  std::string_view rest = value;
  connection_data c;
  c.network = text::next_word(rest);
  c.type = text::next_word(rest);
  const std::string_view address = text::next_word(rest);
  c.address = address.substr(0, address.find('/'));
  if (c.address.empty()) return malformed("c= lacks an address", value);
  return c;
}

/// RFC 8866 §5.14: m=<media> <port>[/<number>] <proto> <fmt> …
result<media_description> parse_media(std::string_view value) {
  std::string_view rest = value;
  media_description m;
  m.type = text::next_word(rest);
  const std::string_view ports = text::next_word(rest);
  m.protocol = text::next_word(rest);
  if (m.protocol.empty()) return malformed("m= lacks a field", value);
  const size_t slash = ports.find('/');
  const auto port = text::number(ports.substr(0, slash), 65'535);
  if (!port) return malformed("m= has no valid port", value);
  m.port = static_cast<uint16_t>(*port);
  if (slash != std::string_view::npos) {
    const auto count = text::number(ports.substr(slash + 1), 65'535);
    if (!count || *count == 0) return malformed("m= has no valid number of ports", value);
    m.port_count = static_cast<uint16_t>(*count);
  }
  while (true) {
    const std::string_view format = text::next_word(rest);
    if (format.empty()) break;
    m.formats.emplace_back(format);
  }
  return m;
}

void add_attribute(std::vector<attribute>& to, std::string_view value) {
  const size_t colon = value.find(':');
  const std::string_view name = value.substr(0, colon);
  if (name.empty()) return;
  to.push_back({std::string(name),
                colon == std::string_view::npos ? std::string{} : std::string(value.substr(colon + 1))});
}

/// Fills one description line by line; lines after an m= belong to it.
class reader {
 public:
  result<void> line(char type, std::string_view value) {
    media_description* m = out.media.empty() ? nullptr : &out.media.back();
    switch (type) {
      case 'o':
        return origin(value);
      case 's':
        if (m == nullptr && !value.empty()) out.session_name = value;
        return {};
      case 't':
        if (m == nullptr && !timed_) out.timing = value;
        timed_ = true;
        return {};
      case 'c':
        return connection(value, m != nullptr ? m->connection : out.connection);
      case 'b':
        (m != nullptr ? m->bandwidth : out.bandwidth).emplace_back(value);
        return {};
      case 'a':
        add_attribute(m != nullptr ? m->attributes : out.attributes, value);
        return {};
      case 'm':
        return media(value);
      default:
        return {};  // i= u= e= p= r= z= k= and letters yet to come: nothing here needs them
    }
  }

  description out;
  bool has_origin = false;

 private:
  result<void> origin(std::string_view value) {
    auto o = parse_origin(value);
    if (!o) return o.error();
    out.origin = *std::move(o);
    has_origin = true;
    return {};
  }
  /// RFC 8866 §5.7 lets multicast repeat c=; the first stands.
  static result<void> connection(std::string_view value, std::optional<connection_data>& to) {
    auto c = parse_connection(value);
    if (!c) return c.error();
    if (!to) to = *std::move(c);
    return {};
  }
  result<void> media(std::string_view value) {
    auto m = parse_media(value);
    if (!m) return m.error();
    out.media.push_back(*std::move(m));
    return {};
  }

  bool timed_ = false;
};

void put(std::string& out, char type, std::string_view value) {
  out += type;
  out += '=';
  out += value;
  out += "\r\n";
}

void put(std::string& out, const connection_data& c) {
  put(out, 'c', c.network + " " + c.type + " " + c.address);
}

void put(std::string& out, const std::vector<attribute>& attributes) {
  for (const attribute& a : attributes) put(out, 'a', a.value.empty() ? a.name : a.name + ":" + a.value);
}

void put(std::string& out, const media_description& m) {
  std::string value = m.type + " " + std::to_string(m.port);
  if (m.port_count != 1) value += "/" + std::to_string(m.port_count);
  value += " " + m.protocol;
  for (const std::string& format : m.formats) value += " " + format;
  put(out, 'm', value);
  if (m.connection) put(out, *m.connection);
  for (const std::string& b : m.bandwidth) put(out, 'b', b);
  put(out, m.attributes);
}

}  // namespace

std::string_view to_string(direction d) noexcept {
  switch (d) {
    case direction::sendrecv:
      return "sendrecv";
    case direction::sendonly:
      return "sendonly";
    case direction::recvonly:
      return "recvonly";
    case direction::inactive:
      return "inactive";
  }
  return "unknown";
}

result<description> parse(std::string_view bytes) {
  if (auto bounds = check_bounds(bytes); !bounds) return bounds.error();
  std::string_view first = next_line(bytes);
  if (!first.starts_with("v=")) return malformed("the first line is not v=0", first);
  if (text::trimmed(first.substr(2)) != "0") return malformed("not version 0 of SDP", first);
  reader r;
  while (!bytes.empty()) {
    const std::string_view line = next_line(bytes);
    if (line.empty()) continue;
    if (auto done = r.line(line[0], line.substr(2)); !done) return done.error();
  }
  if (!r.has_origin) return {errc::malformed, "the description has no o= line"};
  return std::move(r.out);
}

std::string write(const description& d) {
  std::string out = "v=0\r\n";
  out.reserve(512);
  const origin_data& o = d.origin;
  put(out, 'o',
      o.user + " " + o.session_id + " " + o.version + " " + o.network + " " + o.type + " " + o.address);
  put(out, 's', d.session_name);
  if (d.connection) put(out, *d.connection);
  for (const std::string& b : d.bandwidth) put(out, 'b', b);
  put(out, 't', d.timing);
  put(out, d.attributes);
  for (const media_description& m : d.media) put(out, m);
  return out;
}

const attribute* find_attribute(const std::vector<attribute>& attributes, std::string_view name) {
  for (const attribute& a : attributes) {
    if (a.name == name) return &a;
  }
  return nullptr;
}

direction direction_of(const description& d, const media_description& m) {
  constexpr std::array all{direction::sendrecv, direction::sendonly, direction::recvonly,
                           direction::inactive};
  for (const auto* attributes : {&m.attributes, &d.attributes}) {
    for (const attribute& a : *attributes) {
      for (const direction one : all) {
        if (a.name == to_string(one)) return one;
      }
    }
  }
  return direction::sendrecv;
}

const connection_data* connection_of(const description& d, const media_description& m) {
  if (m.connection) return &*m.connection;
  return d.connection ? &*d.connection : nullptr;
}

}  // namespace confab::sdp
