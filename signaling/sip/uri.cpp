#include "signaling/sip/uri.hpp"

#include <array>
#include <utility>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_alnum(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_unreserved(char c) noexcept {
  return is_alnum(c) || std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
}

bool stands_in_user(char c) noexcept {
  return is_unreserved(c) || std::string_view("&=+$,;?/").find(c) != std::string_view::npos;
}

bool is_host(std::string_view host) noexcept {
  if (host.empty()) return false;
  const bool literal = host.front() == '[';
  if (literal && (host.size() < 4 || host.back() != ']')) return false;
  const auto inner = literal ? host.substr(1, host.size() - 2) : host;
  for (char c : inner)
    if (!is_alnum(c) && c != '.' && c != '-' && c != '_' && !(literal && c == ':')) return false;
  return true;
}

/// Escapes of unreserved characters are undone, other escapes get upper-case digits.
result<std::string> normal_escapes(std::string_view user) {
  std::string out;
  for (size_t i = 0; i < user.size(); ++i) {
    if (user[i] != '%') {
      if (stands_in_user(user[i])) {
        out.push_back(user[i]);
      } else {
        static constexpr char digits[] = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(user[i]);
        out += {'%', digits[byte >> 4], digits[byte & 15]};
      }
      continue;
    }
    const int high = i + 2 < user.size() ? hex_value(user[i + 1]) : -1;
    const int low = i + 2 < user.size() ? hex_value(user[i + 2]) : -1;
    if (high < 0 || low < 0) return {errc::malformed, "bad percent escape in the user part"};
    const auto decoded = static_cast<char>(high * 16 + low);
    if (is_unreserved(decoded)) {
      out.push_back(decoded);
    } else {
      static constexpr char digits[] = "0123456789ABCDEF";
      out += {'%', digits[high], digits[low]};
    }
    i += 2;
  }
  return out;
}

result<void> split_host(std::string_view text, uri& out) {
  const auto tail = text.find_first_of(";?");
  auto host = text.substr(0, tail);
  if (tail != std::string_view::npos) {
    const auto rest = text.substr(tail);
    const auto question = rest.find('?');
    out.params = std::string(rest.substr(0, question));
    if (question != std::string_view::npos) out.headers = std::string(rest.substr(question));
  }
  const auto bracket = host.rfind(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon != std::string_view::npos) {
    const auto port = parse_number(host.substr(colon + 1), 65535);
    if (!port || *port == 0) return {errc::malformed, "bad port in the URI"};
    out.port = static_cast<uint16_t>(*port);
    host = host.substr(0, colon);
  }
  if (!is_host(host)) return {errc::malformed, "bad host in the URI"};
  out.host = std::string(host);
  return {};
}

std::string unquoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

}  // namespace

std::optional<std::string> uri::param(std::string_view name) const {
  const auto found = parameter(params, name);
  return found ? std::optional<std::string>(*found) : std::nullopt;
}

result<uri> parse_uri(std::string_view text) {
  for (char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == '<' || c == '>' || c == '"' || c == 0x7f)
      return {errc::malformed, "a URI holds no spaces, quotes or brackets"};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return {errc::malformed, "a URI begins with a scheme"};
  for (char c : text.substr(0, colon))
    if (!is_alnum(c) && c != '+' && c != '-' && c != '.') return {errc::malformed, "bad scheme in the URI"};
  uri out;
  out.scheme = lower_case(text.substr(0, colon));
  auto rest = text.substr(colon + 1);
  if (!out.is_sip()) {
    out.host = std::string(rest);
    return out;
  }
  const auto at = rest.find('@');
  if (at != std::string_view::npos) {
    const auto userinfo = rest.substr(0, at);
    out.user = std::string(userinfo.substr(0, userinfo.find(':')));
    if (out.user.empty()) return {errc::malformed, "empty user in the URI"};
    rest = rest.substr(at + 1);
  }
  if (auto done = split_host(rest, out); !done) return done.error();
  return out;
}

std::string write_uri(const uri& value) {
  if (!value.is_sip()) return value.scheme + ":" + value.host;
  std::string out = value.scheme + ":";
  if (!value.user.empty()) out += value.user + "@";
  out += value.host;
  if (value.port != 0) out += ":" + std::to_string(value.port);
  return out + value.params + value.headers;
}

std::string address_of_record(const uri& value) {
  uri plain = value;
  plain.params.clear();
  plain.headers.clear();
  return write_uri(plain);
}

uri to_call(uri named) {
  std::string kept;
  for (const auto one : split(std::string_view(named.params), ';')) {
    const auto name = trim(one.substr(0, one.find('=')));
    if (!same_word(name, "method")) kept += ";" + std::string(one);
  }
  named.params = std::move(kept);
  named.headers.clear();
  return named;
}

std::string comparable(const uri& value) {
  // Other parameters count only where both URIs have them; they do not tell two people apart.
  static constexpr std::array telling{"transport", "user", "ttl", "method", "maddr"};
  const auto user = normal_escapes(value.user);
  std::string out = value.scheme + ":" + (user ? *user : value.user) + "@" + lower_case(value.host) + ":" +
                    std::to_string(value.port);
  for (const char* name : telling)
    if (const auto one = value.param(name)) out += std::string(";") + name + "=" + lower_case(*one);
  return out;
}

bool same_person(std::string_view left, std::string_view right) {
  const auto a = parse_uri(left);
  const auto b = parse_uri(right);
  if (!a || !b || !a->is_sip() || !b->is_sip() || !same_word(a->host, b->host)) return false;
  const auto user = normal_escapes(a->user);
  const auto other = normal_escapes(b->user);
  return user && other && *user == *other;
}

result<name_addr> parse_name_addr(std::string_view text) {
  text = trim(text);
  name_addr out;
  if (!text.empty() && text.front() == '"') {
    size_t end = 1;
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    if (end >= text.size()) return {errc::malformed, "unterminated quote"};
    out.display_name = unquoted(text.substr(1, end - 1));
    text = trim(text.substr(end + 1));
    if (text.empty() || text.front() != '<') return {errc::malformed, "a quoted name needs <URI>"};
  }
  const auto open = text.find('<');
  if (open == std::string_view::npos) {
    const auto semicolon = text.find(';');
    out.uri = std::string(trim(text.substr(0, semicolon)));
    if (semicolon != std::string_view::npos) out.params = std::string(text.substr(semicolon));
    if (out.uri.find_first_of(",? ") != std::string::npos)
      return {errc::malformed, "a bare URI holds no , or ?"};
  } else {
    const auto name = trim(text.substr(0, open));
    // RFC 3261 §25.1: an unquoted name is made of tokens; RFC 4475 §3.1.2.15 asks to refuse others.
    if (name.find_first_of(",;@:\"()[]<>") != std::string_view::npos)
      return {errc::malformed, "bad display name"};
    if (!name.empty()) out.display_name = std::string(name);
    const auto close = text.find('>', open);
    if (close == std::string_view::npos) return {errc::malformed, "missing >"};
    out.uri = std::string(text.substr(open + 1, close - open - 1));
    out.params = std::string(trim(text.substr(close + 1)));
    if (!out.params.empty() && out.params.front() != ';') return {errc::malformed, "text behind >"};
  }
  if (auto parsed = parse_uri(out.uri); !parsed) return parsed.error();
  return out;
}

result<room_id> room_of(const uri& request_uri) {
  if (request_uri.user.empty()) return {errc::not_found, "the Request-URI names no room"};
  auto user = normal_escapes(request_uri.user.substr(0, request_uri.user.find(';')));
  if (!user) return user.error();
  std::string room = std::move(*user) + "@" + lower_case(request_uri.host);
  if (room.size() > limits::uri_bytes) return {errc::too_large, "the room's name is too long"};
  return room_id{std::move(room)};
}

std::string user_of(const room_id& room) {
  return room.value.substr(0, room.value.rfind('@'));
}

std::string host_of(const room_id& room) {
  const auto at = room.value.rfind('@');
  return at == std::string::npos ? std::string{} : room.value.substr(at + 1);
}

}  // namespace confab::sip
