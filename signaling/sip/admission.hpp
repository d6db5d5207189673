#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "signaling/sip/rejection.hpp"
#include "signaling/sip/uri.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// An IPv4-mapped IPv6 address as the IPv4 address it stands for; others as they are.
[[nodiscard]] socket_address unmapped(const socket_address& address);

/// Ranges of addresses, `192.0.2.0/24` or `2001:db8::/32` or a single address.
class address_ranges {
 public:
  static result<address_ranges> parse(const std::vector<std::string>& ranges);
  [[nodiscard]] bool contains(const socket_address& address) const;

 private:
  struct range {
    socket_address base;
    unsigned bits;
  };
  std::vector<range> ranges_;
};

/// What decides whether a new INVITE may become a call. All of it is known when the request arrives.
struct admission_rules {
  std::vector<std::string> room_domains;  ///< lower case; empty: any
  size_t legs = 0;                        ///< now
  size_t max_legs = 0;
  bool shutting_down = false;
};

/// RFC 3261 §8.2.2.3: an option we do not have is 420 with Unsupported.
[[nodiscard]] std::optional<rejection> check_require(const wire_message& request);
/// RFC 3261 §8.2.3: the body must be SDP, uncoded, and the caller must take SDP back.
[[nodiscard]] std::optional<rejection> check_body(const wire_message& request);
/// The room a Request-URI names must be one of ours to have: `domains` as in `admission_rules`.
[[nodiscard]] std::optional<rejection> check_room(const uri& target, const std::vector<std::string>& domains);
/// The rest, in the order a caller profits from most: busy server, options, room, body, room for one more.
[[nodiscard]] std::optional<rejection> admit_invite(const wire_message& request, const uri& target,
                                                    const admission_rules& rules);
/// The SDP of a request or response, if it has one.
[[nodiscard]] std::optional<std::string> sdp_of(const wire_message& message);

}  // namespace confab::sip
