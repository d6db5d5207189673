#include "media/mix/limiter.hpp"

#include "media/simd/kernels.hpp"

namespace confab::mix {

static_assert(limiter_knee == simd::limiter_knee && samples_per_frame == simd::frame_samples);

void limit_loud(const wide_frame& in, frame& out) noexcept {
  simd::kernels().limit(in.data(), out.data());
}

void limit_softly(const wide_frame& in, frame& out) noexcept {
  const simd::kernel_table& kernels = simd::kernels();
  if (kernels.narrow(in.data(), out.data())) kernels.limit(in.data(), out.data());
}

}  // namespace confab::mix
