#pragma once

// One vector of 16-bit lanes, as wide as the instruction set of this translation unit has it. Included by the
// bodies of the kernels only, whence the unnamed namespace: each translation unit has its own.

#include <cstddef>
#include <cstdint>

#if defined(__SSE2__)
#include <immintrin.h>
#define CONFAB_LANES 1
#else
#define CONFAB_LANES 0
#endif
// Bytes looked up in a table of 16 (SSSE3): the baseline has no such thing.
#if defined(__AVX2__)
#define CONFAB_LANES_LOOKUP 1
#else
#define CONFAB_LANES_LOOKUP 0
#endif

namespace confab::simd {
namespace {

#if defined(__AVX512BW__)
using vec = __m512i;
#define CONFAB_VECTOR(name) _mm512_##name
inline vec load(const void* from) {
  return _mm512_loadu_si512(from);
}
inline void store(void* to, vec v) {
  _mm512_storeu_si512(to, v);
}
inline vec bit_and(vec a, vec b) {
  return _mm512_and_si512(a, b);
}
inline vec bit_or(vec a, vec b) {
  return _mm512_or_si512(a, b);
}
inline vec bit_xor(vec a, vec b) {
  return _mm512_xor_si512(a, b);
}
inline vec zero() {
  return _mm512_setzero_si512();
}
inline bool any_above(vec a, vec b) {
  return _mm512_cmpgt_epi16_mask(a, b) != 0;
}
inline vec in_order(vec packed) {
  return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7), packed);
}
inline vec table16(__m128i bytes) {
  return _mm512_broadcast_i32x4(bytes);
}
inline vec widen_bytes(const uint8_t* from) {
  return _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}
#elif defined(__AVX2__)
using vec = __m256i;
#define CONFAB_VECTOR(name) _mm256_##name
inline vec load(const void* from) {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
inline void store(void* to, vec v) {
  _mm256_storeu_si256(static_cast<__m256i*>(to), v);
}
inline vec bit_and(vec a, vec b) {
  return _mm256_and_si256(a, b);
}
inline vec bit_or(vec a, vec b) {
  return _mm256_or_si256(a, b);
}
inline vec bit_xor(vec a, vec b) {
  return _mm256_xor_si256(a, b);
}
inline vec zero() {
  return _mm256_setzero_si256();
}
inline bool any_above(vec a, vec b) {
  return _mm256_movemask_epi8(_mm256_cmpgt_epi16(a, b)) != 0;
}
inline vec in_order(vec packed) {
  return _mm256_permute4x64_epi64(packed, 0b11'01'10'00);
}
inline vec table16(__m128i bytes) {
  return _mm256_broadcastsi128_si256(bytes);
}
inline vec widen_bytes(const uint8_t* from) {
  return _mm256_cvtepu8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
}
#elif defined(__SSE2__)
using vec = __m128i;
#define CONFAB_VECTOR(name) _mm_##name
inline vec load(const void* from) {
  return _mm_loadu_si128(static_cast<const __m128i*>(from));
}
inline void store(void* to, vec v) {
  _mm_storeu_si128(static_cast<__m128i*>(to), v);
}
inline vec bit_and(vec a, vec b) {
  return _mm_and_si128(a, b);
}
inline vec bit_or(vec a, vec b) {
  return _mm_or_si128(a, b);
}
inline vec bit_xor(vec a, vec b) {
  return _mm_xor_si128(a, b);
}
inline vec zero() {
  return _mm_setzero_si128();
}
inline bool any_above(vec a, vec b) {
  return _mm_movemask_epi8(_mm_cmpgt_epi16(a, b)) != 0;
}
inline vec in_order(vec packed) {
  return packed;
}
#endif

#if CONFAB_LANES
constexpr size_t lanes = sizeof(vec) / sizeof(int16_t);
inline vec all16(int16_t value) {
  return CONFAB_VECTOR(set1_epi16)(value);
}
inline vec all32(int32_t value) {
  return CONFAB_VECTOR(set1_epi32)(value);
}
inline vec add16(vec a, vec b) {
  return CONFAB_VECTOR(add_epi16)(a, b);
}
inline vec add32(vec a, vec b) {
  return CONFAB_VECTOR(add_epi32)(a, b);
}
inline vec add64(vec a, vec b) {
  return CONFAB_VECTOR(add_epi64)(a, b);
}
inline vec sub16(vec a, vec b) {
  return CONFAB_VECTOR(sub_epi16)(a, b);
}
inline vec sub32(vec a, vec b) {
  return CONFAB_VECTOR(sub_epi32)(a, b);
}
inline vec add_saturated(vec a, vec b) {
  return CONFAB_VECTOR(adds_epi16)(a, b);
}
inline vec sub_saturated(vec a, vec b) {
  return CONFAB_VECTOR(subs_epi16)(a, b);
}
inline vec max16(vec a, vec b) {
  return CONFAB_VECTOR(max_epi16)(a, b);
}
inline vec min16(vec a, vec b) {
  return CONFAB_VECTOR(min_epi16)(a, b);
}
/// Sums of the products of neighbours, to 32 bits.
inline vec products(vec a, vec b) {
  return CONFAB_VECTOR(madd_epi16)(a, b);
}
// These three go 128 bits by 128 bits; `in_order` puts what `pack` gives in the order of memory.
inline vec pack(vec low, vec high) {
  return CONFAB_VECTOR(packs_epi32)(low, high);
}
inline vec first_of_pairs(vec a, vec b) {
  return CONFAB_VECTOR(unpacklo_epi32)(a, b);
}
inline vec second_of_pairs(vec a, vec b) {
  return CONFAB_VECTOR(unpackhi_epi32)(a, b);
}
#endif

}  // namespace
}  // namespace confab::simd
