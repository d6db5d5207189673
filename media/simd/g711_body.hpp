#pragma once

// G.711 (ITU-T G.711 tables 1 and 2). A companded code is a tiny floating-point number: three bits of
// exponent, four of mantissa.

#include "media/simd/kernels.hpp"
#include "media/simd/lanes.hpp"

namespace confab::simd {
namespace {

// One sample at a time, and what plain SSE2 vectorises: an IEEE float holds the code ready-made. Convert, and
// bits 19 to 25 are it, up to a constant.

constexpr int mantissa_shift = 19;      // 23 bits of mantissa, of which G.711 keeps the top four
constexpr int32_t half_step = 1 << 18;  // a decoder answers with the middle of the step
constexpr int float_bias = 127;

/// A float's exponent and upper four mantissa bits, counted from the value 2^`first_exponent`.
inline int32_t to_log(int32_t value, int first_exponent) {
  return (__builtin_bit_cast(int32_t, static_cast<float>(value)) >> mantissa_shift) -
         ((float_bias + first_exponent) << 4);
}

/// The middle of the step that `log` names; `to_log`'s opposite.
inline int32_t from_log(int32_t log, int first_exponent) {
  const int32_t bits = ((((float_bias + first_exponent) << 4) + log) << mantissa_shift) | half_step;
  return static_cast<int32_t>(__builtin_bit_cast(float, bits));
}

inline uint8_t to_mu_law(int16_t linear) {
  const int32_t negative = linear >> 15;  // 0 or -1
  // One's complement, 14 bits, plus the bias of G.711 table 2.
  int32_t magnitude = ((linear ^ negative) >> 2) + 33;
  magnitude = magnitude > 0x1fff ? 0x1fff : magnitude;
  const int32_t log = to_log(magnitude, 5);
  return static_cast<uint8_t>((~log & 0x7f) | (~negative & 0x80));
}

inline uint8_t to_a_law(int16_t linear) {
  const int32_t negative = linear >> 15;
  const int32_t magnitude = (linear ^ negative) >> 4;  // 12 bits
  const int32_t log = to_log(magnitude, 3);
  const int32_t linear_segment = (magnitude - 16) >> 31;  // all ones in the first segment, which is linear
  const int32_t code = (magnitude & linear_segment) | (log & ~linear_segment);
  return static_cast<uint8_t>((code | (~negative & 0x80)) ^ 0x55);
}

inline int16_t from_mu_law(uint8_t code) {
  const int32_t inverted = ~code & 0xff;
  const int32_t magnitude = from_log(inverted & 0x7f, 7) - 132;
  const int32_t negative = -(inverted >> 7);
  return static_cast<int16_t>((magnitude ^ negative) - negative);
}

inline int16_t from_a_law(uint8_t code) {
  const int32_t toggled = code ^ 0x55;
  const int32_t log = toggled & 0x7f;
  const int32_t linear_segment = (log - 16) >> 31;
  const int32_t magnitude = ((log * 16 + 8) & linear_segment) | (from_log(log, 7) & ~linear_segment);
  const int32_t negative = (toggled >> 7) - 1;  // A-law sets the sign bit for positive values
  return static_cast<int16_t>((magnitude ^ negative) - negative);
}

#if CONFAB_LANES_LOOKUP

// In 16-bit lanes: the exponent comes from a table by the upper byte, a nibble at a time; the mantissa by a
// multiplication with a power of two from another table, in place of a shift that differs from lane to lane.

constexpr size_t encoded_at_once = 2 * lanes;
constexpr char lowest = -128;

inline vec lookup(vec table, vec index) {
  return CONFAB_VECTOR(shuffle_epi8)(table, index);
}
inline vec shifted_right(vec v, int bits) {
  return CONFAB_VECTOR(srli_epi16)(v, bits);
}
inline vec pack_bytes(vec low, vec high) {
  return CONFAB_VECTOR(packus_epi16)(low, high);
}

/// Two vectors of magnitudes below 2^15 (for µ-law at least 2^7: with the bias) to log codes, in `pack`'s
/// order. Without a bias the lowest 2^8 are linear: they are treated as the next segment is, and the leading
/// bit that they lack makes the exponent 0.
template <bool biased>
inline vec to_logs(vec low, vec high) {
  constexpr char first_factor = biased ? -128 : 64;  // 128 as an unsigned byte
  constexpr char first_exponent = biased ? -16 : 0;
  // Indexed by a nibble. Factors 2^(7-e), of which the smaller holds; 16 · (e - 1), of which the larger: the
  // mantissa comes with its leading bit.
  const vec factor_low =
      table16(_mm_setr_epi8(first_factor, 64, 32, 32, 16, 16, 16, 16, 8, 8, 8, 8, 8, 8, 8, 8));
  const vec factor_high = table16(_mm_setr_epi8(-1, 4, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
  const vec exponent_low =
      table16(_mm_setr_epi8(first_exponent, 0, 16, 16, 32, 32, 32, 32, 48, 48, 48, 48, 48, 48, 48, 48));
  const vec exponent_high =
      table16(_mm_setr_epi8(lowest, 64, 80, 80, 96, 96, 96, 96, 96, 96, 96, 96, 96, 96, 96, 96));
  const vec nibble = CONFAB_VECTOR(set1_epi8)(15);

  const vec upper = pack_bytes(shifted_right(low, 8), shifted_right(high, 8));
  const vec lower_nibble = bit_and(upper, nibble);
  const vec upper_nibble = bit_and(shifted_right(upper, 4), nibble);
  const vec factor =
      CONFAB_VECTOR(min_epu8)(lookup(factor_low, lower_nibble), lookup(factor_high, upper_nibble));
  const vec exponent =
      CONFAB_VECTOR(max_epi8)(lookup(exponent_low, lower_nibble), lookup(exponent_high, upper_nibble));
  const vec low_factor = CONFAB_VECTOR(unpacklo_epi8)(factor, zero());
  const vec high_factor = CONFAB_VECTOR(unpackhi_epi8)(factor, zero());
  const vec mantissa = pack_bytes(shifted_right(CONFAB_VECTOR(mullo_epi16)(low, low_factor), 10),
                                  shifted_right(CONFAB_VECTOR(mullo_epi16)(high, high_factor), 10));
  return CONFAB_VECTOR(add_epi8)(mantissa, exponent);
}

/// `toggle`: the bits that the law inverts, of a positive sample.
template <bool biased>
inline void encode_some(const int16_t* in, uint8_t* out, char toggle) {
  const vec first = load(in);
  const vec second = load(in + lanes);
  const vec first_sign = CONFAB_VECTOR(srai_epi16)(first, 15);
  const vec second_sign = CONFAB_VECTOR(srai_epi16)(second, 15);
  vec first_size = bit_xor(first, first_sign);
  vec second_size = bit_xor(second, second_sign);
  if (biased) {
    first_size = add_saturated(first_size, all16(132));
    second_size = add_saturated(second_size, all16(132));
  }
  const vec logs = to_logs<biased>(first_size, second_size);
  const vec signs =
      bit_and(CONFAB_VECTOR(packs_epi16)(first_sign, second_sign), CONFAB_VECTOR(set1_epi8)(lowest));
  store(out, in_order(bit_xor(bit_xor(logs, signs), CONFAB_VECTOR(set1_epi8)(toggle))));
}

template <bool biased>
inline void decode_some(const uint8_t* in, int16_t* out, int16_t toggle) {
  const vec code = bit_xor(widen_bytes(in), all16(toggle));
  const vec negative = CONFAB_VECTOR(srai_epi16)(CONFAB_VECTOR(slli_epi16)(code, 8), 15);
  const vec mantissa = bit_and(code, all16(15));
  // The upper byte of an index is out of the table: 0.
  const vec index = bit_or(bit_and(shifted_right(code, 4), all16(7)), all16(-32'768));
  vec size;
  if (biased) {
    const vec powers = table16(_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, lowest, 0, 0, 0, 0, 0, 0, 0, 0));
    const vec step = add16(CONFAB_VECTOR(slli_epi16)(mantissa, 3), all16(132));
    size = sub16(CONFAB_VECTOR(mullo_epi16)(step, lookup(powers, index)), all16(132));
  } else {
    const vec powers = table16(_mm_setr_epi8(1, 1, 2, 4, 8, 16, 32, 64, 0, 0, 0, 0, 0, 0, 0, 0));
    // The leading bit, which the first segment does not have.
    const vec leading = CONFAB_VECTOR(slli_epi16)(min16(bit_and(code, all16(0x70)), all16(0x10)), 4);
    const vec step = bit_or(bit_or(CONFAB_VECTOR(slli_epi16)(mantissa, 4), all16(8)), leading);
    size = CONFAB_VECTOR(mullo_epi16)(step, lookup(powers, index));
  }
  store(out, sub16(bit_xor(size, negative), negative));
}

#endif

/// Whole blocks by `some`; what remains by a last block that overlaps the one before, as each sample stands
/// for itself; less than a block by `one`.
template <size_t block, class In, class Out, class Some, class One>
inline void in_blocks(const In* in, Out* out, size_t count, Some some, One one) {
  if (count < block) {
    for (size_t i = 0; i < count; ++i) out[i] = one(in[i]);
    return;
  }
  size_t i = 0;
  for (; i + block <= count; i += block) some(in + i, out + i);
  if (i < count) some(in + count - block, out + count - block);
}

#if CONFAB_LANES_LOOKUP

void encode_mu_law(const int16_t* in, uint8_t* out, size_t count) noexcept {
  in_blocks<encoded_at_once>(
      in, out, count, [](const int16_t* from, uint8_t* to) { encode_some<true>(from, to, -1); }, to_mu_law);
}
void encode_a_law(const int16_t* in, uint8_t* out, size_t count) noexcept {
  in_blocks<encoded_at_once>(
      in, out, count,
      [](const int16_t* from, uint8_t* to) { encode_some<false>(from, to, static_cast<char>(0xd5)); },
      to_a_law);
}
void decode_mu_law(const uint8_t* in, int16_t* out, size_t count) noexcept {
  in_blocks<lanes>(
      in, out, count, [](const uint8_t* from, int16_t* to) { decode_some<true>(from, to, 0xff); },
      from_mu_law);
}
void decode_a_law(const uint8_t* in, int16_t* out, size_t count) noexcept {
  in_blocks<lanes>(
      in, out, count, [](const uint8_t* from, int16_t* to) { decode_some<false>(from, to, 0xd5); },
      from_a_law);
}

#else

void encode_mu_law(const int16_t* __restrict in, uint8_t* __restrict out, size_t count) noexcept {
  for (size_t i = 0; i < count; ++i) out[i] = to_mu_law(in[i]);
}
void encode_a_law(const int16_t* __restrict in, uint8_t* __restrict out, size_t count) noexcept {
  for (size_t i = 0; i < count; ++i) out[i] = to_a_law(in[i]);
}
void decode_mu_law(const uint8_t* __restrict in, int16_t* __restrict out, size_t count) noexcept {
  for (size_t i = 0; i < count; ++i) out[i] = from_mu_law(in[i]);
}
void decode_a_law(const uint8_t* __restrict in, int16_t* __restrict out, size_t count) noexcept {
  for (size_t i = 0; i < count; ++i) out[i] = from_a_law(in[i]);
}

#endif

}  // namespace
}  // namespace confab::simd
