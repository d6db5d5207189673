#include "config/settings_items.hpp"

#include <algorithm>
#include <array>

#include "config/cidr.hpp"
#include "config/limits.hpp"
#include "config/listen_address.hpp"
#include "config/socket_address.hpp"

namespace confab::settings_table {

std::string check_listener(std::string_view, std::string_view item) {
  const auto address = parse_listen_address(item, sip_schemes);
  return address ? "" : address.error().text;
}

std::string check_range(std::string_view, std::string_view item) {
  const auto range = cidr_range::parse(item);
  return range ? "" : range.error().text;
}

std::string check_address(std::string_view, std::string_view item) {
  return socket_address::parse(item, 0) ? "" : "it is not an IP address";
}

std::string check_name_server(std::string_view, std::string_view item) {
  const auto address = socket_address::parse_with_port(item, 53);
  return address ? "" : address.error().text;
}

/// Names and addresses end up inside SIP headers, where blanks and separators would break the message.
std::string check_host(std::string_view, std::string_view item) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == ':' || c == '[' || c == ']';
  };
  if (item.size() > 255) return "it is longer than a host name may be";
  return std::all_of(item.begin(), item.end(), fits) ? "" : "it is not a host name or address";
}

std::string check_sip_uri(std::string_view, std::string_view item) {
  const bool known = item.empty() || item.starts_with("sip:") || item.starts_with("sips:");
  if (!known) return "it is not a URI such as \"sip:proxy.example.com\"";
  const bool clean = std::all_of(item.begin(), item.end(),
                                 [](char c) { return c > ' ' && c < '\x7f' && c != '<' && c != '>'; });
  return clean ? "" : "it holds a character that no SIP URI has";
}

std::string check_file(std::string_view, std::string_view item) {
  return item.ends_with('/') || item == "." || item.ends_with("/.") || item.ends_with("..")
             ? "it names a folder"
             : "";
}

std::string check_digits(std::string_view digits, std::string_view action) {
  const bool dialled = !digits.empty() && digits.size() <= limits::dtmf_digits_queued &&
                       digits.find_first_not_of("0123456789*#ABCD") == std::string_view::npos;
  if (!dialled) return "\"" + std::string(digits) + "\" cannot be dialled";
  static constexpr std::array actions{"toggle-mute", "count",     "lock",    "mute-all",
                                      "unmute-all",  "kick-last", "end-room"};
  const bool known = std::find(actions.begin(), actions.end(), action) != actions.end();
  return known ? "" : "\"" + std::string(action) + "\" is not an action";
}

/// A user, in any domain, or a user@domain; in the characters that need no escape in a URI.
std::string check_room_or_user(std::string_view, std::string_view item) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_.!~*'()+@").find(c) != std::string_view::npos;
  };
  if (item.empty()) return {};
  const bool bad = !std::all_of(item.begin(), item.end(), plain) ||
                   std::count(item.begin(), item.end(), '@') > 1 || item.front() == '@' || item.back() == '@';
  return bad ? std::string("it is no user and no user@domain") : std::string();
}

/// The form only: what signaling takes for a person or a domain is its own business.
std::string check_person(std::string_view, std::string_view item) {
  const bool bad = item.empty() || item.find_first_of(" :;?<>\"/") != std::string_view::npos ||
                   std::count(item.begin(), item.end(), '@') > 1 || item.front() == '@' || item.back() == '@';
  return bad ? std::string("it is no user@domain and no domain") : std::string();
}

std::string check_pin(std::string_view, std::string_view item) {
  if (item.size() > limits::pin_digits) return "it is longer than that";
  const bool dialled = item.find_first_not_of("0123456789") == std::string_view::npos;
  return dialled ? "" : "only digits can be dialled";
}

std::string check_media_type(std::string_view, std::string_view item) {
  if (item == "*") return "";
  const auto slash = item.find('/');
  const bool bad = slash == 0 || slash == std::string_view::npos || slash + 1 == item.size() ||
                   item.find('/', slash + 1) != std::string_view::npos || item.front() == '*' ||
                   item.find_first_of(" ,;\"<>") != std::string_view::npos;
  return bad ? std::string("it is no media type") : std::string();
}

std::string check_lobby(std::string_view, std::string_view item) {
  const bool bad = item.find_first_of(" :;?<>\"/") != std::string_view::npos ||
                   std::count(item.begin(), item.end(), '@') > 1 || item.starts_with('@') ||
                   item.ends_with('@');
  return bad ? "it is no user part and no user@domain" : "";
}

}  // namespace confab::settings_table
