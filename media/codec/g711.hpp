#pragma once

#include <cstdint>
#include <span>

/// ITU-T G.711 companding by vectors (media/simd); bit-exact with the ITU-T software tool library (G.191).
/// Pure functions; `out` must be at least as long as `in`.
namespace confab::codec {

void encode_mu_law(std::span<const int16_t> in, std::span<uint8_t> out) noexcept;
void encode_a_law(std::span<const int16_t> in, std::span<uint8_t> out) noexcept;
void decode_mu_law(std::span<const uint8_t> in, std::span<int16_t> out) noexcept;
void decode_a_law(std::span<const uint8_t> in, std::span<int16_t> out) noexcept;

}  // namespace confab::codec
