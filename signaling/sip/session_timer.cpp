#include "signaling/sip/session_timer.hpp"

#include <algorithm>

#include "signaling/sip/text.hpp"

namespace confab::sip {

using std::chrono::seconds;

namespace {
constexpr uint64_t longest = 0xffffffff;
constexpr seconds most{86'400};  // a day: a peer must not be able to switch the timer off by asking for years
constexpr seconds least{90};     // RFC 4028 §5: no Min-SE below this

std::string min_se_line(seconds minimum) {
  return "Min-SE: " + std::to_string(minimum.count()) + "\r\n";
}
}  // namespace

result<session_expires> parse_session_expires(std::string_view value) {
  const auto interval = parse_number(without_parameters(value), longest);
  if (!interval) return {errc::malformed, "Session-Expires is a number of seconds"};
  session_expires out{seconds(*interval), refresher::unspecified};
  if (const auto who = parameter(value, "refresher")) {
    if (same_word(*who, "uac")) {
      out.refresher = refresher::uac;
    } else if (same_word(*who, "uas")) {
      out.refresher = refresher::uas;
    } else {
      return {errc::malformed, "refresher is uac or uas"};
    }
  }
  return out;
}

std::string write_session_expires(const session_expires& value) {
  std::string out = std::to_string(value.interval.count());
  switch (value.refresher) {
    case refresher::unspecified:
      break;
    case refresher::uac:
      out += ";refresher=uac";
      break;
    case refresher::uas:
      out += ";refresher=uas";
      break;
  }
  return out;
}

seconds session_timer::act_after() const noexcept {
  if (we_refresh) return interval / 2;
  return interval - std::min(seconds(32), interval / 3);
}

std::optional<seconds> minimum_of(const wire_message& message) {
  const auto number = parse_number(without_parameters(message.first("min-se")), longest);
  return number ? std::optional<seconds>(*number) : std::nullopt;
}

uas_timer negotiate_as_uas(const wire_message& request, const session_timer_policy& policy) {
  uas_timer out;
  const bool peer_supports =
      list_has(request.joined("supported"), "timer") || list_has(request.joined("require"), "timer");
  const auto floor =
      std::min(std::max({policy.minimum, minimum_of(request).value_or(seconds(0)), least}), most);
  session_expires agreed{std::max(policy.wanted, floor), refresher::uas};
  if (request.has("session-expires")) {
    const auto asked = parse_session_expires(request.first("session-expires"));
    if (!asked) {
      out.refused = rejection{400, "Bad Request (Session-Expires)", {}};
      return out;
    }
    if (asked->interval < std::max(policy.minimum, least)) {
      // §9: 422 is only for a caller who can understand it; a proxy may have put the header in.
      if (peer_supports) {
        out.refused =
            rejection{422, "Session Interval Too Small", min_se_line(std::max(policy.minimum, least))};
        return out;
      }
    } else {
      agreed.interval = std::max(std::min(asked->interval, policy.wanted), floor);
    }
    if (peer_supports && asked->refresher == refresher::uac) agreed.refresher = refresher::uac;
  }
  out.timer = {agreed.interval, agreed.refresher != refresher::uac};
  out.headers = "Session-Expires: " + write_session_expires(agreed) + "\r\n";
  // §9: Require only binds a peer that must refresh.
  if (agreed.refresher == refresher::uac) out.headers = "Require: timer\r\n" + out.headers;
  return out;
}

std::string timer_headers_as_uac(const session_timer_policy& policy, seconds minimum, refresher who) {
  const auto floor = std::max({policy.minimum, minimum, least});
  return "Session-Expires: " + write_session_expires({std::max(policy.wanted, floor), who}) + "\r\n" +
         min_se_line(floor);
}

session_timer read_as_uac(const wire_message& response, const session_timer_policy& policy) {
  const auto settled = parse_session_expires(response.first("session-expires"));
  if (!settled || settled->interval < least) return {std::max(policy.wanted, least), true};
  return {settled->interval, settled->refresher != refresher::uas};
}

}  // namespace confab::sip
