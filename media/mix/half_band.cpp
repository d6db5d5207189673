#include "media/mix/half_band.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace confab::mix {
namespace {

using past = std::array<int16_t, simd::half_band_memory>;
constexpr size_t block = simd::half_band_block;

/// The past, then room for a block. Kernels read to the end: a short block leaves zeros there.
void begin(simd::half_band_line& line, const past& before, size_t count) noexcept {
  std::memcpy(line.data(), before.data(), sizeof(before));
  if (count < block)
    std::fill(line.begin() + static_cast<std::ptrdiff_t>(before.size() + count), line.end(), int16_t{0});
}

void keep(past& after, const simd::half_band_line& line, size_t count) noexcept {
  std::memcpy(after.data(), line.data() + count, sizeof(after));
}

}  // namespace

void half_band_up::process(std::span<const int16_t> in, std::span<int16_t> out) noexcept {
  assert(out.size() == 2 * in.size());
  simd::half_band_line line;
  for (size_t done = 0; done < in.size(); done += block) {
    const size_t count = std::min(block, in.size() - done);
    begin(line, past_, count);
    std::memcpy(line.data() + past_.size(), in.data() + done, count * sizeof(int16_t));
    simd::kernels().half_band_up(line.data(), out.data() + 2 * done, count);
    keep(past_, line, count);
  }
}

void half_band_down::process(std::span<const int16_t> in, std::span<int16_t> out) noexcept {
  assert(in.size() == 2 * out.size());
  const simd::kernel_table& kernels = simd::kernels();
  simd::half_band_line even;
  simd::half_band_line odd;
  for (size_t done = 0; done < out.size(); done += block) {
    const size_t count = std::min(block, out.size() - done);
    begin(even, even_, count);
    begin(odd, odd_, count);
    kernels.part(in.data() + 2 * done, even.data() + even_.size(), odd.data() + odd_.size(), count);
    kernels.half_band_down(even.data(), odd.data(), out.data() + done, count);
    keep(even_, even, count);
    keep(odd_, odd, count);
  }
}

}  // namespace confab::mix
