#include "media/rtp/rtcp.hpp"

#include <algorithm>

#include "config/limits.hpp"
#include "media/rtp/bytes.hpp"

namespace confab::rtp {
namespace {

constexpr uint8_t type_sr = 200, type_rr = 201, type_sdes = 202, type_bye = 203;
constexpr size_t block_bytes = 24, sender_info_bytes = 20;
constexpr uint8_t item_cname = 1;

report_block read_block(std::span<const uint8_t> in) {
  report_block b;
  b.ssrc = read_32(in);
  b.fraction_lost = in[4];
  b.cumulative_lost = static_cast<int32_t>(read_24(in.subspan(5)) << 8) >> 8;  // sign of 24 bits
  b.extended_highest_sequence = read_32(in.subspan(8));
  b.jitter = read_32(in.subspan(12));
  b.last_sr = read_32(in.subspan(16));
  b.delay_since_last_sr = read_32(in.subspan(20));
  return b;
}

bool read_blocks(std::span<const uint8_t> in, size_t count, rtcp_compound& out) {
  if (in.size() < count * block_bytes) return false;
  for (size_t i = 0; i < count && out.block_count < rtcp_compound::most_blocks; ++i) {
    out.blocks[out.block_count++] = read_block(in.subspan(i * block_bytes));
  }
  return true;
}

bool read_sr(std::span<const uint8_t> body, size_t count, rtcp_compound& out) {
  if (body.size() < 4 + sender_info_bytes) return false;
  out.sender_ssrc = read_32(body);
  out.has_sender_info = true;
  out.sender = {.ntp = uint64_t{read_32(body.subspan(4))} << 32 | read_32(body.subspan(8)),
                .rtp_timestamp = read_32(body.subspan(12)),
                .packets = read_32(body.subspan(16)),
                .octets = read_32(body.subspan(20))};
  return read_blocks(body.subspan(4 + sender_info_bytes), count, out);
}

bool read_rr(std::span<const uint8_t> body, size_t count, rtcp_compound& out) {
  if (body.size() < 4) return false;
  out.sender_ssrc = read_32(body);
  return read_blocks(body.subspan(4), count, out);
}

/// §6.5: chunks of an SSRC and items, each chunk ended by a zero octet and padded to 32 bits.
bool read_sdes(std::span<const uint8_t> body, size_t count, rtcp_compound& out) {
  size_t at = 0;
  for (size_t chunk = 0; chunk < count; ++chunk) {
    if (body.size() - at < 4) return false;
    const uint32_t ssrc = read_32(body.subspan(at));
    at += 4;
    while (true) {
      if (at >= body.size()) return false;
      const uint8_t item = body[at];
      if (item == 0) break;
      if (body.size() - at < 2 || body.size() - at - 2 < body[at + 1]) return false;
      const auto text = body.subspan(at + 2, body[at + 1]);
      if (item == item_cname && (out.sender_ssrc == 0 || ssrc == out.sender_ssrc)) {
        out.cname = {reinterpret_cast<const char*>(text.data()), text.size()};
      }
      at += 2 + text.size();
    }
    at = std::min((at / 4 + 1) * 4, body.size());
  }
  return true;
}

bool read_bye(std::span<const uint8_t> body, size_t count, rtcp_compound& out) {
  if (body.size() < count * 4) return false;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t ssrc = read_32(body.subspan(i * 4));
    if (out.sender_ssrc == 0) out.sender_ssrc = ssrc;
    if (ssrc == out.sender_ssrc) out.bye = true;
  }
  return true;
}

bool read_one(uint8_t type, std::span<const uint8_t> body, size_t count, rtcp_compound& out) {
  switch (type) {
    case type_sr:
      return read_sr(body, count, out);
    case type_rr:
      return read_rr(body, count, out);
    case type_sdes:
      return read_sdes(body, count, out);
    case type_bye:
      return read_bye(body, count, out);
    default:
      return true;  // a number from the wire, not an enum: APP, feedback and XR are stepped over
  }
}

/// Puts the common header in front of a packet that ends at `end`.
void write_header(std::span<uint8_t> out, size_t start, size_t end, uint8_t type, uint8_t count) noexcept {
  out[start] = static_cast<uint8_t>(0x80 | count);
  out[start + 1] = type;
  write_16(out.subspan(start + 2), static_cast<uint16_t>((end - start) / 4 - 1));
}

void write_block(const report_block& b, std::span<uint8_t> out) noexcept {
  write_32(out, b.ssrc);
  out[4] = b.fraction_lost;
  write_24(out.subspan(5), static_cast<uint32_t>(std::clamp(b.cumulative_lost, -0x800000, 0x7fffff)));
  write_32(out.subspan(8), b.extended_highest_sequence);
  write_32(out.subspan(12), b.jitter);
  write_32(out.subspan(16), b.last_sr);
  write_32(out.subspan(20), b.delay_since_last_sr);
}

size_t write_first(const rtcp_report& r, std::span<uint8_t> out) noexcept {
  write_32(out.subspan(4), r.ssrc);
  size_t at = 8;
  if (r.sending) {
    write_32(out.subspan(8), static_cast<uint32_t>(r.sender.ntp >> 32));
    write_32(out.subspan(12), static_cast<uint32_t>(r.sender.ntp));
    write_32(out.subspan(16), r.sender.rtp_timestamp);
    write_32(out.subspan(20), r.sender.packets);
    write_32(out.subspan(24), r.sender.octets);
    at += sender_info_bytes;
  }
  if (r.has_block) {
    write_block(r.block, out.subspan(at));
    at += block_bytes;
  }
  write_header(out, 0, at, r.sending ? type_sr : type_rr, r.has_block ? 1 : 0);
  return at;
}

size_t write_sdes(const rtcp_report& r, std::span<uint8_t> out, size_t start) noexcept {
  const auto name = r.cname.substr(0, 255);
  write_32(out.subspan(start + 4), r.ssrc);
  out[start + 8] = item_cname;
  out[start + 9] = static_cast<uint8_t>(name.size());
  std::copy(name.begin(), name.end(), out.begin() + static_cast<std::ptrdiff_t>(start + 10));
  size_t at = start + 10 + name.size();
  do out[at++] = 0;
  while (at % 4 != 0);
  write_header(out, start, at, type_sdes, 1);
  return at;
}

}  // namespace

result<rtcp_compound> parse_rtcp(std::span<const uint8_t> datagram) {
  if (datagram.size() > limits::rtp_packet_bytes) return {errc::too_large, "RTCP too long"};
  if (datagram.size() < 8) return {errc::malformed, "RTCP truncated"};
  rtcp_compound out;
  for (auto rest = datagram; !rest.empty();) {
    if (rest.size() < 4 || rest[0] >> 6 != 2) return {errc::malformed, "not RTCP v2"};
    const size_t length = (size_t{read_16(rest.subspan(2))} + 1) * 4;
    if (length > rest.size()) return {errc::malformed, "RTCP truncated"};
    auto body = rest.subspan(4, length - 4);
    if ((rest[0] & 0x20) != 0) {  // §6.4.1: only the last packet may be padded
      if (length != rest.size() || body.empty() || body.back() == 0 || body.back() > body.size()) {
        return {errc::malformed, "bad padding"};
      }
      body = body.first(body.size() - body.back());
    }
    if (!read_one(rest[1], body, rest[0] & 0x1f, out)) return {errc::malformed, "bad RTCP body"};
    rest = rest.subspan(length);
  }
  return out;
}

size_t write_rtcp(const rtcp_report& r, std::span<uint8_t> out) noexcept {
  const size_t needed =
      8 + sender_info_bytes + block_bytes + 10 + std::min<size_t>(r.cname.size(), 255) + 4 + 8;
  if (out.size() < needed) return 0;
  size_t at = write_first(r, out);
  at = write_sdes(r, out, at);
  if (r.bye) {
    write_32(out.subspan(at + 4), r.ssrc);
    write_header(out, at, at + 8, type_bye, 1);
    at += 8;
  }
  return at;
}

}  // namespace confab::rtp
