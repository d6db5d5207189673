#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace confab::rtp {

/// RFC 3389 §3: the static payload type, 8 kHz clock.
inline constexpr uint8_t comfort_noise_payload_type = 13;

struct comfort_noise {
  static constexpr size_t most_order = 10;  ///< RFC 3389 §3 lets a decoder take fewer than it is given

  uint8_t level = 127;                         ///< 0 to 127: that many dB below the overload point
  uint8_t order = 0;                           ///< of the model; 0: white noise
  std::array<float, most_order> reflection{};  ///< each between -1 and 1
};

/// Nothing for an empty payload or a level out of range.
[[nodiscard]] std::optional<comfort_noise> parse_comfort_noise(std::span<const uint8_t> payload) noexcept;

/// The root mean square of 16-bit samples at that level.
[[nodiscard]] float amplitude(const comfort_noise& noise) noexcept;

}  // namespace confab::rtp
