#pragma once

#include <cstdint>

namespace confab::secure {

/// RFC 3711 §3.3.2: which of the last 128 indices were seen (the RFC asks for at least 64). Plain data: one
/// for RTP and one for RTCP of each source.
class replay_window {
 public:
  static constexpr uint64_t packets = 128;

  /// Neither seen nor older than the window. Ask before authenticating, `add` after.
  [[nodiscard]] bool is_new(uint64_t index) const noexcept {
    if (index > highest_) return true;
    const uint64_t age = highest_ - index;
    return age < packets && (bit(age) & (age < 64 ? recent_ : older_)) == 0;
  }

  void add(uint64_t index) noexcept {
    if (index > highest_) {
      shift(index - highest_);
      highest_ = index;
    }
    const uint64_t age = highest_ - index;
    (age < 64 ? recent_ : older_) |= bit(age);
  }

  [[nodiscard]] uint64_t highest() const noexcept { return highest_; }

 private:
  static constexpr uint64_t bit(uint64_t age) noexcept { return uint64_t{1} << (age & 63); }

  void shift(uint64_t by) noexcept {
    if (by >= packets) {
      recent_ = older_ = 0;
    } else if (by >= 64) {
      older_ = recent_ << (by - 64);
      recent_ = 0;
    } else {  // 1–63
      older_ = older_ << by | recent_ >> (64 - by);
      recent_ <<= by;
    }
  }

  uint64_t highest_ = 0;
  uint64_t recent_ = 0;  ///< bit n: `highest_ - n` was seen
  uint64_t older_ = 0;   ///< bit n: `highest_ - 64 - n` was seen
};

}  // namespace confab::secure
