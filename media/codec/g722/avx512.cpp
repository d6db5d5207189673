// Compiled for AVX-512 F, BW and VL: 32 lanes. Runs only where `kernels` found the processor to have them.
#include <immintrin.h>

#include "media/codec/g722/frames.hpp"

namespace confab::codec::g722 {
namespace {

struct avx512_lanes {
  using vec = __m512i;
  using wide = __m512i;
  using mask = __mmask32;
  using signs = __mmask32;  // set where negative
  static constexpr size_t lanes = 32;

  static vec load(const int16_t* from) { return _mm512_loadu_si512(from); }
  static void store(int16_t* to, vec v) { _mm512_storeu_si512(to, v); }
  static vec splat(int16_t v) { return _mm512_set1_epi16(v); }
  static vec add(vec a, vec b) { return _mm512_add_epi16(a, b); }
  static vec sub(vec a, vec b) { return _mm512_sub_epi16(a, b); }
  static vec adds(vec a, vec b) { return _mm512_adds_epi16(a, b); }
  static vec subs(vec a, vec b) { return _mm512_subs_epi16(a, b); }
  static vec mulhi(vec a, vec b) { return _mm512_mulhi_epi16(a, b); }
  static vec mulhu(vec a, vec b) { return _mm512_mulhi_epu16(a, b); }
  static vec mullo(vec a, vec b) { return _mm512_mullo_epi16(a, b); }
  static vec min(vec a, vec b) { return _mm512_min_epi16(a, b); }
  static vec max(vec a, vec b) { return _mm512_max_epi16(a, b); }
  static vec bit_and(vec a, vec b) { return _mm512_and_si512(a, b); }
  static vec bit_xor(vec a, vec b) { return _mm512_xor_si512(a, b); }
  template <int N>
  static vec sra(vec a) {
    return _mm512_srai_epi16(a, N);
  }
  template <int N>
  static vec srl(vec a) {
    return _mm512_srli_epi16(a, N);
  }
  template <int N>
  static vec sll(vec a) {
    return _mm512_slli_epi16(a, N);
  }
  static mask less(vec a, vec b) { return _mm512_cmplt_epi16_mask(a, b); }
  static mask differ(vec a, vec b) { return _mm512_movepi16_mask(_mm512_xor_si512(a, b)); }
  static vec select(mask m, vec yes, vec no) { return _mm512_mask_blend_epi16(m, no, yes); }
  static vec count_reached(vec count, vec size, vec level) {
    return _mm512_mask_add_epi16(count, _mm512_cmpge_epi16_mask(size, level), count, splat(1));
  }
  static vec fraction(vec a, vec b) {
    const vec high = mulhi(a, b);
    return add(add(high, high), srl<15>(mullo(a, b)));
  }
  static signs sign_of(vec v) { return _mm512_movepi16_mask(v); }
  static vec step_of(vec difference) {
    const vec size = _mm512_maskz_mov_epi16(_mm512_test_epi16_mask(difference, difference), splat(128));
    return apply(sign_of(difference), size);
  }
  static vec apply(signs s, vec step) { return _mm512_mask_sub_epi16(step, s, splat(0), step); }

  static vec lookup8(const std::array<int16_t, 8>& entries, vec index) {
    const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(entries.data()));
    return _mm512_permutexvar_epi16(index, _mm512_broadcast_i32x4(eight));
  }
  static vec lookup16(const std::array<int16_t, 16>& entries, vec index) {
    const __m256i sixteen = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(entries.data()));
    return _mm512_permutexvar_epi16(index, _mm512_broadcast_i64x4(sixteen));
  }
  static vec lookup64(const std::array<int16_t, 64>& entries, vec index) {
    return _mm512_permutex2var_epi16(load(entries.data()), index, load(entries.data() + 32));
  }
  static vec scale_at(vec index) {
    const vec mantissa =
        _mm512_permutexvar_epi16(index, load(antilog.data()));  // the index's lower five bits
    const vec value = _mm512_srlv_epi16(sll<1>(mantissa), sub(splat(11), srl<5>(index)));
    return sub(splat(0), sll<3>(value));
  }

  static vec splat_pair(int16_t first, int16_t second) {
    return _mm512_unpacklo_epi16(splat(first), splat(second));
  }
  static wide multiply_pairs(vec a, vec b) { return _mm512_madd_epi16(a, b); }
  static wide add_wide(wide a, wide b) { return _mm512_add_epi32(a, b); }
  static wide sub_wide(wide a, wide b) { return _mm512_sub_epi32(a, b); }
  template <int N>
  static wide sra_wide(wide a) {
    return _mm512_srai_epi32(a, N);
  }
  static vec interleave(wide even, wide odd) {
    return _mm512_mask_blend_epi16(0xaaaaaaaa, even, _mm512_slli_epi32(odd, 16));
  }
  static void store_pairs(int16_t* to, wide first_even, wide first_odd, wide second_even, wide second_odd) {
    const vec first = _mm512_packs_epi32(first_even, first_odd);
    const vec second = _mm512_packs_epi32(second_even, second_odd);
    const vec even = _mm512_unpacklo_epi16(first, second);
    const vec odd = _mm512_unpackhi_epi16(first, second);
    const vec a = _mm512_unpacklo_epi32(even, odd);
    const vec b = _mm512_unpackhi_epi32(even, odd);
    // Quarters of a and b by turns: a0 b0 a1 b1, then a2 b2 a3 b3.
    const __m512i lower = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i upper = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    store(to, _mm512_permutex2var_epi64(a, lower, b));
    store(to + lanes, _mm512_permutex2var_epi64(a, upper, b));
  }
};

}  // namespace

const kernel avx512_kernel{"avx512", avx512_lanes::lanes, decode_group<avx512_lanes>,
                           encode_group<avx512_lanes>};

}  // namespace confab::codec::g722
