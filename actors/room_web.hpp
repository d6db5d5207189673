#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "signaling/web/publisher.hpp"
#include "signaling/web/room_page.hpp"

namespace confab::actors {

/// A room's page on the web: takes what changes, and publishes what `gathering` brings together as one.
/// Without a web server nothing is published and there are no URLs. Owned by one `room` actor, which calls
/// `poll` at `deadline`.
class room_web {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds gathering{200};

  /// Everybody who is in, in the order they came.
  using people_source = std::function<std::vector<web::page_person>()>;

  /// `web` may be null: no web server.
  room_web(const room_id& room, web::publisher* web, people_source people);

  /// URL of the room's page that all participants may be told; empty: there is none.
  [[nodiscard]] std::string url() const;
  /// The participant's own, which stays when others are put out (decision 034); made when it is asked for
  /// first. Leads there at once. Empty: there is none.
  [[nodiscard]] std::string url_of(leg_id leg);
  [[nodiscard]] bool has_link(leg_id leg) const { return links_.contains(leg); }
  /// The participant has left: its link leads on until somebody is put out, or
  /// `limits::page_links_of_departed` have left after it.
  void depart(leg_id leg);
  [[nodiscard]] web::publisher* server() const noexcept { return web_; }

  void set_title(const std::string& title, clock_time now);
  /// Somebody came, went or changed: `people` is asked for when that is published.
  void people_changed(clock_time now);
  void set_talking(leg_id leg, bool talking, clock_time now);
  /// All files of the room, those under way included. Tokens come from `server()->new_token()`.
  void set_files(std::vector<web::page_file> files, clock_time now);
  void set_screens(std::vector<web::page_screen> screens, clock_time now);

  /// Publishes what is due.
  void poll(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const noexcept { return due_; }
  /// Under a new token: who knew the old one opens nothing by it any more, nor by a link but of those who
  /// stay. `flush` makes it so.
  void renew(const std::function<bool(leg_id)>& stays);
  /// At once, because a URL is about to be told.
  void flush();
  /// The room is over.
  void end();

 private:
  void changed(clock_time now);

  web::publisher* web_;
  people_source people_;
  bool people_changed_ = false;
  web::room_page page_;
  std::string replaced_;                           ///< token that is published still; empty: that of `page_`
  std::unordered_map<leg_id, std::string> links_;  ///< of those who are there
  std::deque<std::string> departed_;               ///< of those who left, the first first
  std::optional<clock_time> due_;
};

}  // namespace confab::actors
