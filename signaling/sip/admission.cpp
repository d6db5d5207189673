#include "signaling/sip/admission.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <variant>

#include "config/limits.hpp"
#include "signaling/sip/resource_lists.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

std::string_view bytes_of(const socket_address& address) {
  if (address.family() == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address.raw());
    return {reinterpret_cast<const char*>(&v4->sin_addr), 4};
  }
  if (address.family() != AF_INET6) return {};
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.raw());
  return {reinterpret_cast<const char*>(&v6->sin6_addr), 16};
}

bool same_prefix(std::string_view left, std::string_view right, unsigned bits) {
  if (left.size() != right.size() || left.size() * 8 < bits) return false;
  if (std::memcmp(left.data(), right.data(), bits / 8) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<unsigned char>(0xff << (8 - bits % 8));
  const auto at = bits / 8;
  return ((static_cast<unsigned char>(left[at]) ^ static_cast<unsigned char>(right[at])) & mask) == 0;
}

}  // namespace

socket_address unmapped(const socket_address& address) {
  if (address.family() != AF_INET6) return address;
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address.raw());
  if (!IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) return address;
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = v6->sin6_port;
  std::memcpy(&v4.sin_addr, v6->sin6_addr.s6_addr + 12, 4);
  return {reinterpret_cast<const sockaddr*>(&v4), sizeof(v4)};
}

result<address_ranges> address_ranges::parse(const std::vector<std::string>& ranges) {
  address_ranges out;
  for (const auto& text : ranges) {
    const auto slash = text.find('/');
    const auto base = socket_address::parse(text.substr(0, slash), 0);
    if (!base) return {errc::bad_setting, "not an address range: " + text};
    const unsigned all = base->family() == AF_INET ? 32 : 128;
    const auto bits = slash == std::string::npos ? all : parse_number(text.substr(slash + 1), all);
    if (!bits) return {errc::bad_setting, "not an address range: " + text};
    out.ranges_.push_back({*base, static_cast<unsigned>(*bits)});
  }
  return out;
}

bool address_ranges::contains(const socket_address& address) const {
  const auto plain = unmapped(address);
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const range& r) {
    return r.base.family() == plain.family() && same_prefix(bytes_of(r.base), bytes_of(plain), r.bits);
  });
}

std::optional<rejection> check_require(const wire_message& request, std::string_view known) {
  std::string unsupported;
  const auto required = request.joined("require");
  for (const auto option : split(required, ',')) {
    if (list_has(known, option)) continue;
    if (!unsupported.empty()) unsupported += ", ";
    unsupported += header_safe(option);
  }
  if (unsupported.empty()) return std::nullopt;
  return rejection{420, "Bad Extension", "Unsupported: " + unsupported + "\r\n"};
}

std::optional<rejection> check_body(const wire_message& request, body_place place) {
  if (request.has("accept")) {
    const auto accept = request.joined("accept");
    if (!list_has(accept, "application/sdp") && !list_has(accept, "*/*") &&
        !list_has(accept, "application/*"))
      return rejection{406, "Not Acceptable", "Accept: application/sdp\r\n"};
  }
  auto read = read_body(request, place);
  if (auto* bad = std::get_if<rejection>(&read)) return std::move(*bad);
  return std::nullopt;
}

std::variant<std::vector<std::string>, rejection> recipients_of(const wire_message& invite) {
  const auto read = read_body(invite, body_place::initial);
  const auto* body = std::get_if<message_body>(&read);
  if (body == nullptr || !body->recipients) return std::vector<std::string>{};
  auto listed = read_recipients(*body->recipients);
  if (listed) return std::move(*listed);
  const auto& why = listed.error();
  if (why.code == errc::too_large)
    return rejection{413, "Request Entity Too Large", "Warning: 399 confab " + quoted(why.text) + "\r\n"};
  if (why.code == errc::unsupported)
    return rejection{488, "Not Acceptable Here", "Warning: 399 confab " + quoted(why.text) + "\r\n"};
  return rejection{400, "Bad Request (list of recipients)",
                   "Warning: 399 confab " + quoted(why.text) + "\r\n"};
}

std::optional<rejection> check_room(const uri& target, const std::vector<std::string>& domains) {
  const auto room = room_of(target);
  if (!room && room.error().code == errc::too_large) return rejection{414, "Request-URI Too Long", {}};
  if (!room && room.error().code == errc::malformed) return rejection{400, "Bad Request (Request-URI)", {}};
  if (!room) return rejection{404, "Not Found", {}};
  if (!domains.empty() && std::find(domains.begin(), domains.end(), host_of(*room)) == domains.end())
    return rejection{404, "Not Found", {}};
  return std::nullopt;
}

std::optional<rejection> admit_invite(const wire_message& request, const uri& target,
                                      const admission_rules& rules) {
  if (rules.shutting_down) return rejection{503, "Service Unavailable", "Retry-After: 30\r\n"};
  if (auto bad = check_require(request)) return bad;
  if (auto bad = check_room(target, rules.room_domains)) return bad;
  if (auto bad = check_body(request, body_place::initial)) return bad;
  // RFC 3261 §12.1.1: without a Contact there is no dialog. A peer of RFC 2543, which has no tags, is called
  // back at From.
  const bool old_peer = !parameter(request.first("from"), "tag");
  if (!request.has("contact") && !old_peer) return rejection{400, "Bad Request (Contact)", {}};
  if (rules.legs >= rules.max_legs) return rejection{503, "Service Unavailable", "Retry-After: 10\r\n"};
  return std::nullopt;
}

}  // namespace confab::sip
