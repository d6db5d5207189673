#include "media/simd/kernels.hpp"

#include "media/simd/kernel_tables.hpp"

namespace confab::simd {
namespace {

struct found {
  std::array<const kernel_table*, 3> tables{};
  size_t count = 0;
};

found look() noexcept {
  found f;
  f.tables[f.count++] = &baseline_kernels;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) {
    f.tables[f.count++] = &avx2_kernels;
    // All that -march=x86-64-v4 lets the compiler use beside AVX2.
    const bool older = __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
                       __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    if (older && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl")) {
      f.tables[f.count++] = &avx512_kernels;
    }
  }
#endif
  return f;
}

}  // namespace

std::span<const kernel_table* const> available() noexcept {
  static const found f = look();
  return std::span(f.tables).first(f.count);
}

const kernel_table& best() noexcept {
  return *available().back();
}

}  // namespace confab::simd
