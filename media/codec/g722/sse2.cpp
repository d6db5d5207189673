// What every x86-64 processor has: eight lanes, tables looked up one lane at a time.
#include <emmintrin.h>

#include "media/codec/g722/frames.hpp"

namespace confab::codec::g722 {
namespace {

struct sse2_lanes {
  using vec = __m128i;
  using wide = __m128i;
  using mask = __m128i;   // all ones or all zeros
  using signs = __m128i;  // all ones where negative
  static constexpr size_t lanes = 8;

  static vec load(const int16_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
  static void store(int16_t* to, vec v) { _mm_storeu_si128(reinterpret_cast<__m128i*>(to), v); }
  static vec splat(int16_t v) { return _mm_set1_epi16(v); }
  static vec add(vec a, vec b) { return _mm_add_epi16(a, b); }
  static vec sub(vec a, vec b) { return _mm_sub_epi16(a, b); }
  static vec adds(vec a, vec b) { return _mm_adds_epi16(a, b); }
  static vec subs(vec a, vec b) { return _mm_subs_epi16(a, b); }
  static vec mulhi(vec a, vec b) { return _mm_mulhi_epi16(a, b); }
  static vec mulhu(vec a, vec b) { return _mm_mulhi_epu16(a, b); }
  static vec mullo(vec a, vec b) { return _mm_mullo_epi16(a, b); }
  static vec min(vec a, vec b) { return _mm_min_epi16(a, b); }
  static vec max(vec a, vec b) { return _mm_max_epi16(a, b); }
  static vec bit_and(vec a, vec b) { return _mm_and_si128(a, b); }
  static vec bit_xor(vec a, vec b) { return _mm_xor_si128(a, b); }
  template <int N>
  static vec sra(vec a) {
    return _mm_srai_epi16(a, N);
  }
  template <int N>
  static vec srl(vec a) {
    return _mm_srli_epi16(a, N);
  }
  template <int N>
  static vec sll(vec a) {
    return _mm_slli_epi16(a, N);
  }
  static mask less(vec a, vec b) { return _mm_cmpgt_epi16(b, a); }
  static mask differ(vec a, vec b) { return sra<15>(bit_xor(a, b)); }
  static vec select(mask m, vec yes, vec no) {
    return _mm_or_si128(_mm_and_si128(m, yes), _mm_andnot_si128(m, no));
  }
  static vec count_reached(vec count, vec size, vec level) {
    return add(add(count, splat(1)), _mm_cmpgt_epi16(level, size));
  }
  static vec fraction(vec a, vec b) {
    const vec high = mulhi(a, b);
    return add(add(high, high), srl<15>(mullo(a, b)));
  }
  static signs sign_of(vec v) { return sra<15>(v); }
  static vec step_of(vec difference) { return sll<7>(max(min(difference, splat(1)), splat(-1))); }
  static vec apply(signs s, vec step) { return sub(bit_xor(step, s), s); }

  static vec lookup(const int16_t* entries, vec index) {
    alignas(16) int16_t values[lanes];
    store(values, index);
    return _mm_setr_epi16(entries[values[0]], entries[values[1]], entries[values[2]], entries[values[3]],
                          entries[values[4]], entries[values[5]], entries[values[6]], entries[values[7]]);
  }
  static vec lookup8(const std::array<int16_t, 8>& entries, vec index) {
    return lookup(entries.data(), index);
  }
  static vec lookup16(const std::array<int16_t, 16>& entries, vec index) {
    return lookup(entries.data(), index);
  }
  static vec lookup64(const std::array<int16_t, 64>& entries, vec index) {
    return lookup(entries.data(), index);
  }
  static vec scale_at(vec index) { return lookup(scales.data(), index); }

  static vec splat_pair(int16_t first, int16_t second) {
    return _mm_unpacklo_epi16(splat(first), splat(second));
  }
  static wide multiply_pairs(vec a, vec b) { return _mm_madd_epi16(a, b); }
  static wide add_wide(wide a, wide b) { return _mm_add_epi32(a, b); }
  static wide sub_wide(wide a, wide b) { return _mm_sub_epi32(a, b); }
  template <int N>
  static wide sra_wide(wide a) {
    return _mm_srai_epi32(a, N);
  }
  static vec interleave(wide even, wide odd) {
    return _mm_or_si128(_mm_and_si128(even, _mm_set1_epi32(0xffff)), _mm_slli_epi32(odd, 16));
  }
  static void store_pairs(int16_t* to, wide first_even, wide first_odd, wide second_even, wide second_odd) {
    const vec first = _mm_packs_epi32(first_even, first_odd);
    const vec second = _mm_packs_epi32(second_even, second_odd);
    const vec even = _mm_unpacklo_epi16(first, second);
    const vec odd = _mm_unpackhi_epi16(first, second);
    store(to, _mm_unpacklo_epi32(even, odd));
    store(to + lanes, _mm_unpackhi_epi32(even, odd));
  }
};

}  // namespace

const kernel sse2_kernel{"sse2", sse2_lanes::lanes, decode_group<sse2_lanes>, encode_group<sse2_lanes>};

}  // namespace confab::codec::g722
