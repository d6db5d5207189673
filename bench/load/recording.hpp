#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "media/codec/codec.hpp"

namespace confab::load {

/// What one leg heard, laid out by RTP timestamps: a packet that is missing leaves silence in its place.
/// Owned by one pump thread; written when that has ended.
class recording {
 public:
  /// Holds `length` from the first packet on; what comes later is left out.
  recording(const codec::traits& codec, std::chrono::milliseconds length);

  void add(uint32_t timestamp, std::span<const int16_t> samples) noexcept;
  [[nodiscard]] std::span<const int16_t> samples() const noexcept { return std::span(samples_).first(used_); }
  [[nodiscard]] uint32_t sample_rate() const noexcept { return rate_; }
  /// A RIFF WAV of 16-bit mono PCM at the codec's own rate.
  result<void> write(const std::string& path) const;

 private:
  uint32_t rate_;
  uint32_t clock_rate_;
  std::optional<uint32_t> first_timestamp_;
  std::vector<int16_t> samples_;
  size_t used_ = 0;
};

/// The bytes of such a file.
[[nodiscard]] std::vector<uint8_t> wav_of(std::span<const int16_t> samples, uint32_t sample_rate);

}  // namespace confab::load
