#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/stream_settings.hpp"

namespace confab::load {

using payload = std::vector<uint8_t>;

/// Packets of 20 ms, encoded once and shared by all legs: the generator must not be what is measured.
struct payload_library {
  std::vector<payload> talk;   ///< played in a loop, from another place by each talker
  std::vector<payload> quiet;  ///< a line on which nobody speaks
  std::vector<payload> burst;  ///< of one impulse
};

/// `speech` at 16 kHz, not empty.
[[nodiscard]] payload_library make_payloads(media::codec_kind codec, std::span<const int16_t> speech,
                                            uint32_t burst_packets);

/// Root mean square of the loudest 5 ms.
[[nodiscard]] double loudness(std::span<const int16_t> samples, uint32_t sample_rate) noexcept;

}  // namespace confab::load
