#include "media/codec/g722/kernels.hpp"

#include <array>
#include <atomic>

namespace confab::codec::g722 {
namespace {

struct found_kernels {
  std::array<const kernel*, 4> list{};
  size_t count = 0;

  found_kernels() noexcept {
    add(portable_kernel);
#if defined(__x86_64__)
    add(sse2_kernel);
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) {
      add(avx2_kernel);
      if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512vl")) {
        add(avx512_kernel);
      }
    }
#endif
  }
  void add(const kernel& k) noexcept {
    list[count++] = &k;
  }
};

const found_kernels& found() noexcept {
  static const found_kernels once;
  return once;
}

std::atomic<const kernel*> forced{nullptr};

}  // namespace

std::span<const kernel* const> kernels() noexcept {
  return std::span(found().list).first(found().count);
}

const kernel& kernel_for(size_t legs) noexcept {
  const kernel* const only = forced.load(std::memory_order_relaxed);
  if (only != nullptr) return *only;
  const auto all = kernels();
  const kernel* best = all.back();
  // A narrower vector of the same processor costs less than one with idle lanes. SSE2 is left out beside
  // AVX2: it has no shuffles to look tables up with, so that eight of its lanes cost more than sixteen.
  for (size_t i = all.size(); i-- > 0;) {
    if (all[i]->lanes < legs || (all[i]->lanes < 16 && all.back()->lanes >= 16)) break;
    best = all[i];
  }
  if (best == all.front() && all.size() > 1) best = all[1];  // portable only where there is nothing else
  return *best;
}

bool use_kernel(std::string_view name) noexcept {
  if (name.empty()) {
    forced.store(nullptr, std::memory_order_relaxed);
    return true;
  }
  for (const kernel* const k : kernels()) {
    if (name != k->name) continue;
    forced.store(k, std::memory_order_relaxed);
    return true;
  }
  return false;
}

}  // namespace confab::codec::g722
