#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

enum class refresher : uint8_t { unspecified, uac, uas };

/// RFC 4028 §4.
struct session_expires {
  std::chrono::seconds interval{0};
  sip::refresher refresher = sip::refresher::unspecified;
  bool operator==(const session_expires&) const = default;
};
result<session_expires> parse_session_expires(std::string_view value);
std::string write_session_expires(const session_expires& value);

struct session_timer_policy {
  std::chrono::seconds wanted;   ///< what we ask for and accept at most
  std::chrono::seconds minimum;  ///< shorter is 422
};

/// What both sides agreed on.
struct session_timer {
  std::chrono::seconds interval{0};
  bool we_refresh = true;

  /// RFC 4028 §10: the refresher acts at half time; the other gives up a third, at most 32 s, before the end.
  [[nodiscard]] std::chrono::seconds act_after() const noexcept;
};

/// Our side as UAS of an INVITE or UPDATE (§9): either a rejection (422, 400) or the timer and the lines of
/// the 2xx.
struct uas_timer {
  std::optional<rejection> refused;
  session_timer timer;
  std::string headers;
};
[[nodiscard]] uas_timer negotiate_as_uas(const wire_message& request, const session_timer_policy& policy);

/// Lines for a request of ours (§7.1). `minimum` is what a 422 taught us, or the policy's.
[[nodiscard]] std::string timer_headers_as_uac(const session_timer_policy& policy,
                                               std::chrono::seconds minimum, sip::refresher who);
/// What a 2xx to our request settled (§7.2); without Session-Expires we refresh alone.
[[nodiscard]] session_timer read_as_uac(const wire_message& response, const session_timer_policy& policy);
/// Min-SE of a 422.
[[nodiscard]] std::optional<std::chrono::seconds> minimum_of(const wire_message& message);

}  // namespace confab::sip
