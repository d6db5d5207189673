#include "media/mix/section.hpp"

#include "media/mix/limiter.hpp"
#include "media/simd/kernels.hpp"

namespace confab::mix {
namespace {

constexpr size_t added_at_once = 8;  // what simd's `accumulate` likes best

void add(wide_frame& to, const frame& what) noexcept {
  const int16_t* const one = what.data();
  simd::kernels().accumulate(to.data(), &one, 1);
}

void add(wide_frame& to, const wide_frame& what) noexcept {
  for (size_t i = 0; i < to.size(); ++i) to[i] += what[i];
}

/// What the leg gave itself, plus its overlay.
void write_echo(const mix_leg& leg) noexcept {
  wide_frame own{};
  if (leg.in != nullptr) add(own, *leg.in);
  if (leg.overlay != nullptr) add(own, *leg.overlay);
  limit_softly(own, *leg.out);
}

/// `total` without what the leg gave itself, plus its overlay.
void write_own_mix(const wide_frame& total, const mix_leg& leg) noexcept {
  wide_frame own;
  if (leg.in != nullptr) {
    const frame& in = *leg.in;
    for (size_t i = 0; i < own.size(); ++i) own[i] = total[i] - in[i];
  } else {
    own = total;
  }
  if (leg.overlay != nullptr) add(own, *leg.overlay);
  limit_softly(own, *leg.out);
}

}  // namespace

void section::sum(std::span<const mix_leg> legs) {
  sum_.fill(0);
  const simd::kernel_table& kernels = simd::kernels();
  const int16_t* inputs[added_at_once];
  size_t count = 0;
  for (const mix_leg& leg : legs) {
    if (leg.in == nullptr || leg.echo) continue;
    inputs[count++] = leg.in->data();
    if (count == added_at_once) {
      kernels.accumulate(sum_.data(), inputs, count);
      count = 0;
    }
  }
  kernels.accumulate(sum_.data(), inputs, count);
}

void section::mix(std::span<const mix_leg> legs, const wide_frame* others, const frame* everyone) {
  wide_frame total = sum_;
  if (others != nullptr) add(total, *others);
  if (everyone != nullptr) add(total, *everyone);

  const simd::kernel_table& kernels = simd::kernels();
  frame near;
  frame beyond;
  kernels.split(total.data(), near.data(), beyond.data());

  // All who contribute nothing and have no prompt hear the same: limited once, then copied.
  const frame* shared = nullptr;
  for (const mix_leg& leg : legs) {
    if (leg.out == nullptr) continue;
    if (leg.echo) {
      write_echo(leg);
    } else if (leg.overlay != nullptr) {
      write_own_mix(total, leg);
    } else if (leg.in != nullptr) {
      // The common case, a talker without a prompt: one pass in 16 bits, another only where it is loud.
      if (kernels.without_own(near.data(), beyond.data(), leg.in->data(), leg.out->data())) {
        write_own_mix(total, leg);
      }
    } else if (shared != nullptr) {
      *leg.out = *shared;
    } else {
      limit_softly(total, *leg.out);
      shared = leg.out;
    }
  }
}

}  // namespace confab::mix
