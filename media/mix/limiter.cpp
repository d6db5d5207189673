#include "media/mix/limiter.hpp"

namespace confab::mix {

void limit_loud(const wide_frame& in, frame& out) noexcept {
  constexpr float room = 32'767.0f - static_cast<float>(limiter_knee);
  for (size_t i = 0; i < in.size(); ++i) {
    const int32_t negative = in[i] >> 31;  // 0 or -1: the sign is taken off and put back without a branch
    const int32_t magnitude = (in[i] ^ negative) - negative;
    const int32_t distance = magnitude - limiter_knee;
    const int32_t above = distance & ~(distance >> 31);  // 0 below the knee
    const auto d = static_cast<float>(above);
    const int32_t limited = magnitude - above + static_cast<int32_t>(room * d / (room + d));
    out[i] = static_cast<int16_t>((limited ^ negative) - negative);
  }
}

void limit_softly(const wide_frame& in, frame& out) noexcept {
  int32_t loud = 0;
  for (size_t i = 0; i < in.size(); ++i) {
    loud |= beyond_knee(in[i]);
    out[i] = static_cast<int16_t>(in[i]);
  }
  if (loud < 0) limit_loud(in, out);
}

}  // namespace confab::mix
