#include "media/msrp/uri.hpp"

#include "config/limits.hpp"
#include "config/socket_address.hpp"
#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

error malformed(std::string_view what, std::string_view text) {
  return {errc::malformed, std::string(what) + ": " + std::string(text::shown(text))};
}

bool is_session_id(std::string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return text::is_alphanumeric(c) || std::string_view("-._~+=/").find(c) != std::string_view::npos;
  });
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return text::is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_user(std::string_view user) {
  return std::all_of(user.begin(), user.end(), [](char c) {
    return text::is_alphanumeric(c) ||
           std::string_view("-._~%!$&'()*+,;=:").find(c) != std::string_view::npos;
  });
}

/// `[user@]host[:port]`; false where it is none.
bool read_authority(std::string_view authority, uri& into) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
    into.user = authority.substr(0, at);
    if (into.user.empty() || !is_user(into.user)) return false;
    authority.remove_prefix(at + 1);
  }
  std::string_view port;
  bool has_port = false;
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    into.host = authority.substr(1, end - 1);
    if (into.host.find(':') == std::string::npos || !socket_address::parse(into.host, 0)) return false;
    port = authority.substr(end + 1);
    has_port = port.starts_with(':');
    if (!has_port && !port.empty()) return false;
    if (has_port) port.remove_prefix(1);
  } else {
    const size_t colon = authority.find(':');
    into.host = authority.substr(0, colon);
    has_port = colon != std::string_view::npos;
    if (has_port) port = authority.substr(colon + 1);
    if (!is_host_name(into.host)) return false;
  }
  if (!has_port) return true;
  const auto number = text::number(port, 65'535);
  if (!number || *number == 0) return false;
  into.port = static_cast<uint16_t>(*number);
  return true;
}

bool are_parameters(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view one = text::take_until(parameters, ';');
    const std::string_view name = text::take_until(one, '=');
    if (!text::is_token(name) || (!one.empty() && !text::is_token(one))) return false;
  }
  return true;
}

bool same_host(const std::string& a, const std::string& b) {
  const auto first = socket_address::parse(a, 0);
  const auto second = socket_address::parse(b, 0);
  if (first && second) return first->same_host(*second);
  return !first && !second && text::same(a, b);
}

}  // namespace

result<uri> parse_uri(std::string_view text) {
  if (text.size() > limits::msrp_uri_bytes) {
    return {errc::too_large, "an MSRP URI of " + std::to_string(text.size()) + " bytes"};
  }
  std::string_view rest = text;
  const size_t scheme_end = rest.find("://");
  if (scheme_end == std::string_view::npos) return malformed("not an MSRP URI", text);
  uri u;
  const std::string_view scheme = rest.substr(0, scheme_end);
  u.secure = text::same(scheme, "msrps");
  if (!u.secure && !text::same(scheme, "msrp")) return malformed("not an MSRP URI", text);
  rest.remove_prefix(scheme_end + 3);
  const size_t semicolon = rest.find(';', rest.find('@') == std::string_view::npos ? 0 : rest.find('@'));
  if (semicolon == std::string_view::npos) return malformed("an MSRP URI without a transport", text);
  std::string_view place = rest.substr(0, semicolon);
  rest.remove_prefix(semicolon + 1);
  const bool has_session = place.find('/') != std::string_view::npos;
  if (!read_authority(text::take_until(place, '/'), u))
    return malformed("an MSRP URI without a valid host", text);
  u.session_id = place;
  if ((has_session && place.empty()) || !is_session_id(place)) {
    return malformed("an MSRP URI with a bad session id", text);
  }
  u.transport = text::take_until(rest, ';');
  const bool plain = std::all_of(u.transport.begin(), u.transport.end(), text::is_alphanumeric);
  if (u.transport.empty() || !plain) return malformed("an MSRP URI with a bad transport", text);
  u.parameters = rest;
  if (!are_parameters(rest)) return malformed("an MSRP URI with a bad parameter", text);
  return u;
}

std::string write(const uri& u) {
  std::string out = u.secure ? "msrps://" : "msrp://";
  if (!u.user.empty()) out += u.user + "@";
  out += u.host.find(':') != std::string::npos ? "[" + u.host + "]" : u.host;
  if (u.port) out += ":" + std::to_string(*u.port);
  if (!u.session_id.empty()) out += "/" + u.session_id;
  out += ";" + u.transport;
  if (!u.parameters.empty()) out += ";" + u.parameters;
  return out;
}

bool equivalent(const uri& a, const uri& b) {
  return a.secure == b.secure && a.port == b.port && a.session_id == b.session_id &&
         text::same(a.transport, b.transport) && same_host(a.host, b.host);
}

bool same_session(const uri& a, const uri& b) noexcept {
  return !a.session_id.empty() && a.session_id == b.session_id;
}

result<path> parse_path(std::string_view text) {
  path p;
  std::string_view rest = text::trimmed(text);
  while (!rest.empty()) {
    if (p.size() == limits::msrp_path_uris) {
      return {errc::too_large, "a path of more than " + std::to_string(limits::msrp_path_uris) + " URIs"};
    }
    auto u = parse_uri(text::take_until(rest, ' '));
    if (!u) return u.error();
    p.push_back(*std::move(u));
  }
  if (p.empty()) return {errc::malformed, "a path without a URI"};
  return p;
}

std::string write(const path& p) {
  std::string out;
  for (const uri& u : p) {
    if (!out.empty()) out += ' ';
    out += write(u);
  }
  return out;
}

}  // namespace confab::msrp
