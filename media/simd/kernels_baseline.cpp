#include "media/simd/kernel_tables.hpp"
#include "media/simd/kernels_body.hpp"

namespace confab::simd {

const kernel_table baseline_kernels = make_table(instruction_set::baseline);

}  // namespace confab::simd
