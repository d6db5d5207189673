#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/result.hpp"
#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

inline constexpr const char* conference_event = "conference";

/// An Event header (RFC 6665 §8.4).
struct event_type {
  std::string package;  ///< lower case
  std::string id;       ///< may be empty
  bool operator==(const event_type&) const = default;
};
result<event_type> parse_event(std::string_view value);
std::string write_event(const event_type& value);

/// What a SUBSCRIBE asks for.
struct subscribe_request {
  event_type event;
  std::chrono::seconds expires{0};  ///< absent: the package's default; never more than limits allow
};

/// RFC 6665 §4.2.1: the package must be ours, and the watcher must take one of its documents.
[[nodiscard]] std::variant<subscribe_request, rejection> read_subscribe(const wire_message& request);
/// All a new SUBSCRIBE needs besides: a room that may exist, a Contact, extensions we have.
[[nodiscard]] std::optional<rejection> admit_subscribe(const wire_message& request,
                                                       const std::vector<std::string>& room_domains);
/// A NOTIFY with this response, 408 standing for silence, ends the subscription (RFC 6665 §4.2.2, RFC 5057
/// §5.1).
[[nodiscard]] bool ends_subscription(uint16_t status) noexcept;

}  // namespace confab::sip
