#include "signaling/sdp/extmap.hpp"

#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

constexpr uint16_t last_id = 255;           // RFC 8285 §4.3
constexpr uint16_t first_unsettled = 4096;  // §7
constexpr uint16_t last_unsettled = 4351;

std::optional<direction> direction_named(std::string_view word) {
  for (const direction one :
       {direction::sendrecv, direction::sendonly, direction::recvonly, direction::inactive}) {
    if (word == to_string(one)) return one;
  }
  return std::nullopt;
}

}  // namespace

result<extmap> parse_extmap(std::string_view value) {
  std::string_view rest = value;
  const std::string_view number = text::next_word(rest);
  const size_t slash = number.find('/');
  const auto id = text::number(number.substr(0, slash), last_unsettled);
  if (!id || *id == 0 || (*id > last_id && *id < first_unsettled)) {
    return {errc::malformed, "a=extmap has no valid id: " + std::string(value)};
  }
  extmap map{.id = static_cast<uint16_t>(*id), .uri = {}};
  if (slash != std::string_view::npos) {
    map.way = direction_named(number.substr(slash + 1));
    if (!map.way) return {errc::malformed, "a=extmap has no valid direction: " + std::string(value)};
  }
  map.uri = text::next_word(rest);
  if (map.uri.empty()) return {errc::malformed, "a=extmap names nothing: " + std::string(value)};
  map.attributes = text::trimmed(rest);
  return map;
}

std::string write(const extmap& map) {
  std::string value = std::to_string(map.id);
  if (map.way) value += "/" + std::string(to_string(*map.way));
  value += " " + map.uri;
  if (!map.attributes.empty()) value += " " + map.attributes;
  return value;
}

std::optional<extmap> audio_level_of(const description& d, const media_description& m) {
  for (const auto* attributes : {&m.attributes, &d.attributes}) {
    for (const attribute& a : *attributes) {
      if (a.name != "extmap") continue;
      auto map = parse_extmap(a.value);
      if (map && map->uri == audio_level_uri && map->id <= last_id) return *std::move(map);
    }
  }
  return std::nullopt;
}

bool has_voice_bit(const extmap& map) {
  std::string_view rest = map.attributes;
  for (std::string_view word = text::next_word(rest); !word.empty(); word = text::next_word(rest)) {
    if (text::same(word, "vad=off")) return false;
  }
  return true;
}

bool sends(const extmap& map) noexcept {
  return !map.way || *map.way == direction::sendrecv || *map.way == direction::sendonly;
}

}  // namespace confab::sdp
