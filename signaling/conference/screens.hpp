#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "config/ids.hpp"
#include "config/result.hpp"
#include "signaling/web/room_page.hpp"

/// Whose screen is shared, and its newest picture (`com.ag-projects.screen-sharing`).
namespace confab::conference {

/// The wrapped type of a picture of a screen.
inline constexpr std::string_view screen_type = "application/blink-screensharing";
/// The word for it in `a=chatroom`.
inline constexpr std::string_view screen_sharing_word = "com.ag-projects.screen-sharing";

/// How many bytes of pictures the process may hold. The one thing that rooms share here: a counter without a
/// lock, given back to by each picture when its last reader lets go of it, on whatever thread.
class frame_budget {
 public:
  explicit frame_budget(size_t most) : left_(most) {}
  [[nodiscard]] bool take(size_t bytes) noexcept;
  void give_back(size_t bytes) noexcept { left_ += bytes; }

 private:
  std::atomic<size_t> left_;
};

/// The JPEG that a message holds: as it is, or as base64 with line ends wherever they are. Checked by
/// `web::read_jpeg_head`. `too_large` past `most` bytes; `malformed` and `unsupported` when it is no such
/// JPEG.
result<web::screen_frame> read_screen(std::string_view body, size_t most);

/// Keeps the newest picture of each leg that shares. Time is an argument; owned by one room.
class screen_keeper {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  screen_keeper(size_t frame_bytes_most, std::shared_ptr<frame_budget> budget)
      : frame_bytes_most_(frame_bytes_most), budget_(std::move(budget)) {}

  struct taken {
    web::frame_ptr frame;
    bool first = false;  ///< it did not share before
  };
  /// Newest wins. Refuses what `read_screen` does; `exhausted` past `limits::screens_per_room` and the
  /// budget.
  result<taken> take(leg_id leg, std::string_view body, clock_time now,
                     std::chrono::system_clock::time_point wall);
  /// True: it shared.
  bool forget(leg_id leg);
  /// Who sent nothing for `limits::screen_quiet` and does not share any more.
  std::vector<leg_id> poll(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const;

  [[nodiscard]] bool shares(leg_id leg) const;
  /// Null: it does not share.
  [[nodiscard]] web::frame_ptr newest(leg_id leg) const;
  /// In the order they began.
  [[nodiscard]] std::vector<leg_id> legs() const;

 private:
  struct screen {
    leg_id leg;
    web::frame_ptr frame;
    clock_time since;  ///< the newest frame came
  };
  [[nodiscard]] std::vector<screen>::iterator find(leg_id leg);

  size_t frame_bytes_most_;
  std::shared_ptr<frame_budget> budget_;
  std::vector<screen> screens_;
  uint64_t frames_ = 0;  ///< numbers grow over pauses, so that nobody takes an old picture for the new one
};

}  // namespace confab::conference
