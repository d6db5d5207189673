#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace confab::web {

enum class place : uint8_t {
  nowhere,
  style,          ///< /style.css
  script,         ///< /page.js
  icon,           ///< /icon.svg
  room,           ///< /room/TOKEN
  room_events,    ///< /room/TOKEN/events
  screen,         ///< /screen?image=TOKEN.jpg, and `&fit=0` for pixel by pixel
  screen_events,  ///< /screen/TOKEN/events
  screen_image,   ///< /screen/TOKEN.jpg
  file,           ///< /file/TOKEN/any-name
};

/// What a request asks for.
struct target {
  place where = place::nowhere;
  std::string token;  ///< of the form that `is_token` takes; empty where none is needed
  bool fit = true;
  bool operator==(const target&) const = default;
};

/// Of an origin-form (RFC 9112 §3.2.1); anything else is nowhere. Parts of the query that nobody knows are
/// passed over, because browsers are made to ask anew by them.
[[nodiscard]] target parse_target(std::string_view text);

}  // namespace confab::web
