#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/// The numbers of ITU-T G.722, in the form the kernels want them.
namespace confab::codec::g722 {

/// Table 11 (Q6): decision levels of the low band's 60-level quantizer, times eight: against a scale twice as
/// large, the upper half of the product is what the standard takes.
inline constexpr std::array<int16_t, 30> levels = [] {
  constexpr int16_t q6[30] = {0,    35,   72,   110,  150,  190,  233,  276,  323,  370,
                              422,  473,  530,  587,  650,  714,  786,  858,  940,  1023,
                              1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919};
  std::array<int16_t, 30> out{};
  for (size_t i = 0; i < out.size(); ++i) out[i] = static_cast<int16_t>(q6[i] * 8);
  return out;
}();

/// Steps of the quantizer in groups of four, which share their first four bits: the group's lowest decision
/// level, and the three levels inside it. Group 0 has two steps only; nothing lies below a level of 0.
inline constexpr std::array<int16_t, 8> group_level{0,          levels[2],  levels[6],  levels[10],
                                                    levels[14], levels[18], levels[22], levels[26]};
template <size_t Which>
inline constexpr std::array<int16_t, 8> inner_levels = [] {
  std::array<int16_t, 8> out{};
  for (size_t group = 0; group < 8; ++group) {
    const size_t at = 4 * group + Which;
    out[group] = at < 1 ? int16_t{0} : levels[at - 1];
  }
  return out;
}();

/// QQ4 by group: what the low band's predictor takes a step for, negated (as the scale is). First eight for
/// samples above the prediction, then eight for those below.
inline constexpr std::array<int16_t, 16> group_value{0, -1200, -2584, -4240, -6288, -8968, -12896, -20456,
                                                     0, 1200,  2584,  4240,  6288,  8968,  12896,  20456};
/// [WL] by group, the same twice.
inline constexpr std::array<int16_t, 16> group_weight{-60, -30, 58, 172, 334, 538, 1198, 3042,
                                                      -60, -30, 58, 172, 334, 538, 1198, 3042};

/// The same by a code's first four bits, for the decoder (QM4 negated, and WL of RL42).
inline constexpr std::array<int16_t, 16> coarse_value{0,      20456,  12896, 8968,  6288,  4240,  2584,  1200,
                                                      -20456, -12896, -8968, -6288, -4240, -2584, -1200, 0};
inline constexpr std::array<int16_t, 16> coarse_weight{-60,  3042, 1198, 538, 334, 172, 58,  -30,
                                                       3042, 1198, 538,  334, 172, 58,  -30, -60};
/// QM6 negated: what a whole low-band code stands for.
inline constexpr std::array<int16_t, 64> fine_value{
    136,    136,    136,   136,   24808, 21904, 19008,  16704,  14984,  13512,  12280,  11192,  10232,
    9360,   8576,   7856,  7192,  6576,  6000,  5456,   4944,   4464,   4008,   3576,   3168,   2776,
    2400,   2032,   1688,  1360,  1040,  728,   -24808, -21904, -19008, -16704, -14984, -13512, -12280,
    -11192, -10232, -9360, -8576, -7856, -7192, -6576,  -6000,  -5456,  -4944,  -4464,  -4008,  -3576,
    -3168,  -2776,  -2400, -2032, -1688, -1360, -1040,  -728,   -432,   -136,   432,    136};

/// High band: two steps on either side of the prediction, their border (564 / 4,096 of DETH, times eight).
inline constexpr int16_t high_border = 564 * 8;
inline constexpr int16_t high_inner = 1616;
inline constexpr int16_t high_outer = 7408;
inline constexpr int16_t high_inner_weight = -214;
inline constexpr int16_t high_outer_weight = 798;

inline constexpr int16_t low_log_limit = 18'432;
inline constexpr int16_t high_log_limit = 22'528;

/// [ILB] 2,048 times two to the power of i / 32.
inline constexpr std::array<int16_t, 32> antilog{
    2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
    2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008};
/// SCALEL and SCALEH at once: the scale, as `band` wants it, by the logarithm's upper bits. The low band is
/// four times as large, so that it begins at 64.
inline constexpr int16_t low_scale_offset = 64;
inline constexpr std::array<int16_t, 353> scales = [] {
  std::array<int16_t, 353> out{};
  for (size_t i = 0; i < out.size(); ++i) {
    const int value = (2 * antilog[i % 32]) >> (11 - i / 32);
    out[i] = static_cast<int16_t>(-8 * value);
  }
  return out;
}();

/// The quadrature mirror filter: twelve taps for one half of the samples, backwards for the other.
constexpr size_t filter_taps = 12;
inline constexpr std::array<int16_t, filter_taps> filter_forward{3,    -11,  12,  32,   -210, 951,
                                                                 3876, -805, 362, -156, 53,   -11};
inline constexpr std::array<int16_t, filter_taps> filter_backward{-11, 53,   -156, 362, -805, 3876,
                                                                  951, -210, 32,   12,  -11,  3};

}  // namespace confab::codec::g722
