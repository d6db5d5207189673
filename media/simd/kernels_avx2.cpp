#include "media/simd/kernel_tables.hpp"
#include "media/simd/kernels_body.hpp"

namespace confab::simd {

const kernel_table avx2_kernels = make_table(instruction_set::avx2);

}  // namespace confab::simd
