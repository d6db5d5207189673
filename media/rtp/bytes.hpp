#pragma once

#include <cstdint>
#include <span>

/// Network byte order. The caller has checked the length.
namespace confab::rtp {

[[nodiscard]] inline uint16_t read_16(std::span<const uint8_t> in) noexcept {
  return static_cast<uint16_t>(in[0] << 8 | in[1]);
}
[[nodiscard]] inline uint32_t read_24(std::span<const uint8_t> in) noexcept {
  return uint32_t{in[0]} << 16 | uint32_t{in[1]} << 8 | in[2];
}
[[nodiscard]] inline uint32_t read_32(std::span<const uint8_t> in) noexcept {
  return uint32_t{in[0]} << 24 | uint32_t{in[1]} << 16 | uint32_t{in[2]} << 8 | in[3];
}
inline void write_16(std::span<uint8_t> out, uint16_t value) noexcept {
  out[0] = static_cast<uint8_t>(value >> 8);
  out[1] = static_cast<uint8_t>(value);
}
inline void write_24(std::span<uint8_t> out, uint32_t value) noexcept {
  out[0] = static_cast<uint8_t>(value >> 16);
  out[1] = static_cast<uint8_t>(value >> 8);
  out[2] = static_cast<uint8_t>(value);
}
inline void write_32(std::span<uint8_t> out, uint32_t value) noexcept {
  write_16(out, static_cast<uint16_t>(value >> 16));
  write_16(out.subspan(2), static_cast<uint16_t>(value));
}

}  // namespace confab::rtp
