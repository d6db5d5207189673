#include "media/rtp/packet.hpp"

#include <algorithm>
#include <cassert>

#include "config/limits.hpp"
#include "media/rtp/bytes.hpp"

namespace confab::rtp {

// Error texts stay under 16 characters: these refusals happen inside a tick, and a short string does not
// allocate.
result<packet> parse_packet(std::span<const uint8_t> datagram) {
  if (datagram.size() < header_bytes) return {errc::malformed, "RTP truncated"};
  if (datagram.size() > limits::rtp_packet_bytes) return {errc::too_large, "RTP too long"};
  if (datagram[0] >> 6 != 2) return {errc::malformed, "not RTP v2"};
  const bool padded = (datagram[0] & 0x20) != 0;
  const bool extended = (datagram[0] & 0x10) != 0;
  const size_t sources = datagram[0] & 0x0f;
  packet p;
  p.marker = (datagram[1] & 0x80) != 0;
  p.payload_type = datagram[1] & 0x7f;
  p.sequence = read_16(datagram.subspan(2));
  p.timestamp = read_32(datagram.subspan(4));
  p.ssrc = read_32(datagram.subspan(8));
  auto rest = datagram.subspan(header_bytes);
  if (rest.size() < sources * 4) return {errc::malformed, "CSRC missing"};
  rest = rest.subspan(sources * 4);
  if (extended) {  // §5.3.1: the length counts 32-bit words after the first
    if (rest.size() < 4) return {errc::malformed, "extension cut"};
    const size_t length = size_t{read_16(rest.subspan(2))} * 4;
    if (rest.size() - 4 < length) return {errc::malformed, "extension cut"};
    p.extension_profile = read_16(rest);
    p.extension = rest.subspan(4, length);
    rest = rest.subspan(4 + length);
  }
  if (padded) {  // §5.1: the last octet counts itself
    if (rest.empty() || rest.back() == 0 || rest.back() > rest.size())
      return {errc::malformed, "bad padding"};
    rest = rest.first(rest.size() - rest.back());
  }
  p.payload = rest;
  return p;
}

size_t write_packet(const packet& p, std::span<uint8_t> out) {
  assert(out.size() >= header_bytes + p.payload.size());
  out[0] = 0x80;
  out[1] = static_cast<uint8_t>((p.marker ? 0x80 : 0) | (p.payload_type & 0x7f));
  write_16(out.subspan(2), p.sequence);
  write_32(out.subspan(4), p.timestamp);
  write_32(out.subspan(8), p.ssrc);
  std::copy(p.payload.begin(), p.payload.end(), out.begin() + header_bytes);
  return header_bytes + p.payload.size();
}

bool looks_like_rtcp(std::span<const uint8_t> datagram) noexcept {
  // RTCP packet types 192-223 are RTP payload types 64-95 with the marker set, which nobody may use on a
  // shared port.
  return datagram.size() >= 4 && datagram[0] >> 6 == 2 && datagram[1] >= 192 && datagram[1] <= 223;
}

}  // namespace confab::rtp
