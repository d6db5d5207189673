#include "signaling/sdp/rtpmap.hpp"

#include <array>

#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

struct static_type {
  uint8_t payload_type;
  std::string_view name;
  uint32_t clock_rate;
};

/// RFC 3551 table 4, the audio types still met. G722 says 8000 though it samples at 16000 (§4.5.2).
constexpr std::array static_types{
    static_type{0, "PCMU", 8000},  static_type{3, "GSM", 8000},   static_type{4, "G723", 8000},
    static_type{8, "PCMA", 8000},  static_type{9, "G722", 8000},  static_type{13, "CN", 8000},
    static_type{15, "G728", 8000}, static_type{18, "G729", 8000},
};

}  // namespace

std::optional<uint8_t> parse_payload_type(std::string_view format) {
  const auto number = text::number(format, 127);
  if (!number) return std::nullopt;
  return static_cast<uint8_t>(*number);
}

result<rtpmap> parse_rtpmap(std::string_view value) {
  std::string_view rest = value;
  const auto payload_type = parse_payload_type(text::next_word(rest));
  const std::string_view encoding = text::next_word(rest);
  const size_t first = encoding.find('/');
  const size_t second = first == std::string_view::npos ? first : encoding.find('/', first + 1);
  if (!payload_type || first == 0 || first == std::string_view::npos) {
    return {errc::malformed, "not an a=rtpmap: " + std::string(value)};
  }
  const auto rate = text::number(encoding.substr(first + 1, second - first - 1), 1'000'000);
  auto channels = std::optional<uint64_t>{1};
  if (second != std::string_view::npos) channels = text::number(encoding.substr(second + 1), 255);
  if (!rate || *rate == 0 || !channels || *channels == 0) {
    return {errc::malformed, "not an a=rtpmap: " + std::string(value)};
  }
  return rtpmap{*payload_type, std::string(encoding.substr(0, first)), static_cast<uint32_t>(*rate),
                static_cast<uint32_t>(*channels)};
}

std::string write(const rtpmap& map) {
  std::string value =
      std::to_string(map.payload_type) + " " + map.name + "/" + std::to_string(map.clock_rate);
  if (map.channels != 1) value += "/" + std::to_string(map.channels);
  return value;
}

std::optional<rtpmap> rtpmap_of(const media_description& m, std::string_view format) {
  const auto payload_type = parse_payload_type(format);
  if (!payload_type) return std::nullopt;
  for (const attribute& a : m.attributes) {
    if (a.name != "rtpmap") continue;
    if (auto map = parse_rtpmap(a.value); map && map->payload_type == *payload_type) return *std::move(map);
  }
  for (const static_type& s : static_types) {
    if (s.payload_type == *payload_type) return rtpmap{s.payload_type, std::string(s.name), s.clock_rate, 1};
  }
  return std::nullopt;
}

}  // namespace confab::sdp
