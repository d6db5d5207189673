#include "signaling/web/jpeg_head.hpp"

#include <optional>

#include "config/limits.hpp"

namespace confab::web {
namespace {

// T.81 table B.1
constexpr uint8_t tem = 0x01, rst0 = 0xD0, rst7 = 0xD7, soi = 0xD8, eoi = 0xD9, sos = 0xDA;

uint8_t byte(std::string_view bytes, size_t at) {
  return static_cast<uint8_t>(bytes[at]);
}

uint16_t number(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(byte(bytes, at) << 8 | byte(bytes, at + 1));
}

bool stands_alone(uint8_t marker) {
  return marker == tem || (marker >= rst0 && marker <= rst7);
}

/// SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.
bool begins_frame(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

/// Baseline, extended sequential and progressive with Huffman coding: what browsers show.
bool is_shown(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xC2;
}

/// §B.2.2; `segment` begins behind its length.
result<jpeg_head> read_frame_head(uint8_t marker, std::string_view segment) {
  if (!is_shown(marker)) return {errc::unsupported, "a JPEG of a kind that browsers do not show"};
  constexpr size_t fixed = 6, component = 3;
  if (segment.size() < fixed) return {errc::malformed, "a JPEG whose frame header is too short"};
  const uint8_t precision = byte(segment, 0), components = byte(segment, 5);
  const jpeg_head head{number(segment, 3), number(segment, 1)};
  if (precision != 8) return {errc::unsupported, "a JPEG that has not 8 bits a sample"};
  if (components != 1 && components != 3 && components != 4)
    return {errc::malformed, "a JPEG of " + std::to_string(components) + " components"};
  if (segment.size() != fixed + component * components)
    return {errc::malformed, "a JPEG whose frame header has another length than it says"};
  if (head.width == 0 || head.height == 0) return {errc::malformed, "a JPEG without a size"};
  const uint64_t pixels = uint64_t{head.width} * head.height;
  if (head.width > limits::screen_side_pixels || head.height > limits::screen_side_pixels ||
      pixels > limits::screen_pixels) {
    return {errc::too_large,
            "a JPEG of " + std::to_string(head.width) + " x " + std::to_string(head.height) + " pixels"};
  }
  return head;
}

/// Some encoders pad what they send.
bool ends_with_eoi(std::string_view bytes) {
  const size_t last = bytes.find_last_not_of(std::string_view("\0\r\n", 3));
  return last != std::string_view::npos && last >= 1 && byte(bytes, last) == eoi &&
         byte(bytes, last - 1) == 0xFF;
}

}  // namespace

result<jpeg_head> read_jpeg_head(std::string_view bytes) {
  if (bytes.size() < 4 || byte(bytes, 0) != 0xFF || byte(bytes, 1) != soi)
    return {errc::malformed, "no JPEG"};
  if (!ends_with_eoi(bytes)) return {errc::malformed, "a JPEG that is cut short"};
  std::optional<jpeg_head> head;
  size_t at = 2;
  for (size_t segments = 0; segments < limits::jpeg_segments; ++segments) {
    if (at >= bytes.size() || byte(bytes, at) != 0xFF)
      return {errc::malformed, "a JPEG without a marker where one is due"};
    while (at < bytes.size() && byte(bytes, at) == 0xFF) ++at;  // §B.1.1.2: fill bytes
    if (at >= bytes.size()) return {errc::malformed, "a JPEG that is cut short"};
    const uint8_t marker = byte(bytes, at++);
    if (marker == sos) {
      if (head) return *head;
      return {errc::malformed, "a JPEG with a scan before its frame"};
    }
    if (stands_alone(marker)) continue;
    if (marker == 0 || marker == soi || marker == eoi) return {errc::malformed, "a JPEG without a picture"};
    if (bytes.size() - at < 2) return {errc::malformed, "a JPEG that is cut short"};
    const size_t length = number(bytes, at);
    if (length < 2 || length > bytes.size() - at)
      return {errc::malformed, "a JPEG with a segment past its end"};
    if (begins_frame(marker)) {
      if (head) return {errc::malformed, "a JPEG with two frames"};
      const auto read = read_frame_head(marker, bytes.substr(at + 2, length - 2));
      if (!read) return read.error();
      head = *read;
    }
    at += length;
  }
  return {errc::too_large, "a JPEG of too many segments"};
}

}  // namespace confab::web
