#pragma once

#include <string>
#include <vector>

#include "signaling/web/room_page.hpp"

/// The HTML of pages, and of the parts that event streams renew. Everything that comes from participants is
/// escaped here and nowhere else; links are relative, so that a proxy may serve them below any path.
namespace confab::web {

/// `/room/LINK`, by its token or another link.
[[nodiscard]] std::string write_room_page(const room_page& page, const std::vector<frame_ptr>& frames,
                                          const std::string& link);
// Its parts. `frames` has the newest of each screen, or null, in their order.
[[nodiscard]] std::string write_title(const room_page& page);
[[nodiscard]] std::string write_people(const room_page& page);
[[nodiscard]] std::string write_files(const room_page& page);
[[nodiscard]] std::string write_screens(const room_page& page, const std::vector<frame_ptr>& frames);
/// The ids of those who speak, as the page's elements have them: "3 17".
[[nodiscard]] std::string write_talking(const room_page& page);

/// What `/screen?image=TOKEN.jpg` shows.
struct screen_view {
  std::string token;
  std::string sender;
  std::string room;
  frame_ptr frame;
  uint64_t age_milliseconds = 0;
  bool fit = true;
};
[[nodiscard]] std::string write_screen_page(const screen_view& view);

/// A page that says one thing, e.g. why there is no other.
[[nodiscard]] std::string write_message_page(const std::string& title, const std::string& text);

}  // namespace confab::web
