#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace confab {

/// One participant's call: its SIP session, its `leg` actor and its media on a shard share this id.
/// Unique for the life of the process.
struct leg_id {
  uint64_t value = 0;
  auto operator<=>(const leg_id&) const = default;
};

/// One subscription to a room's events, or one REFER. Unique for the life of the process.
struct subscription_id {
  uint64_t value = 0;
  auto operator<=>(const subscription_id&) const = default;
};

/// One instant message (RFC 3428) that waits for a room's verdict. Unique for the life of the process.
struct message_id {
  uint64_t value = 0;
  auto operator<=>(const message_id&) const = default;
};

/// `user@host` of the Request-URI that names the room; user case-sensitive, host lower case (RFC 3261
/// §19.1.4).
struct room_id {
  std::string value;
  auto operator<=>(const room_id&) const = default;
};

[[nodiscard]] inline std::string to_string(leg_id id) {
  return std::to_string(id.value);
}

[[nodiscard]] inline std::string to_string(subscription_id id) {
  return std::to_string(id.value);
}

}  // namespace confab

template <>
struct std::hash<confab::leg_id> {
  size_t operator()(confab::leg_id id) const noexcept { return std::hash<uint64_t>{}(id.value); }
};

template <>
struct std::hash<confab::subscription_id> {
  size_t operator()(confab::subscription_id id) const noexcept { return std::hash<uint64_t>{}(id.value); }
};

template <>
struct std::hash<confab::message_id> {
  size_t operator()(confab::message_id id) const noexcept { return std::hash<uint64_t>{}(id.value); }
};

template <>
struct std::hash<confab::room_id> {
  size_t operator()(const confab::room_id& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
