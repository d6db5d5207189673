#pragma once

#include <cstddef>
#include <cstdint>

/// What ITU-T G.722 remembers between samples, as plain values: copy them to hand a stream over.
namespace confab::codec::g722 {

/// One sub-band's predictor and scale (G.722 §3.6, block names in brackets). The same members serve one leg
/// (`Value` is int16_t) and a group of legs side by side (`Value` is a vector with one leg in each lane).
template <class Value>
struct band {
  Value log_scale;        ///< [NB] of LOGSCL and LOGSCH, 0 to 22,528
  Value scale;            ///< [DET] times -2: reaches -32,768, so that a product's upper half is enough
  Value prediction;       ///< [S]
  Value zero_prediction;  ///< [SZ], of the zeros alone
  Value doubled;          ///< [RLT] twice, saturated: the last reconstructed sample
  Value partial[2];       ///< [PLT] the last two, of which the signs count
  Value pole[2];          ///< [AL]
  Value zero[6];          ///< [BL]
  Value differences[6];   ///< [DLT] newest first: times two in the low band, four in the high one
  Value unused[3];        ///< three whole blocks of eight, for the transposition
};
constexpr size_t band_values = 24;
static_assert(sizeof(band<int16_t>) == band_values * sizeof(int16_t));

/// What comes before the first sample: all zero but the scale, DETL 32 and DETH 8.
inline constexpr band<int16_t> initial_low{.log_scale = 0,
                                           .scale = -64,
                                           .prediction = 0,
                                           .zero_prediction = 0,
                                           .doubled = 0,
                                           .partial = {},
                                           .pole = {},
                                           .zero = {},
                                           .differences = {},
                                           .unused = {}};
inline constexpr band<int16_t> initial_high{.log_scale = 0,
                                            .scale = -16,
                                            .prediction = 0,
                                            .zero_prediction = 0,
                                            .doubled = 0,
                                            .partial = {},
                                            .pole = {},
                                            .zero = {},
                                            .differences = {},
                                            .unused = {}};

/// The quadrature mirror filters reach back eleven pairs.
constexpr size_t filter_memory = 11;

struct encoder_state {
  band<int16_t> low = initial_low;
  band<int16_t> high = initial_high;
  int16_t even[filter_memory] = {};  ///< samples heard, oldest first: the first of each pair
  int16_t odd[filter_memory] = {};   ///< and the second
};

struct decoder_state {
  band<int16_t> low = initial_low;
  band<int16_t> high = initial_high;
  int16_t sums[filter_memory] = {};         ///< low band plus high band, oldest first
  int16_t differences[filter_memory] = {};  ///< low band minus high band
};

}  // namespace confab::codec::g722
