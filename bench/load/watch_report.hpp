#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace confab::load {

/// What happens to the legs of a watched room.
enum class room_change : uint8_t {
  hold,    ///< one leg is taken off hold, then put back, by re-INVITE
  rejoin,  ///< one leg leaves, then another one comes
};
[[nodiscard]] std::string_view to_string(room_change change) noexcept;

/// NOTIFYs of one watcher, or of all.
struct notify_counts {
  uint64_t notifies = 0;       ///< each once, however often it was sent
  uint64_t bytes = 0;          ///< of these as SIP messages, headers included
  uint64_t repeated = 0;       ///< NOTIFYs sent again before our answer came
  uint64_t full = 0;           ///< documents that list everybody
  uint64_t partial = 0;        ///< documents that list who changed
  uint64_t without_users = 0;  ///< documents of counts alone
  uint64_t gaps = 0;  ///< partial documents that did not follow the one before (RFC 4575 §4.4), or went back

  notify_counts& operator+=(const notify_counts& other) noexcept;
  notify_counts& operator-=(const notify_counts& other) noexcept;
};

/// What a run in watch mode found out besides its legs.
struct watch_report {
  uint32_t asked = 0;
  uint32_t subscribed = 0;
  uint32_t ended = 0;                 ///< subscriptions that the server ended
  std::vector<std::string> failures;  ///< of subscriptions and connections; the first few
  notify_counts first;                ///< while legs and watchers came
  notify_counts idle;                 ///< in the window without changes
  notify_counts told;                 ///< from the first change until all was quiet
  uint32_t changes = 0;
  uint32_t behind = 0;  ///< watchers that heard nothing after the last change
  double idle_seconds = 0, change_seconds = 0;
  double idle_cpu_ms = 0, change_cpu_ms = 0;  ///< of the server
};

/// Why the figures must not be used.
void add_doubts(const watch_report& watch, uint32_t changes_wanted, std::vector<std::string>& out);

/// The `watch` part of the printed JSON; `per_room`: watchers who are told of one change.
[[nodiscard]] nlohmann::ordered_json to_json(const watch_report& watch, uint32_t per_room, bool metered);

}  // namespace confab::load
