#include "media/mix/limiter.hpp"

#include <algorithm>

namespace confab::mix {
namespace {

void limit_loud(const wide_frame& in, frame& out) noexcept {
  constexpr float knee = limiter_knee;
  constexpr float room = 32'767.0f - knee;
  for (size_t i = 0; i < in.size(); ++i) {
    const auto value = static_cast<float>(in[i]);
    const float magnitude = value < 0 ? -value : value;
    const float above = magnitude > knee ? magnitude - knee : 0.0f;
    const float kept = magnitude - above;
    const float limited = kept + room * above / (room + above);
    out[i] = static_cast<int16_t>(static_cast<int32_t>(value < 0 ? -limited : limited));
  }
}

}  // namespace

void limit_softly(const wide_frame& in, frame& out) noexcept {
  int32_t highest = 0;
  int32_t lowest = 0;
  for (const int32_t value : in) {
    highest = value > highest ? value : highest;
    lowest = value < lowest ? value : lowest;
  }
  if (highest > limiter_knee || lowest < -limiter_knee) {
    limit_loud(in, out);
    return;
  }
  for (size_t i = 0; i < in.size(); ++i) out[i] = static_cast<int16_t>(in[i]);
}

}  // namespace confab::mix
