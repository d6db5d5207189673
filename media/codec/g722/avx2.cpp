// Compiled for AVX2: sixteen lanes. Runs only where `kernels` found the processor to have it.
#include <immintrin.h>

#include "media/codec/g722/frames.hpp"

namespace confab::codec::g722 {
namespace {

struct avx2_lanes {
  using vec = __m256i;
  using wide = __m256i;
  using mask = __m256i;   // all ones or all zeros
  using signs = __m256i;  // 1 or -1
  static constexpr size_t lanes = 16;

  static vec load(const int16_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
  static void store(int16_t* to, vec v) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), v); }
  static vec splat(int16_t v) { return _mm256_set1_epi16(v); }
  static vec add(vec a, vec b) { return _mm256_add_epi16(a, b); }
  static vec sub(vec a, vec b) { return _mm256_sub_epi16(a, b); }
  static vec adds(vec a, vec b) { return _mm256_adds_epi16(a, b); }
  static vec subs(vec a, vec b) { return _mm256_subs_epi16(a, b); }
  static vec mulhi(vec a, vec b) { return _mm256_mulhi_epi16(a, b); }
  static vec mulhu(vec a, vec b) { return _mm256_mulhi_epu16(a, b); }
  static vec mullo(vec a, vec b) { return _mm256_mullo_epi16(a, b); }
  static vec min(vec a, vec b) { return _mm256_min_epi16(a, b); }
  static vec max(vec a, vec b) { return _mm256_max_epi16(a, b); }
  static vec bit_and(vec a, vec b) { return _mm256_and_si256(a, b); }
  static vec bit_xor(vec a, vec b) { return _mm256_xor_si256(a, b); }
  template <int N>
  static vec sra(vec a) {
    return _mm256_srai_epi16(a, N);
  }
  template <int N>
  static vec srl(vec a) {
    return _mm256_srli_epi16(a, N);
  }
  template <int N>
  static vec sll(vec a) {
    return _mm256_slli_epi16(a, N);
  }
  static mask less(vec a, vec b) { return _mm256_cmpgt_epi16(b, a); }
  static mask differ(vec a, vec b) { return _mm256_srai_epi16(_mm256_xor_si256(a, b), 15); }
  static vec select(mask m, vec yes, vec no) { return _mm256_blendv_epi8(no, yes, m); }
  static vec count_reached(vec count, vec size, vec level) {
    return _mm256_add_epi16(_mm256_add_epi16(count, splat(1)), _mm256_cmpgt_epi16(level, size));
  }
  static vec fraction(vec a, vec b) {
    const vec high = mulhi(a, b);
    return add(add(high, high), srl<15>(mullo(a, b)));
  }
  static signs sign_of(vec v) { return _mm256_or_si256(sra<15>(v), splat(1)); }
  static vec step_of(vec difference) { return _mm256_sign_epi16(splat(128), difference); }
  static vec apply(signs s, vec step) { return _mm256_sign_epi16(step, s); }

  /// Bytes 2 i and 2 i + 1 in each lane: what a byte shuffle takes for the 16-bit entry i of eight.
  static vec entry(vec index) { return add(_mm256_mullo_epi16(index, splat(0x0202)), splat(0x0100)); }
  static vec table(const int16_t* eight) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(eight)));
  }
  static vec pick8(const int16_t* entries, vec bytes) { return _mm256_shuffle_epi8(table(entries), bytes); }
  /// A blend looks at the upper bit of each byte; bit 4 of these says which eight of sixteen.
  static vec pick16(const int16_t* entries, vec bytes) {
    return _mm256_blendv_epi8(pick8(entries, bytes), pick8(entries + 8, bytes), _mm256_slli_epi16(bytes, 3));
  }
  static vec pick32(const int16_t* entries, vec bytes) {
    return _mm256_blendv_epi8(pick16(entries, bytes), pick16(entries + 16, bytes),
                              _mm256_slli_epi16(bytes, 2));
  }
  static vec lookup8(const std::array<int16_t, 8>& entries, vec index) {
    return pick8(entries.data(), entry(index));
  }
  static vec lookup16(const std::array<int16_t, 16>& entries, vec index) {
    return pick16(entries.data(), entry(index));
  }
  static vec lookup64(const std::array<int16_t, 64>& entries, vec index) {
    const vec bytes = entry(bit_and(index, splat(31)));
    return select(less(splat(31), index), pick32(entries.data() + 32, bytes), pick32(entries.data(), bytes));
  }
  /// A shift by a different amount in each lane is a product with a power of two: 2^(4 + n) for the exponent
  /// n.
  static vec scale_at(vec index) {
    const vec exponent = srl<5>(index);
    const __m256i low =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i high =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0));
    const vec power = _mm256_or_si256(
        _mm256_shuffle_epi8(low, _mm256_or_si256(exponent, splat(static_cast<int16_t>(-32'768)))),
        _mm256_shuffle_epi8(high, _mm256_or_si256(sll<8>(exponent), splat(0x0080))));
    const vec mantissa = pick32(antilog.data(), entry(bit_and(index, splat(31))));
    return sub(splat(0), sll<3>(mulhu(sll<2>(mantissa), power)));
  }

  static vec splat_pair(int16_t first, int16_t second) {
    return _mm256_unpacklo_epi16(splat(first), splat(second));
  }
  static wide multiply_pairs(vec a, vec b) { return _mm256_madd_epi16(a, b); }
  static wide add_wide(wide a, wide b) { return _mm256_add_epi32(a, b); }
  static wide sub_wide(wide a, wide b) { return _mm256_sub_epi32(a, b); }
  template <int N>
  static wide sra_wide(wide a) {
    return _mm256_srai_epi32(a, N);
  }
  static vec interleave(wide even, wide odd) {
    return _mm256_blend_epi16(even, _mm256_slli_epi32(odd, 16), 0xaa);
  }
  static void store_pairs(int16_t* to, wide first_even, wide first_odd, wide second_even, wide second_odd) {
    const vec first = _mm256_packs_epi32(first_even, first_odd);
    const vec second = _mm256_packs_epi32(second_even, second_odd);
    const vec even = _mm256_unpacklo_epi16(first, second);
    const vec odd = _mm256_unpackhi_epi16(first, second);
    const vec a = _mm256_unpacklo_epi32(even, odd);
    const vec b = _mm256_unpackhi_epi32(even, odd);
    store(to, _mm256_permute2x128_si256(a, b, 0x20));
    store(to + lanes, _mm256_permute2x128_si256(a, b, 0x31));
  }
};

}  // namespace

const kernel avx2_kernel{"avx2", avx2_lanes::lanes, decode_group<avx2_lanes>, encode_group<avx2_lanes>};

}  // namespace confab::codec::g722
