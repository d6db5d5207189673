#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "media/codec/codec.hpp"
#include "media/mix/half_band.hpp"
#include "media/mix/section.hpp"

namespace confab::mix {

/// 20 ms frames of the mix into RTP payloads of any packet time from 10 to 60 ms: two in a tick, one, or one
/// every other tick. Owned by one leg; allocates only in `configure`.
class packetizer {
 public:
  /// A packet time is rounded to what the codec can carry. The same codec and time again change nothing.
  void configure(media::codec_kind kind, std::chrono::milliseconds ptime);
  /// Takes the next 20 ms of the mix.
  void push(const frame& mix) noexcept;
  /// A whole packet is there. Always false before `configure`.
  [[nodiscard]] bool ready() const noexcept { return traits_ != nullptr && held_ >= packet_samples_; }
  /// Encodes the packet that is `ready` into `out` (1,280 bytes); its length. 0: none is, or the codec says
  /// nothing (DTX).
  size_t pop(std::span<uint8_t> out) noexcept;
  /// Nothing is sent for now: forgets what has been gathered, so that a resumed stream starts with fresh
  /// sound.
  void drop() noexcept;

  [[nodiscard]] std::chrono::milliseconds ptime() const noexcept { return ptime_; }

 private:
  static constexpr size_t capacity = 60 * mix_rate / 1000 + samples_per_frame;

  const codec::traits* traits_ = nullptr;
  std::unique_ptr<codec::encoder> encoder_;
  half_band_down down_;
  std::chrono::milliseconds ptime_{20};
  size_t packet_samples_ = 0;
  std::array<int16_t, capacity> samples_{};  ///< of the codec's rate
  size_t held_ = 0;
};

}  // namespace confab::mix
