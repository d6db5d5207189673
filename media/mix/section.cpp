#include "media/mix/section.hpp"

#include "media/mix/limiter.hpp"

// Plain loops over arrays of constant size: -O3 turns them into vector code (3.5 µs for 100 legs, against 27
// µs scalar).

namespace confab::mix {
namespace {

void add(wide_frame& to, const frame& what) noexcept {
  for (size_t i = 0; i < to.size(); ++i) to[i] += what[i];
}

void add(wide_frame& to, const wide_frame& what) noexcept {
  for (size_t i = 0; i < to.size(); ++i) to[i] += what[i];
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

/// The common case, a talker without a prompt, in one pass over memory; a second one only when it is loud.
void write_talker_mix(const wide_frame& total, const mix_leg& leg) noexcept {
  const frame& in = *leg.in;
  frame mixed;
  int32_t loud = 0;
  for (size_t i = 0; i < total.size(); ++i) {
    const int32_t value = total[i] - in[i];
    loud |= beyond_knee(value);
    mixed[i] = static_cast<int16_t>(value);
  }
  if (loud < 0) {
    write_own_mix(total, leg);
  } else {
    *leg.out = mixed;
  }
}

}  // namespace

void section::sum(std::span<const mix_leg> legs) {
  sum_.fill(0);
  for (const mix_leg& leg : legs) {
    if (leg.in != nullptr) add(sum_, *leg.in);
  }
}

void section::mix(std::span<const mix_leg> legs, const wide_frame* others, const frame* everyone) {
  wide_frame total = sum_;
  if (others != nullptr) add(total, *others);
  if (everyone != nullptr) add(total, *everyone);

  // All who contribute nothing and have no prompt hear the same: limited once, then copied.
  const frame* shared = nullptr;
  for (const mix_leg& leg : legs) {
    if (leg.out == nullptr) continue;
    if (leg.overlay != nullptr) {
      write_own_mix(total, leg);
    } else if (leg.in != nullptr) {
      write_talker_mix(total, leg);
    } else if (shared != nullptr) {
      *leg.out = *shared;
    } else {
      limit_softly(total, *leg.out);
      shared = leg.out;
    }
  }
}

}  // namespace confab::mix
