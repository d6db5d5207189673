#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "media/rtp/packet.hpp"

namespace confab::rtp {

/// RFC 8285 §4.2 and §4.3: the element `id` of a packet's header extension, in its one-byte or two-byte form;
/// nothing when it is not there or the extension is of another kind. Elements that do not fit end the search,
/// those before them count. Borrows from the packet.
[[nodiscard]] std::optional<std::span<const uint8_t>> find_extension(const packet& p, uint8_t id) noexcept;

/// An RFC 6464 §3 octet: the top bit is set for voice, the rest is the level, 0 to 127 decibels below
/// overload.
/// Where a packet has none, it is taken for the loudest of voices: nothing is spared.
inline constexpr uint8_t no_audio_level = 0x80;

/// The audio level under `id`, or `no_audio_level`. `voice_bit`: whether the peer uses that bit (vad=on);
/// otherwise everything is voice.
[[nodiscard]] uint8_t audio_level_of(const packet& p, uint8_t id, bool voice_bit) noexcept;

}  // namespace confab::rtp
