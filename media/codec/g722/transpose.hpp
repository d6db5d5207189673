#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// Eight rows of eight 16-bit values, turned over: between one leg's values in a row and one value of each
/// leg in a row. In an unnamed namespace, because every kernel compiles it with its own instruction set.
namespace confab::codec::g722 {
namespace {

#if defined(__SSE2__)

using row = __m128i;

[[maybe_unused]] inline row load_row(const int16_t* from) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}
[[maybe_unused]] inline row load_bytes(const uint8_t* from) {
  return _mm_unpacklo_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)), _mm_setzero_si128());
}
[[maybe_unused]] inline void store_row(int16_t* to, row r) {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), r);
}
[[maybe_unused]] inline void store_bytes(uint8_t* to, row r) {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi16(r, r));
}

inline void turn_over(row (&r)[8]) {
  row pairs[8];
  for (size_t i = 0; i < 4; ++i) {
    pairs[2 * i] = _mm_unpacklo_epi16(r[2 * i], r[2 * i + 1]);
    pairs[2 * i + 1] = _mm_unpackhi_epi16(r[2 * i], r[2 * i + 1]);
  }
  row quads[8];
  for (size_t i = 0; i < 2; ++i) {
    for (size_t half = 0; half < 2; ++half) {
      quads[4 * i + 2 * half] = _mm_unpacklo_epi32(pairs[4 * i + half], pairs[4 * i + half + 2]);
      quads[4 * i + 2 * half + 1] = _mm_unpackhi_epi32(pairs[4 * i + half], pairs[4 * i + half + 2]);
    }
  }
  for (size_t i = 0; i < 4; ++i) {
    r[2 * i] = _mm_unpacklo_epi64(quads[i], quads[i + 4]);
    r[2 * i + 1] = _mm_unpackhi_epi64(quads[i], quads[i + 4]);
  }
}

#else

struct row {
  int16_t values[8];
};

inline row load_row(const int16_t* from) {
  row r;
  std::memcpy(r.values, from, sizeof(r.values));
  return r;
}
inline row load_bytes(const uint8_t* from) {
  row r;
  for (size_t i = 0; i < 8; ++i) r.values[i] = from[i];
  return r;
}
inline void store_row(int16_t* to, row r) {
  std::memcpy(to, r.values, sizeof(r.values));
}
inline void store_bytes(uint8_t* to, row r) {
  for (size_t i = 0; i < 8; ++i) to[i] = static_cast<uint8_t>(r.values[i]);
}
inline void turn_over(row (&r)[8]) {
  for (size_t i = 0; i < 8; ++i) {
    for (size_t j = 0; j < i; ++j) {
      const int16_t kept = r[i].values[j];
      r[i].values[j] = r[j].values[i];
      r[j].values[i] = kept;
    }
  }
}

#endif

}  // namespace
}  // namespace confab::codec::g722
