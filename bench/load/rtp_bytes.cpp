#include "bench/load/rtp_bytes.hpp"

#include <algorithm>
#include <array>

namespace confab::load {
namespace {

void put32(std::span<uint8_t> out, size_t at, uint32_t value) noexcept {
  for (size_t i = 0; i < 4; ++i) out[at + i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}

uint32_t get32(std::span<const uint8_t> in, size_t at) noexcept {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = (value << 8) | in[at + i];
  return value;
}

uint16_t get16(std::span<const uint8_t> in, size_t at) noexcept {
  return static_cast<uint16_t>((in[at] << 8) | in[at + 1]);
}

}  // namespace

void write_rtp_header(const rtp_fields& fields, std::span<uint8_t, rtp_header_bytes> out) noexcept {
  out[0] = 0x80;
  out[1] = static_cast<uint8_t>((fields.marker ? 0x80 : 0) | fields.payload_type);
  out[2] = static_cast<uint8_t>(fields.sequence >> 8);
  out[3] = static_cast<uint8_t>(fields.sequence);
  put32(out, 4, fields.timestamp);
  put32(out, 8, fields.ssrc);
}

std::optional<rtp_fields> read_rtp_header(std::span<const uint8_t> packet) noexcept {
  if (packet.size() < rtp_header_bytes || packet[0] >> 6 != 2) return std::nullopt;
  if (packet[1] >= 192 && packet[1] <= 223) return std::nullopt;
  rtp_fields fields;
  fields.marker = (packet[1] & 0x80) != 0;
  fields.payload_type = packet[1] & 0x7f;
  fields.sequence = get16(packet, 2);
  fields.timestamp = get32(packet, 4);
  fields.ssrc = get32(packet, 8);
  return fields;
}

std::span<const uint8_t> rtp_payload(std::span<const uint8_t> packet) noexcept {
  size_t start = rtp_header_bytes + 4U * (packet[0] & 0x0f);
  if ((packet[0] & 0x10) != 0) {
    if (start + 4 > packet.size()) return {};
    start += 4 + 4U * get16(packet, start + 2);
  }
  size_t end = packet.size();
  if ((packet[0] & 0x20) != 0) end -= std::min<size_t>(packet.back(), end);
  return start < end ? packet.subspan(start, end - start) : std::span<const uint8_t>();
}

size_t write_rtcp(uint32_t ssrc, std::span<uint8_t> out) noexcept {
  constexpr std::array<uint8_t, 28> form{
      0x80, 201, 0,   1,   0,   0,   0,   0,  // RR without blocks
      0x81, 202, 0,   4,   0,   0,   0,   0,   1, 8,
      'l',  'o', 'a', 'd', '@', 'l', 'e', 'g', 0, 0};  // SDES, CNAME, end and fill
  std::ranges::copy(form, out.begin());
  put32(out, 4, ssrc);
  put32(out, 12, ssrc);
  return form.size();
}

}  // namespace confab::load
