#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "media/mix/level.hpp"

namespace confab::mix {

/// How loud a leg's background is: the quietest frame of the last four seconds (minimum statistics, R. Martin
/// 2001; speech always has gaps in that time, steady noise has none). Digital silence is no background, it is
/// a phone that sends nothing. All levels are decibels below overload, as `level_of` has them.
class noise_floor {
 public:
  static constexpr int assumed = 70;   ///< a quiet room, until four seconds have been heard
  static constexpr int quietest = 80;  ///< below this nobody hears a difference

  void on_level(int level) noexcept {
    if (level >= silence_level) return;
    const auto heard = static_cast<uint8_t>(std::min(level, quietest));
    current_ = std::max(current_, heard);
    heard_ = std::max(heard_, heard);
    floor_ = std::max(floor_, heard);
    if (++frames_ == frames_a_part) next_part();
  }
  [[nodiscard]] int level() const noexcept { return floor_; }
  /// The same without the assumption; 0 before anything was heard.
  [[nodiscard]] int heard() const noexcept { return heard_; }

 private:
  static constexpr size_t parts = 8;
  static constexpr int frames_a_part = 25;  // half a second

  void next_part() noexcept {
    past_[next_] = current_;
    next_ = static_cast<uint8_t>((next_ + 1) % parts);
    filled_ = std::min<uint8_t>(parts, static_cast<uint8_t>(filled_ + 1));
    heard_ = *std::max_element(past_.begin(), past_.end());
    floor_ = std::max<uint8_t>(heard_, filled_ < parts ? assumed : 0);
    current_ = 0;
    frames_ = 0;
  }

  std::array<uint8_t, parts> past_{};
  uint8_t next_ = 0, filled_ = 0;
  uint8_t current_ = 0, heard_ = 0, floor_ = assumed;
  uint8_t frames_ = 0;
};

}  // namespace confab::mix
