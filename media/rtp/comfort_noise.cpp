#include "media/rtp/comfort_noise.hpp"

#include <algorithm>
#include <cmath>

namespace confab::rtp {

std::optional<comfort_noise> parse_comfort_noise(std::span<const uint8_t> payload) noexcept {
  if (payload.empty() || payload[0] > 127) return std::nullopt;
  comfort_noise noise;
  noise.level = payload[0];
  noise.order = static_cast<uint8_t>(std::min(payload.size() - 1, comfort_noise::most_order));
  for (size_t i = 0; i < noise.order; ++i) {
    // RFC 3389 §3.2: k = 258 (N - 127) / 32768. 255 would be 1.008, a filter that does not die away.
    const float k = 258.0F * static_cast<float>(int{payload[1 + i]} - 127) / 32'768.0F;
    noise.reflection[i] = std::clamp(k, -0.99F, 0.99F);
  }
  return noise;
}

float amplitude(const comfort_noise& noise) noexcept {
  return 32'767.0F * std::pow(10.0F, -static_cast<float>(noise.level) / 20.0F);
}

}  // namespace confab::rtp
