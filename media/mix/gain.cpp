#include "media/mix/gain.hpp"

#include <algorithm>

#include "media/mix/limiter.hpp"

// Plain loops over arrays of constant size, for the vectoriser.

namespace confab::mix {

void apply_gain(frame& samples, float from, float to, size_t ramp) noexcept {
  const auto length = static_cast<float>(ramp);
  const float step = (to - from) / length;
  wide_frame scaled;
  for (size_t i = 0; i < samples.size(); ++i) {
    const float along = std::min(static_cast<float>(static_cast<int>(i) + 1), length);
    scaled[i] = static_cast<int32_t>(static_cast<float>(samples[i]) * (from + step * along));
  }
  // Only a gain above 1 can take a sample past the knee that the phone did not put there itself.
  if (std::max(from, to) > 1) {
    limit_softly(scaled, samples);
    return;
  }
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<int16_t>(scaled[i]);
}

}  // namespace confab::mix
