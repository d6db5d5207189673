#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace confab::rtp {

/// RFC 3389 §3: the static payload type, 8 kHz clock.
inline constexpr uint8_t comfort_noise_payload_type = 13;

struct comfort_noise {
  uint8_t level = 127;  ///< 0 to 127: that many dB below the overload point
};

/// The level alone; the spectrum behind it is left out. Nothing for an empty payload or a level out of range.
[[nodiscard]] std::optional<comfort_noise> parse_comfort_noise(std::span<const uint8_t> payload) noexcept;

/// The root mean square of 16-bit samples at that level.
[[nodiscard]] float amplitude(comfort_noise noise) noexcept;

}  // namespace confab::rtp
