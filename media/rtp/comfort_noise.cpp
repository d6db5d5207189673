#include "media/rtp/comfort_noise.hpp"

#include <cmath>

namespace confab::rtp {

std::optional<comfort_noise> parse_comfort_noise(std::span<const uint8_t> payload) noexcept {
  if (payload.empty() || payload[0] > 127) return std::nullopt;
  return comfort_noise{payload[0]};
}

float amplitude(comfort_noise noise) noexcept {
  return 32'767.0F * std::pow(10.0F, -static_cast<float>(noise.level) / 20.0F);
}

}  // namespace confab::rtp
