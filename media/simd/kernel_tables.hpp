#pragma once

#include "media/simd/kernels.hpp"

// Inside of this folder.

namespace confab::simd {

extern const kernel_table baseline_kernels;
extern const kernel_table avx2_kernels;
extern const kernel_table avx512_kernels;

}  // namespace confab::simd
