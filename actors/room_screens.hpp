#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/room_web.hpp"
#include "actors/screen_files.hpp"
#include "signaling/conference/screens.hpp"

namespace confab::actors {

/// The screens of a room: takes pictures, publishes them under a token of each leg's own, and says what
/// others are to be told. Owned by one `room` actor, which calls `poll` at `deadline`.
class room_screens {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  /// `page` outlives it and has a server. `files` may be null: in memory only.
  room_screens(room_id room, room_web& page, size_t frame_bytes_most,
               std::shared_ptr<conference::frame_budget> budget, std::shared_ptr<screen_files> files)
      : room_(std::move(room)),
        page_(page),
        keeper_(frame_bytes_most, std::move(budget)),
        files_(std::move(files)) {}
  ~room_screens();
  room_screens(const room_screens&) = delete;
  room_screens& operator=(const room_screens&) = delete;

  /// What becomes of one picture. `code` is for the sender (RFC 4975 §10).
  struct verdict {
    uint16_t code = 200;
    std::string comment;
    std::string url;  ///< of a screen that was not shared before; else empty
  };
  struct sharer {
    leg_id leg;
    std::string uri;
    std::string person;  ///< for people: "Alice <alice@example.com>"
  };
  verdict take(const sharer& who, std::string_view body, clock_time now,
               std::chrono::system_clock::time_point wall);
  /// False: it did not share.
  bool leave(leg_id leg, clock_time now);
  /// Publishes the room's page with new tokens for all screens; the legs that share, and their new URLs.
  std::vector<std::pair<leg_id, std::string>> renew(clock_time now);
  /// Those who share no more.
  std::vector<leg_id> poll(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const { return keeper_.deadline(); }

 private:
  struct shown {
    std::string token;  ///< until the leg leaves, or somebody is put out of the room
    sharer who;
  };
  void list(clock_time now);
  void drop_file(leg_id leg);

  room_id room_;
  room_web& page_;
  conference::screen_keeper keeper_;
  std::shared_ptr<screen_files> files_;
  std::unordered_map<leg_id, shown> places_;
};

}  // namespace confab::actors
