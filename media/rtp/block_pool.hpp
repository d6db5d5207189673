#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace confab::rtp {

/// 64 blocks of 256 bytes (16 KiB), handed out in runs; one word says which are free. A 20 ms G.711 payload
/// takes one block, so the pool holds over a second of it, and a quarter second of the fattest Opus. Storage
/// is allocated when made.
class block_pool {
 public:
  static constexpr size_t block_bytes = 256;
  static constexpr size_t blocks = 64;
  static constexpr uint8_t none = 0xff;

  block_pool() : bytes_(blocks * block_bytes) {}

  [[nodiscard]] static constexpr size_t blocks_for(size_t bytes) noexcept {
    return bytes == 0 ? 1 : (bytes + block_bytes - 1) / block_bytes;
  }

  /// The first block of a run that holds `bytes`, or `none`.
  [[nodiscard]] uint8_t take(size_t bytes) noexcept {
    const size_t count = blocks_for(bytes);
    uint64_t starts = free_;  // a bit stays set where `count` free blocks follow each other
    for (size_t i = 1; i < count && starts != 0; ++i) starts &= free_ >> i;
    if (count > blocks || starts == 0) return none;
    const auto first = static_cast<uint8_t>(std::countr_zero(starts));
    free_ &= ~run(first, count);
    return first;
  }
  void give_back(uint8_t first, size_t bytes) noexcept { free_ |= run(first, blocks_for(bytes)); }
  void clear() noexcept { free_ = ~uint64_t{0}; }

  [[nodiscard]] std::span<uint8_t> at(uint8_t first, size_t bytes) noexcept {
    return std::span{bytes_}.subspan(first * block_bytes, bytes);
  }

 private:
  static constexpr uint64_t run(uint8_t first, size_t count) noexcept {
    return (count >= blocks ? ~uint64_t{0} : (uint64_t{1} << count) - 1) << first;
  }

  std::vector<uint8_t> bytes_;
  uint64_t free_ = ~uint64_t{0};
};

}  // namespace confab::rtp
