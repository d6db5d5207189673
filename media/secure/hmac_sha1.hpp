#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace confab::secure {

inline constexpr size_t sha1_bytes = 20;

/// HMAC-SHA1 (RFC 2104) under one key. Keeps the two hash states after the padded key instead of the key:
/// 40 bytes, two compressions saved for each packet, and no allocation. Wiped when it goes.
class hmac_sha1 {
 public:
  /// Key of at most 64 bytes.
  explicit hmac_sha1(std::span<const uint8_t> key) noexcept;
  hmac_sha1(const hmac_sha1&) = delete;
  hmac_sha1& operator=(const hmac_sha1&) = delete;
  ~hmac_sha1();

  /// Of `message` and `suffix` one after the other.
  [[nodiscard]] std::array<uint8_t, sha1_bytes> sign(std::span<const uint8_t> message,
                                                     std::span<const uint8_t> suffix) const noexcept;

 private:
  using midstate = std::array<uint32_t, 5>;
  midstate inner_;
  midstate outer_;
};

}  // namespace confab::secure
