#pragma once

#include <chrono>
#include <string>
#include <unordered_map>
#include <vector>

#include "signaling/web/http_words.hpp"
#include "signaling/web/room_page.hpp"
#include "signaling/web/target.hpp"

namespace confab::web {

/// What is on the web: the rooms' pages, files and screens by their tokens, and the answer to every request
/// for them. No clock, no I/O; owned by the web thread.
class site {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  /// See `publisher`. `publish_frame` names the room whose streams have news; empty: nobody knows the screen.
  void publish(const room_page_ptr& page);
  std::string publish_frame(const std::string& screen_token, frame_ptr frame);
  void withdraw(const std::string& room_token);
  void link(const std::string& room_token, const std::string& link);
  /// Names the room, whose streams have news.
  std::string unlink(const std::string& link);
  void move(const std::string& old_token, const room_page_ptr& page, const std::vector<std::string>& links);

  /// 404 for what is not there, whoever asks and whatever the token looks like; 403 for another site's page
  /// that wants to show it as its own; 405.
  [[nodiscard]] response answer(const request& r, wall_time now) const;

  /// What a stream that has been told as much as `cursor` says is to be told now; empty: nothing. Once
  /// `cursor.over` is set the stream ends.
  [[nodiscard]] std::string news(event_cursor& cursor, wall_time now);

 private:
  struct room_entry {
    room_page_ptr page;
    uint64_t people = 1, talking = 1, files = 1, screens = 1, title = 1;  ///< versions
    std::string people_event, files_event;  ///< written once for all who watch; empty: to be written
    std::vector<std::string> links;
  };
  struct screen_entry {
    std::string room;
    std::string sender;
    frame_ptr frame;
  };
  struct file_entry {
    shared_list<page_file> list;
    size_t at = 0;
    std::string room;
  };
  /// Whom a token or a link leads to; null: nobody.
  [[nodiscard]] const room_entry* room_at(const std::string& token) const;
  void take_screens(const room_page& page);
  void take_files(const room_page& page);
  void forget(const room_page& page);
  [[nodiscard]] response room(const target& t) const;
  [[nodiscard]] response screen(const target& t, wall_time now) const;
  [[nodiscard]] response screen_image(const target& t, const request& r) const;
  [[nodiscard]] response file(const target& t, const request& r) const;
  [[nodiscard]] response stream(const target& t) const;
  [[nodiscard]] std::vector<frame_ptr> frames_of(const room_page& page) const;
  [[nodiscard]] std::string last_news(event_cursor& cursor) const;
  [[nodiscard]] std::string screen_news(event_cursor& cursor, wall_time now) const;
  [[nodiscard]] std::string room_news(room_entry& room, event_cursor& cursor) const;
  [[nodiscard]] std::string frame_news(const room_page& page, event_cursor& cursor) const;

  std::unordered_map<std::string, room_entry> rooms_;
  std::unordered_map<std::string, std::string> links_;  ///< link → token of its room
  std::unordered_map<std::string, screen_entry> screens_;
  std::unordered_map<std::string, file_entry> files_;
};

/// A refusal as a page, with the headers that every response has.
[[nodiscard]] response refusal(uint16_t status, const std::string& why);
/// RFC 9110 §15.
[[nodiscard]] std::string_view reason_of(uint16_t status) noexcept;

}  // namespace confab::web
