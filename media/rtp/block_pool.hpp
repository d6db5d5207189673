#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "config/limits.hpp"

namespace confab::rtp {

/// At most 64 blocks of equal size, handed out in runs; one word says which are free. Made for a number of
/// bytes: 20 ms of G.711 take two blocks of 80, a fat Opus packet as many as it needs. Never smaller than two
/// of the longest packets. Storage is allocated when made.
class block_pool {
 public:
  static constexpr size_t most_blocks = 64;
  static constexpr size_t smallest_block = 80;  ///< 10 ms of G.711 or G.722
  static constexpr uint8_t none = 0xff;

  explicit block_pool(size_t bytes)
      : block_bytes_(std::max(smallest_block, (wanted(bytes) / most_blocks + 15) / 16 * 16)),
        blocks_(std::min(most_blocks, (wanted(bytes) + block_bytes_ - 1) / block_bytes_)),
        bytes_(blocks_ * block_bytes_),
        free_(all()) {}

  [[nodiscard]] size_t blocks_for(size_t bytes) const noexcept {
    return bytes == 0 ? 1 : (bytes + block_bytes_ - 1) / block_bytes_;
  }

  /// The first block of a run that holds `bytes`, or `none`.
  [[nodiscard]] uint8_t take(size_t bytes) noexcept {
    const size_t count = blocks_for(bytes);
    uint64_t starts = free_;  // a bit stays set where `count` free blocks follow each other
    for (size_t i = 1; i < count && starts != 0; ++i) starts &= free_ >> i;
    if (count > blocks_ || starts == 0) return none;
    const auto first = static_cast<uint8_t>(std::countr_zero(starts));
    free_ &= ~run(first, count);
    return first;
  }
  void give_back(uint8_t first, size_t bytes) noexcept { free_ |= run(first, blocks_for(bytes)); }
  void clear() noexcept { free_ = all(); }

  [[nodiscard]] std::span<uint8_t> at(uint8_t first, size_t bytes) noexcept {
    return std::span{bytes_}.subspan(first * block_bytes_, bytes);
  }
  [[nodiscard]] size_t capacity() const noexcept { return bytes_.size(); }

 private:
  static constexpr size_t wanted(size_t bytes) noexcept {
    return std::max(bytes, 2 * limits::rtp_packet_bytes);
  }
  static constexpr uint64_t run(uint8_t first, size_t count) noexcept {
    return (count >= most_blocks ? ~uint64_t{0} : (uint64_t{1} << count) - 1) << first;
  }
  [[nodiscard]] uint64_t all() const noexcept { return run(0, blocks_); }

  size_t block_bytes_;
  size_t blocks_;
  std::vector<uint8_t> bytes_;
  uint64_t free_;
};

}  // namespace confab::rtp
