#include "media/simd/kernel_tables.hpp"
#include "media/simd/kernels_body.hpp"

namespace confab::simd {

const kernel_table avx512_kernels = make_table(instruction_set::avx512);

}  // namespace confab::simd
