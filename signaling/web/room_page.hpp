#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/ids.hpp"

/// What a room shows on the web, as immutable parts: a room makes new ones where something changed, and the
/// web thread shares the rest. All texts are data: names may hold anything, and the pages escape them.
namespace confab::web {

/// One leg in the room.
struct page_person {
  leg_id leg;
  std::string name;       ///< nickname or display name, may be empty
  std::string uri;        ///< as documents name it: "sip:alice@example.com"
  bool verified = false;  ///< somebody vouches for `uri`
  bool moderator = false;
  bool muted = false;
  bool on_hold = false;
  bool has_audio = false;
  bool has_chat = false;
  bool operator==(const page_person&) const = default;
};

/// One file of the room. `token` opens it; only files with status `OK` can be downloaded.
struct page_file {
  std::string token;  ///< of `publisher::new_token`; empty: it cannot be downloaded (yet)
  std::string name;   ///< as the sender called it
  std::string type;   ///< MIME type as the sender says, e.g. "application/pdf"; never trusted
  uint64_t size_bytes = 0;
  std::string hash;    ///< `sha-1:49:AD:…`
  std::string sender;  ///< for people: "Alice <alice@example.com>"
  std::string status;  ///< `OK`, `failed`, or how far it is
  std::string path;    ///< on disk; not shown
  bool operator==(const page_file&) const = default;
};

/// One participant's screen; its newest frame comes by `publisher::publish_frame`.
struct page_screen {
  std::string token;
  std::string sender;  ///< for people: "Alice <alice@example.com>"
  bool operator==(const page_screen&) const = default;
};

/// A picture of a screen.
struct screen_frame {
  std::string jpeg;  ///< checked: `read_jpeg_head` has taken it
  uint16_t width = 0;
  uint16_t height = 0;
  std::chrono::system_clock::time_point taken{};  ///< when it came
  uint64_t number = 0;                            ///< grows by one with each frame of its screen
};
using frame_ptr = std::shared_ptr<const screen_frame>;

template <class T>
using shared_list = std::shared_ptr<const std::vector<T>>;

/// A room's page. Its parts are never null.
struct room_page {
  std::string token;  ///< of `publisher::new_token`, until somebody is put out of the room; its other links
                      ///< come by `publisher::link`
  std::string room;   ///< user@domain
  std::string title;  ///< the subject; may be empty
  shared_list<page_person> people = std::make_shared<const std::vector<page_person>>();
  shared_list<leg_id> talking = std::make_shared<const std::vector<leg_id>>();
  shared_list<page_file> files = std::make_shared<const std::vector<page_file>>();
  shared_list<page_screen> screens = std::make_shared<const std::vector<page_screen>>();
};
using room_page_ptr = std::shared_ptr<const room_page>;

}  // namespace confab::web
