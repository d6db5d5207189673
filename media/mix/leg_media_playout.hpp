#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "media/codec/codec.hpp"
#include "media/mix/half_band.hpp"
#include "media/mix/noise_source.hpp"
#include "media/mix/section.hpp"
#include "media/mix/time_scaler.hpp"
#include "media/rtp/jitter_buffer.hpp"

namespace confab::mix {

/// From which level on (decibels below overload, RFC 6464) a packet need not be decoded, because it would not
/// be heard. 128: every packet must.
struct spare_levels {
  int unvoiced = 128;  ///< when the peer says that it is no voice
  int any = 128;       ///< whatever it says
};

/// Packets of one leg into 20 ms frames of the mix: jitter buffer, decoder, concealment, comfort noise, and
/// from 8 to 16 kHz where need be. Delay that is no longer needed is given back by `time_scaler`. Packets of
/// any length fit: what a tick does not use waits for the next. Owned by one leg; allocates only in
/// `configure`.
class leg_media_playout {
 public:
  /// The same codec and jitter bound again change nothing.
  void configure(media::codec_kind kind, std::chrono::milliseconds max_jitter);
  /// Another stream (SSRC) begins, or nothing is received any more.
  void reset() noexcept;

  /// Null before `configure`.
  [[nodiscard]] rtp::jitter_buffer* buffer() noexcept { return buffer_ ? &*buffer_ : nullptr; }
  [[nodiscard]] const rtp::jitter_buffer* buffer() const noexcept { return buffer_ ? &*buffer_ : nullptr; }

  /// RFC 3389: from this packet on the sender is silent and its room sounds so. `sequence` puts it in its
  /// place.
  void on_comfort_noise(const rtp::comfort_noise& noise, uint16_t sequence) noexcept;
  /// Whether the frame that `finish_frame` just made holds nothing but comfort noise.
  [[nodiscard]] bool only_noise() const noexcept { return only_noise_; }
  /// Samples taken out so far to give back delay.
  [[nodiscard]] uint64_t shortened() const noexcept { return shortened_; }

  /// The next 20 ms, first half: takes what is due from the buffer. The packet that completes the frame is
  /// left to `jobs`, where those of all legs are decoded together; at most one of a leg. Nothing may be
  /// pushed into the buffer before `finish_frame`.
  /// Packets that `spare` names become silence of their length, undecoded.
  void begin_frame(std::vector<codec::decode_job>& jobs, rtp::clock_time now, spare_levels spare = {});
  /// The second half, after the jobs were run; false when there is nothing to hear (`out` is then untouched).
  bool finish_frame(std::span<const codec::decode_job> jobs, frame& out, rtp::clock_time now) noexcept;

  /// The loudest level of the packets this frame spared, if it did.
  [[nodiscard]] std::optional<int> spared_level() const noexcept { return spared_level_; }
  [[nodiscard]] uint64_t spared() const noexcept { return spared_; }  ///< packets

 private:
  // RFC 6716 §2.1.4: no packet of a codec here lasts longer than 120 ms; less than a frame may be left over
  // from the last.
  static constexpr size_t capacity_ms = 120 + 20;

  /// Samples of the codec's rate in a frame.
  [[nodiscard]] size_t frame_samples() const noexcept {
    return samples_per_frame * traits_->sample_rate / mix_rate;
  }
  void refill(std::vector<codec::decode_job>* jobs, rtp::clock_time now);
  void note(const rtp::playout_result& due) noexcept;
  void plan_surplus(rtp::clock_time now) noexcept;
  void give_back_surplus() noexcept;
  [[nodiscard]] bool spares(const rtp::playout_result& due) noexcept;
  void hold_silence(size_t samples) noexcept;
  void remember(std::span<const uint8_t> payload) noexcept;
  void catch_up() noexcept;
  void decoded(size_t samples) noexcept;
  void conceal() noexcept;
  void pause() noexcept;
  void fade_out(std::span<int16_t> to) noexcept;
  [[nodiscard]] std::span<int16_t> room() noexcept { return std::span(samples_).subspan(held_); }

  const codec::traits* traits_ = nullptr;
  std::chrono::milliseconds max_jitter_{0};
  std::unique_ptr<codec::decoder> decoder_;
  std::optional<rtp::jitter_buffer> buffer_;
  half_band_up up_;
  bool drained_ = true;           ///< the filter holds nothing but silence
  size_t packet_samples_ = 0;     ///< of the last packet decoded: how much a lost one is taken to hold
  std::vector<int16_t> samples_;  ///< decoded, of the codec's rate
  size_t held_ = 0;
  size_t goal_ = 0;     ///< samples to hold before the frame is taken: more than it has while delay shrinks
  size_t surplus_ = 0;  ///< of those held, what is to be taken out
  unsigned surplus_ticks_ = 0;  ///< since something was taken out
  uint64_t shortened_ = 0;
  std::optional<time_scaler> scaler_;
  noise_source noise_;
  std::optional<uint16_t> noise_from_;  ///< the sequence number of the last comfort noise packet
  bool silence_begun_ = false;          ///< the codec said so (DTX)
  bool sounding_ = false;               ///< the last frame had more than noise
  bool only_noise_ = false;
  spare_levels spare_;               ///< in this frame
  std::optional<int> spared_level_;  ///< in this frame
  uint64_t spared_ = 0;
  bool sparing_ = false;  ///< the last packet was
  bool silent_ = true;    ///< all that is held is digital silence
  // G.722's decoder follows the encoder's scale factors, which leak by 1/128 a sample: from this much of what
  // was spared it is where it would be. The other codecs find back within a packet.
  static constexpr size_t remembered = 480;  // bytes: 60 ms
  std::array<uint8_t, remembered> past_{};
  size_t past_bytes_ = 0;
  std::optional<size_t> job_;  ///< what is being decoded, in the tick's list
};

}  // namespace confab::mix
