#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "media/stream_settings.hpp"

namespace confab::secure {

/// Session keys of one direction for RTP or for RTCP. Wiped when they go.
struct session_keys {
  static constexpr size_t salt_room = 14;

  std::array<uint8_t, 32> encryption{};
  size_t encryption_bytes = 0;               ///< 16 or 32
  std::array<uint8_t, 20> authentication{};  ///< zero for GCM, which needs none
  std::array<uint8_t, salt_room> salt{};     ///< 14 bytes; 12 and two zeros for GCM

  session_keys() = default;
  session_keys(const session_keys&) = default;
  session_keys& operator=(const session_keys&) = default;
  ~session_keys();
  [[nodiscard]] std::span<const uint8_t> encryption_key() const noexcept {
    return std::span{encryption}.first(encryption_bytes);
  }
};

struct direction_keys {
  session_keys rtp, rtcp;
};

/// RFC 3711 §4.3 with a key derivation rate of zero, RFC 6188 §2, RFC 7714 §11. `master` is key then salt, of
/// `key_and_salt_bytes(suite)`. Nothing when OpenSSL has no AES to offer. Pure.
[[nodiscard]] std::optional<direction_keys> derive_keys(media::srtp_suite suite,
                                                        std::span<const uint8_t> master);

}  // namespace confab::secure
