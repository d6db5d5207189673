#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"

namespace confab::load {

inline constexpr uint32_t speech_rate = 16'000;     ///< samples a second of everything here
inline constexpr size_t speech_limit_seconds = 60;  ///< longer recordings are cut

/// Twelve seconds that resemble speech to a codec and to a voice detector: syllables of voiced and noisy
/// sound with gliding pitch and formants, and pauses. The same samples in every run.
[[nodiscard]] std::vector<int16_t> generated_speech();

/// A RIFF WAV of 16-bit mono PCM at any rate. Brought to `speech_rate` by straight lines between samples,
/// which does for load.
result<std::vector<int16_t>> read_wav(std::span<const uint8_t> file);
result<std::vector<int16_t>> load_wav(const std::string& path);
/// All `*.wav` of a folder in the order of their names, one after the other.
result<std::vector<int16_t>> load_wav_directory(const std::string& path);

/// Half the rate, with a short low-pass before, for codecs at 8 kHz.
[[nodiscard]] std::vector<int16_t> halved_rate(std::span<const int16_t> samples);

/// Noise of about −72 dBFS: a quiet line. Digital silence would let a server skip work that phones never let
/// it skip.
[[nodiscard]] std::vector<int16_t> quiet_line(size_t samples);

/// A full 1 kHz tone, 2 dB below full scale.
[[nodiscard]] std::vector<int16_t> loud_tone(size_t samples);

}  // namespace confab::load
