#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "signaling/sdp/description.hpp"

namespace confab::sdp {

/// RFC 8285 §5 and §7: `a=extmap:<id>[/<direction>] <URI> [<attributes>]`.
struct extmap {
  uint16_t id = 0;                    ///< 1–255 on the wire; 4096–4351: offered without a number yet
  std::optional<direction> way = {};  ///< of the header extension, from the view of the writer
  std::string uri;
  std::string attributes = {};
  bool operator==(const extmap&) const = default;
};

result<extmap> parse_extmap(std::string_view value);
/// The value of the attribute.
std::string write(const extmap& map);

/// RFC 6464 §4.
inline constexpr std::string_view audio_level_uri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

/// The usable line of `m`, else of the session, that maps RFC 6464 audio levels; first of several.
[[nodiscard]] std::optional<extmap> audio_level_of(const description& d, const media_description& m);
/// RFC 6464 §4: vad=on unless it says vad=off.
[[nodiscard]] bool has_voice_bit(const extmap& map);
/// Whether the writer of the line sends the extension.
[[nodiscard]] bool sends(const extmap& map) noexcept;

}  // namespace confab::sdp
