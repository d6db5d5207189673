#include "media/rtp/header_extension.hpp"

namespace confab::rtp {
namespace {

constexpr uint16_t one_byte_profile = 0xbede;
constexpr uint16_t two_byte_profile = 0x1000;  // the low four bits are the application's
constexpr uint16_t two_byte_mask = 0xfff0;
constexpr uint8_t stop_id = 15;  // §4.2: in the one-byte form, nothing behind it is read

using elements = std::span<const uint8_t>;

std::optional<elements> find_one_byte(elements rest, uint8_t id) noexcept {
  while (!rest.empty()) {
    const uint8_t here = rest[0] >> 4;
    const size_t length = (rest[0] & 0x0fU) + 1U;
    if (rest[0] == 0) {  // padding
      rest = rest.subspan(1);
      continue;
    }
    // §4.2: an id of 0 with a length ends the extension.
    if (here == 0 || here == stop_id || rest.size() - 1 < length) return std::nullopt;
    if (here == id) return rest.subspan(1, length);
    rest = rest.subspan(1 + length);
  }
  return std::nullopt;
}

std::optional<elements> find_two_byte(elements rest, uint8_t id) noexcept {
  while (!rest.empty()) {
    if (rest[0] == 0) {  // padding
      rest = rest.subspan(1);
      continue;
    }
    if (rest.size() < 2 || rest.size() - 2 < rest[1]) return std::nullopt;
    if (rest[0] == id) return rest.subspan(2, rest[1]);
    rest = rest.subspan(2 + size_t{rest[1]});
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::span<const uint8_t>> find_extension(const packet& p, uint8_t id) noexcept {
  if (id == 0 || p.extension.empty()) return std::nullopt;
  if (p.extension_profile == one_byte_profile) return find_one_byte(p.extension, id);
  if ((p.extension_profile & two_byte_mask) == two_byte_profile) return find_two_byte(p.extension, id);
  return std::nullopt;
}

uint8_t audio_level_of(const packet& p, uint8_t id, bool voice_bit) noexcept {
  const auto element = find_extension(p, id);
  if (!element || element->empty()) return no_audio_level;
  return static_cast<uint8_t>(element->front() | (voice_bit ? 0 : 0x80));
}

}  // namespace confab::rtp
