#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "signaling/sip/message_body.hpp"
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

/// RFC 3261 §8.2.2.3: an option that is not among those `known` is 420 with Unsupported.
[[nodiscard]] std::optional<rejection> check_require(const wire_message& request,
                                                     std::string_view known = supported_extensions);
/// RFC 3261 §8.2.3: the body must be one that `read_body` understands, and the caller must take SDP back.
[[nodiscard]] std::optional<rejection> check_body(const wire_message& request, body_place place);
/// Whom an INVITE wants called in (RFC 5366); empty without a list. 400 for a list that cannot be read, 488
/// with Warning for one that wants more than we do, 413 for one past a bound.
[[nodiscard]] std::variant<std::vector<std::string>, rejection> recipients_of(const wire_message& invite);
/// The room a Request-URI names must be one of ours to have: `domains` as in `admission_rules`.
[[nodiscard]] std::optional<rejection> check_room(const uri& target, const std::vector<std::string>& domains);
/// The rest, in the order a caller profits from most: busy server, options, room, body, room for one more.
[[nodiscard]] std::optional<rejection> admit_invite(const wire_message& request, const uri& target,
                                                    const admission_rules& rules);
}  // namespace confab::sip
