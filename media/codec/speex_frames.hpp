#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace confab::codec {

/// RFC 5574 §3.2, §3.3 and the Speex manual §10: walks the frame headers of a payload without decoding, so
/// that garbage is refused before it reaches the decoder (whose own checks print to standard error) and the
/// length is known in advance. `wide`: whether the wide-band decoder will read it. The number of frames;
/// nothing when the payload is not Speex.
[[nodiscard]] std::optional<size_t> count_speex_frames(std::span<const uint8_t> payload, bool wide) noexcept;

}  // namespace confab::codec
