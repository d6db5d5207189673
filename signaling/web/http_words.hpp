#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "signaling/web/room_page.hpp"

/// Requests and responses as values: what parses and sends them, and what answers them, meet here.
namespace confab::web {

/// What of a request counts here (RFC 9110). Absent headers are empty.
struct request {
  enum class verb : uint8_t { get, head, other };
  verb method = verb::get;
  std::string target;
  std::string if_none_match;
  std::string range;
  std::string if_range;
  std::string fetch_site;  ///< Sec-Fetch-Site: who makes a browser ask
  std::string fetch_mode;
  bool keep_alive = true;  ///< the connection goes on after the response
};

/// A stretch of a file, sent piece by piece. The file must have `size_bytes`, else nothing of it is sent.
struct file_piece {
  std::string path;
  uint64_t size_bytes = 0;
  uint64_t first = 0;
  uint64_t count = 0;
  bool operator==(const file_piece&) const = default;
};

/// How far a reader of an event stream has been told.
struct event_cursor {
  std::string room;    ///< token, as it was when it was told last
  std::string link;    ///< by which the room's page was opened; empty: by the room's token
  std::string screen;  ///< token; empty: the stream of the room's page
  uint64_t people = 0, talking = 0, files = 0, screens = 0, title = 0;  ///< versions of these parts
  std::vector<std::pair<std::string, uint64_t>> frames = {};            ///< of each screen, the newest told
  bool moved = false;                                                   ///< the room has another token
  bool gone = false;  ///< told that the screen is not shared
  bool over = false;  ///< told that the room has ended
};

/// What is sent behind the headers. An event stream goes on until the room ends.
using body = std::variant<std::string, frame_ptr, file_piece, event_cursor>;

struct response {
  uint16_t status = 200;
  std::vector<std::pair<std::string, std::string>> headers = {};  ///< without length, date and Connection
  body content = {};
  std::string room = {};  ///< token of the room whose file it is; else empty
};

}  // namespace confab::web
