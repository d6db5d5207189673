#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "signaling/sdp/description.hpp"

namespace confab::sdp {

/// RFC 8866 §6.6: `a=rtpmap:<payload type> <encoding name>/<clock rate>[/<channels>]`.
struct rtpmap {
  uint8_t payload_type = 0;
  std::string name;
  uint32_t clock_rate = 8000;
  uint32_t channels = 1;
  bool operator==(const rtpmap&) const = default;
};

result<rtpmap> parse_rtpmap(std::string_view value);
/// The value of the attribute.
std::string write(const rtpmap& map);

/// 0–127, or nothing.
[[nodiscard]] std::optional<uint8_t> parse_payload_type(std::string_view format);

/// What `format` of `m` stands for: its a=rtpmap, else the static assignment of RFC 3551 §6, else nothing.
[[nodiscard]] std::optional<rtpmap> rtpmap_of(const media_description& m, std::string_view format);

}  // namespace confab::sdp
