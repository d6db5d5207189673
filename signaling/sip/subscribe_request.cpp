#include "signaling/sip/subscribe_request.hpp"

#include <algorithm>
#include <array>

#include "config/limits.hpp"
#include "signaling/sip/admission.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

namespace {

constexpr uint64_t longest_number = 0xffffffff;  // RFC 3261 §20.19

bool is_token(std::string_view text) noexcept {
  constexpr std::string_view marks = "-.!%*_+`'~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.find(c) != std::string_view::npos;
  });
}

bool takes_conference_info(const wire_message& request) {
  if (!request.has("accept")) return true;
  const auto accept = request.joined("accept");
  return list_has(accept, "application/conference-info+xml") || list_has(accept, "application/*") ||
         list_has(accept, "*/*");
}

}  // namespace

result<event_type> parse_event(std::string_view value) {
  event_type out{lower_case(without_parameters(value)), {}};
  if (!is_token(out.package)) return {errc::malformed, "Event names a package"};
  if (const auto id = parameter(value, "id")) {
    if (!is_token(*id)) return {errc::malformed, "the id of an Event is a token"};
    out.id = std::string(*id);
  }
  return out;
}

std::string write_event(const event_type& value) {
  return value.id.empty() ? value.package : value.package + ";id=" + value.id;
}

std::variant<subscribe_request, rejection> read_subscribe(const wire_message& request) {
  const auto bad_event = rejection{489, "Bad Event", std::string("Allow-Events: ") + allowed_events + "\r\n"};
  if (request.count("event") > 1) return rejection{400, "Bad Request (Event)", {}};
  const auto event = parse_event(request.first("event"));
  // RFC 3515 §2.4.4: only a REFER makes a subscription to its outcome.
  if (event && event->package == "refer") return rejection{403, "Forbidden (send a REFER)", {}};
  if (!event || event->package != conference_event) return bad_event;
  if (!takes_conference_info(request))
    return rejection{406, "Not Acceptable", "Accept: application/conference-info+xml\r\n"};
  subscribe_request out{*event, limits::subscription_longest};
  if (!request.has("expires")) return out;  // RFC 4575 §3.3: an hour
  const auto asked = parse_number(trim(request.first("expires")), longest_number);
  if (!asked) return rejection{400, "Bad Request (Expires)", {}};
  out.expires = std::min(std::chrono::seconds(*asked), limits::subscription_longest);
  return out;
}

std::optional<rejection> admit_subscribe(const wire_message& request,
                                         const std::vector<std::string>& room_domains) {
  if (auto bad = check_require(request)) return bad;
  const auto target = parse_uri(request.request_uri());
  if (!target) return rejection{400, "Bad Request (Request-URI)", {}};
  if (auto bad = check_room(*target, room_domains)) return bad;
  if (!request.has("contact") || trim(request.first("contact")) == "*")
    return rejection{400, "Bad Request (Contact)", {}};
  return std::nullopt;
}

bool ends_subscription(uint16_t status) noexcept {
  static constexpr std::array ends{404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 502, 604};
  return std::find(ends.begin(), ends.end(), status) != ends.end();
}

}  // namespace confab::sip
