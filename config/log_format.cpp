#include "config/log_format.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace confab::log {
namespace {

/// Length of the UTF-8 sequence at the front (RFC 3629 §4) and its code point; length 0: not UTF-8.
struct code_point {
  size_t length = 0;
  uint32_t value = 0;
};

code_point decode(std::string_view bytes) noexcept {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  const uint32_t first = byte(0);
  if (first < 0x80) return {1, first};
  const size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || bytes.size() < length) return {};
  uint32_t value = first & (0xffU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3f);
  }
  constexpr std::array<uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < least.at(length) || value > 0x10ffff || surrogate) return {};
  return {length, value};
}

/// Characters that a terminal acts on instead of showing: C0, DEL, C1, line and direction controls.
bool is_shown(uint32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return false;
  return !(c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069));
}

void append_hex(std::string& out, const char* format, unsigned value) {
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), format, value);
  out += text.data();
}

void append_escaped_byte(std::string& out, char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      append_hex(out, "\\x%02x", static_cast<unsigned char>(c));
  }
}

void append_value(std::string& out, std::string_view value) {
  const std::string shown = escape(value);
  const bool plain = !shown.empty() && shown == value && shown.find_first_of(" \"=\\") == std::string::npos;
  if (plain) {
    out += shown;
    return;
  }
  out += '"';
  for (const char c : shown) {
    if (c == '"') out += '\\';
    out += c;
  }
  out += '"';
}

/// RFC 8259 §7. Bytes that are not UTF-8 become a visible `\xNN`, as JSON has no other place for them.
void append_json(std::string& out, std::string_view bytes) {
  out += '"';
  while (!bytes.empty()) {
    const code_point c = decode(bytes);
    const std::string_view sequence = bytes.substr(0, std::max<size_t>(c.length, 1));
    if (c.length == 0) {
      append_hex(out, "\\\\x%02x", static_cast<unsigned char>(bytes.front()));
    } else if (c.value == '"' || c.value == '\\') {
      out += '\\';
      out += bytes.front();
    } else if (is_shown(c.value)) {
      out += sequence;
    } else if (c.value == '\n' || c.value == '\r' || c.value == '\t') {
      append_escaped_byte(out, bytes.front());
    } else {
      append_hex(out, "\\u%04x", c.value);  // all of these are below U+10000
    }
    bytes.remove_prefix(sequence.size());
  }
  out += '"';
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out += out.empty() ? '{' : ',';
  append_json(out, name);
  out += ':';
  append_json(out, value);
}

}  // namespace

std::string_view to_string(level l) noexcept {
  switch (l) {
    case level::debug:
      return "debug";
    case level::info:
      return "info";
    case level::warning:
      return "warning";
    case level::error:
      return "error";
  }
  return "error";
}

std::string_view to_string(wire w) noexcept {
  switch (w) {
    case wire::sip:
      return "sip";
    case wire::rtp:
      return "rtp";
    case wire::msrp:
      return "msrp";
    case wire::xmpp:
      return "xmpp";
  }
  return "sip";
}

std::string format_time(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

std::string escape(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const code_point c = decode(bytes);
    const size_t length = std::max<size_t>(c.length, 1);
    if (c.length != 0 && is_shown(c.value)) {
      out += bytes.substr(0, length);
    } else {
      for (const char byte : bytes.substr(0, length)) append_escaped_byte(out, byte);
    }
    bytes.remove_prefix(length);
  }
  return out;
}

std::string format_text(const record& r) {
  std::string out = format_time(r.time) + " ";
  std::string name(to_string(r.level));
  name.resize(std::max<size_t>(name.size(), 5), ' ');
  out += name + " " + escape(r.message);
  for (const auto& [key, value] : r.fields) {
    out += " " + escape(key) + "=";
    append_value(out, value);
  }
  return out;
}

std::string format_json(const record& r) {
  std::string out;
  append_member(out, "time", format_time(r.time));
  append_member(out, "level", to_string(r.level));
  append_member(out, "message", r.message);
  for (const auto& [key, value] : r.fields) append_member(out, key, value);
  return out + "}";
}

std::string format_text(const wire_record& r) {
  std::string out =
      format_time(r.time) + " trace " + std::string(to_string(r.wire)) + (r.sent ? " sent" : " received");
  out += " local=";
  append_value(out, r.local);
  out += " remote=";
  append_value(out, r.remote);
  out += " size=" + std::to_string(r.bytes.size());
  for (std::string_view rest = r.bytes; !rest.empty();) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    out += "\n | " + escape(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string format_json(const wire_record& r) {
  std::string out;
  append_member(out, "time", format_time(r.time));
  append_member(out, "level", "trace");
  append_member(out, "wire", to_string(r.wire));
  append_member(out, "direction", r.sent ? "sent" : "received");
  append_member(out, "local", r.local);
  append_member(out, "remote", r.remote);
  append_member(out, "bytes", r.bytes);
  return out + "}";
}

}  // namespace confab::log
