#pragma once

#include "media/codec/g722/kernels.hpp"
#include "media/codec/g722/tables.hpp"
#include "media/codec/g722/transpose.hpp"

/// The arithmetic of one sub-band, written once. `L` has what one instruction set does with 16-bit lanes:
/// `vec`, `mask`, `signs` and functions on them (`portable.cpp` says in plain code what each does). In an
/// unnamed namespace, because every kernel compiles it with its own instruction set. Block names are those of
/// ITU-T G.722.
namespace confab::codec::g722 {
namespace {

/// Samples of one call are worked on in pieces of so many pairs, so that all lies on the stack and in the
/// first cache.
constexpr size_t piece = 96;

/// A sub-band's state with the history of differences laid out in time: nothing has to be moved a place
/// further with every sample.
template <class L>
struct band_run {
  using vec = typename L::vec;

  explicit band_run(band<vec>& state) : b(state) {
    for (size_t i = 0; i < 6; ++i) {
      history[5 - i] = state.differences[i];
      signs[5 - i] = L::sign_of(state.differences[i]);
    }
  }
  /// After `count` samples.
  void finish(size_t count) {
    for (size_t i = 0; i < 6; ++i) b.differences[i] = history[count + 5 - i];
  }

  band<vec>& b;
  vec history[6 + piece];
  typename L::signs signs[6 + piece];
};

/// LOGSCL and SCALEL, LOGSCH and SCALEH.
template <class L>
inline void adapt_scale(band<typename L::vec>& b, typename L::vec weight, int16_t limit, int16_t offset) {
  // 127 / 128 as the upper half of a product: 65,024 is 127 * 512, and an unsigned 16-bit number.
  const auto leaked = L::mulhu(b.log_scale, L::splat(static_cast<int16_t>(65'024 - 65'536)));
  b.log_scale = L::min(L::max(L::add(leaked, weight), L::splat(0)), L::splat(limit));
  b.scale = L::scale_at(L::add(L::template srl<6>(b.log_scale), L::splat(offset)));
}

/// UPPOL2, UPPOL1, LIMIT and FILTEP: what the poles say of the next sample.
template <class L>
inline typename L::vec predict_by_poles(band<typename L::vec>& b, typename L::vec difference) {
  using vec = typename L::vec;
  const vec reconstructed = L::adds(b.prediction, difference);  // RECONS
  const vec partial = L::adds(b.zero_prediction, difference);   // PARREC
  const auto differs = L::differ(partial, b.partial[0]);
  const auto differs_before = L::differ(partial, b.partial[1]);
  b.partial[1] = b.partial[0];
  b.partial[0] = partial;

  const vec twice = L::adds(b.pole[0], b.pole[0]);
  const vec four_times = L::adds(twice, twice);
  const vec turned = L::select(differs, four_times, L::subs(L::splat(0), four_times));
  // 32,512 / 32,768 rounded down is the value plus the upper half of -512 times it; below likewise 32,640.
  vec second = L::add(b.pole[1], L::mulhi(b.pole[1], L::splat(-512)));
  second = L::add(second, L::select(differs_before, L::splat(-128), L::splat(128)));
  second = L::add(second, L::template sra<7>(turned));
  second = L::max(L::min(second, L::splat(12'288)), L::splat(-12'288));

  vec first = L::add(b.pole[0], L::mulhi(b.pole[0], L::splat(-256)));
  first = L::add(first, L::select(differs, L::splat(-192), L::splat(192)));
  const vec most = L::sub(L::splat(15'360), second);
  first = L::max(L::min(first, most), L::sub(L::splat(0), most));
  b.pole[0] = first;
  b.pole[1] = second;

  const vec doubled = L::adds(reconstructed, reconstructed);
  const vec older = L::mulhi(L::add(second, second), b.doubled);
  b.doubled = doubled;
  return L::adds(L::fraction(first, doubled), older);
}

/// UPZERO, one coefficient.
template <class L>
inline typename L::vec adapt_zero(typename L::vec zero, typename L::vec step, typename L::signs sign) {
  const auto leak = L::mulhi(zero, L::splat(-256));
  return L::add(L::add(zero, leak), L::apply(sign, step));
}

/// UPZERO, FILTEZ and PREDIC in the low band. A difference is at most 10,228, so that half of a product, its
/// upper 16 bits, is too, and three of them still fit a lane; of the whole sum only the outermost steps
/// saturate.
template <class L>
inline void predict_low(band_run<L>& run, size_t at, typename L::vec difference) {
  using vec = typename L::vec;
  band<vec>& b = run.b;
  const vec by_poles = predict_by_poles<L>(b, difference);
  const vec step = L::step_of(difference);
  run.history[at + 6] = L::add(difference, difference);
  run.signs[at + 6] = L::sign_of(difference);
  vec halves[2] = {L::splat(0), L::splat(0)};
  vec odd = L::splat(0);
  for (size_t i = 0; i < 6; ++i) {
    b.zero[i] = adapt_zero<L>(b.zero[i], step, run.signs[at + 5 - i]);
    const vec delayed = run.history[at + 6 - i];
    halves[i / 3] = L::add(halves[i / 3], L::mulhi(b.zero[i], delayed));
    odd = L::add(odd, L::template srl<15>(L::mullo(b.zero[i], delayed)));
  }
  const vec half = L::adds(halves[0], halves[1]);
  b.zero_prediction = L::adds(half, L::adds(half, odd));
  b.prediction = L::adds(by_poles, b.zero_prediction);
}

/// The same in the high band, where a difference is at most 3,704: four times it fits a lane, so that the
/// upper half of one product is all.
template <class L>
inline void predict_high(band_run<L>& run, size_t at, typename L::vec difference) {
  using vec = typename L::vec;
  band<vec>& b = run.b;
  const vec by_poles = predict_by_poles<L>(b, difference);
  const vec step = L::step_of(difference);
  run.history[at + 6] = L::template sll<2>(difference);
  run.signs[at + 6] = L::sign_of(difference);
  vec sums[2] = {L::splat(0), L::splat(0)};
  for (size_t i = 0; i < 6; ++i) {
    b.zero[i] = adapt_zero<L>(b.zero[i], step, run.signs[at + 5 - i]);
    sums[i / 3] = L::add(sums[i / 3], L::mulhi(b.zero[i], run.history[at + 6 - i]));
  }
  b.zero_prediction = L::adds(sums[0], sums[1]);
  b.prediction = L::adds(by_poles, b.zero_prediction);
}

/// INVQBL, INVQAL: takes the low six bits of `code`; answers with the low band's sample.
template <class L>
inline typename L::vec decode_low(band_run<L>& run, size_t at, typename L::vec code) {
  using vec = typename L::vec;
  band<vec>& b = run.b;
  const vec fine = L::bit_and(code, L::splat(63));
  const vec coarse = L::template srl<2>(fine);
  const vec heard = L::adds(b.prediction, L::mulhi(L::lookup64(fine_value, fine), b.scale));
  const vec difference = L::mulhi(L::lookup16(coarse_value, coarse), b.scale);
  adapt_scale<L>(b, L::lookup16(coarse_weight, coarse), low_log_limit, low_scale_offset);
  predict_low<L>(run, at, difference);
  return L::max(L::min(heard, L::splat(16'383)), L::splat(-16'384));
}

/// INVQAH: takes two bits, 0 and 1 below the prediction, even ones for the outer steps.
template <class L>
inline typename L::vec decode_high(band_run<L>& run, size_t at, typename L::vec code) {
  using vec = typename L::vec;
  band<vec>& b = run.b;
  const auto below = L::less(code, L::splat(2));
  const auto outer = L::less(L::bit_and(code, L::splat(1)), L::splat(1));
  const vec value = L::select(below, L::select(outer, L::splat(high_outer), L::splat(high_inner)),
                              L::select(outer, L::splat(-high_outer), L::splat(-high_inner)));
  const vec difference = L::mulhi(value, b.scale);
  const vec heard = L::adds(b.prediction, difference);
  adapt_scale<L>(b, L::select(outer, L::splat(high_outer_weight), L::splat(high_inner_weight)),
                 high_log_limit, 0);
  predict_high<L>(run, at, difference);
  return L::max(L::min(heard, L::splat(16'383)), L::splat(-16'384));
}

/// SUBTRA, QUANTL. The predictor needs the code's first four bits only, and everything waits for it: so these
/// are found first, by comparing with seven levels at once, and the last two bits aside.
template <class L>
inline typename L::vec encode_low(band_run<L>& run, size_t at, typename L::vec sample) {
  using vec = typename L::vec;
  band<vec>& b = run.b;
  const vec error = L::subs(sample, b.prediction);
  const vec sign = L::template sra<15>(error);
  const vec size = L::bit_xor(error, sign);
  const vec scale = L::sub(L::splat(0), b.scale);
  vec group = L::splat(0);
  for (size_t i = 1; i < 8; ++i) {
    const vec level = L::mulhu(L::splat(group_level[i]), scale);
    group = L::count_reached(group, size, level);
  }
  const vec index = L::add(group, L::bit_and(sign, L::splat(8)));
  const vec difference = L::mulhi(L::lookup16(group_value, index), b.scale);

  vec inner = L::splat(0);
  inner = L::count_reached(inner, size, L::mulhu(L::lookup8(inner_levels<0>, group), scale));
  inner = L::count_reached(inner, size, L::mulhu(L::lookup8(inner_levels<1>, group), scale));
  inner = L::count_reached(inner, size, L::mulhu(L::lookup8(inner_levels<2>, group), scale));
  const vec steps = L::add(L::template sll<2>(group), inner);
  // 63 - steps above the prediction; below it 35 - steps, but 65 - steps for the two innermost.
  const vec below = L::select(L::less(group, L::splat(1)), L::splat(65), L::splat(35));
  const vec code = L::sub(L::select(L::less(error, L::splat(0)), below, L::splat(63)), steps);

  adapt_scale<L>(b, L::lookup16(group_weight, index), low_log_limit, low_scale_offset);
  predict_low<L>(run, at, difference);
  return code;
}

/// SUBTRA, QUANTH.
template <class L>
inline typename L::vec encode_high(band_run<L>& run, size_t at, typename L::vec sample) {
  using vec = typename L::vec;
  band<vec>& b = run.b;
  const vec error = L::subs(sample, b.prediction);
  const vec size = L::bit_xor(error, L::template sra<15>(error));
  const vec scale = L::sub(L::splat(0), b.scale);
  const auto below = L::less(error, L::splat(0));
  const auto inner = L::less(size, L::mulhu(L::splat(high_border), scale));
  const vec value = L::select(below, L::select(inner, L::splat(high_inner), L::splat(high_outer)),
                              L::select(inner, L::splat(-high_inner), L::splat(-high_outer)));
  const vec difference = L::mulhi(value, b.scale);
  adapt_scale<L>(b, L::select(inner, L::splat(high_inner_weight), L::splat(high_outer_weight)),
                 high_log_limit, 0);
  predict_high<L>(run, at, difference);
  return L::add(L::select(below, L::splat(0), L::splat(2)), L::select(inner, L::splat(1), L::splat(0)));
}

}  // namespace
}  // namespace confab::codec::g722
