#include "media/mix/noise_source.hpp"

#include <algorithm>
#include <cmath>

namespace confab::mix {
namespace {

constexpr float fade_seconds = 0.02F;

}  // namespace

void noise_source::play(const rtp::comfort_noise& noise) noexcept {
  shape_ = noise;
  // An all-pole lattice gains 1 / product(1 - k²) in power (RFC 3389 gives the level of what comes out of
  // it).
  float power = 1;
  for (size_t i = 0; i < noise.order; ++i) power *= 1 - noise.reflection[i] * noise.reflection[i];
  wanted_gain_ = rtp::amplitude(noise) * std::sqrt(power);
}

/// White of unit power: uniform over ±√3.
float noise_source::next() noexcept {
  random_ = random_ * 1'664'525U + 1'013'904'223U;
  constexpr float scale = 1.7320508F / 2'147'483'648.0F;
  float forward = static_cast<float>(static_cast<int32_t>(random_)) * scale;
  for (size_t i = shape_.order; i-- > 0;) {
    forward -= shape_.reflection[i] * backward_[i];
    if (i + 1 < shape_.order) backward_[i + 1] = backward_[i] + shape_.reflection[i] * forward;
  }
  backward_[0] = forward;
  return forward;
}

void noise_source::add_to(std::span<int16_t> samples, uint32_t rate) noexcept {
  if (!audible()) return;
  const float furthest = std::max(gain_, wanted_gain_);
  const float step = std::max(furthest, 1e-3F) / (fade_seconds * static_cast<float>(rate));
  for (int16_t& sample : samples) {
    gain_ =
        gain_ < wanted_gain_ ? std::min(gain_ + step, wanted_gain_) : std::max(gain_ - step, wanted_gain_);
    const float sum = static_cast<float>(sample) + next() * gain_;
    sample = static_cast<int16_t>(std::lrintf(std::clamp(sum, -32'768.0F, 32'767.0F)));
  }
}

}  // namespace confab::mix
