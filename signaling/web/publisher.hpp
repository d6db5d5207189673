#pragma once

#include <string>
#include <vector>

#include "signaling/web/room_page.hpp"

namespace confab::web {

/// How rooms put themselves on the web. Every call may come from any thread and returns at once; what is
/// published reaches the web thread in the order it was, and that thread alone writes the tables pages are
/// served from. Outlives every actor.
class publisher {
 public:
  virtual ~publisher() = default;

  /// The room as it is now, in the place of what was published under its token. Files and screens that it
  /// does not list any more cannot be opened any more.
  virtual void publish(room_page_ptr page) = 0;
  /// The newest picture of a screen that `publish` has named; the one before is dropped.
  virtual void publish_frame(const std::string& screen_token, frame_ptr frame) = 0;
  /// `link` leads to the room's page too, until `unlink`, a `move` that does not name it, or the room's end.
  virtual void link(const std::string& room_token, const std::string& link) = 0;
  virtual void unlink(const std::string& link) = 0;
  /// The same under a new token: what was published under `old_token` cannot be opened any more, but for the
  /// page by `links`. Who follows it by another is told that it is over, by one of these what is new; and
  /// downloads of its files that run are broken off. Pictures are published anew.
  virtual void move(const std::string& old_token, room_page_ptr page, std::vector<std::string> links) = 0;
  /// The room is over: its page, files and screens are gone.
  virtual void withdraw(const std::string& room_token) = 0;

  /// 192 random bits: who has one was told.
  [[nodiscard]] virtual std::string new_token() const = 0;
  /// Where participants find what a token stands for, by `web.public-url`.
  [[nodiscard]] virtual std::string room_url(const std::string& token) const = 0;
  [[nodiscard]] virtual std::string screen_url(const std::string& token) const = 0;
  [[nodiscard]] virtual std::string file_url(const std::string& token, const std::string& name) const = 0;
};

}  // namespace confab::web
