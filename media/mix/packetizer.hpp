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
#include "media/mix/section.hpp"

namespace confab::mix {

/// 20 ms frames of the mix into RTP payloads of any packet time from 10 to 60 ms: two in a tick, one, or one
/// every other tick. A packet is encoded at once (`pop`) or together with those of other legs (`begin_pop`,
/// `codec::encode_all`, `end_pop`). Owned by one leg or one listener stream; allocates only in `configure`.
class packetizer {
 public:
  /// A packet time is rounded to what the codec can carry. The same codec and time again change nothing.
  void configure(media::codec_kind kind, std::chrono::milliseconds ptime);
  /// Takes the next 20 ms of the mix.
  void push(const frame& mix) noexcept;
  /// Whole packets that are there. Always 0 before `configure`.
  [[nodiscard]] size_t ready() const noexcept { return packet_samples_ == 0 ? 0 : held_ / packet_samples_; }
  /// Encodes the oldest packet into `out` (`codec::longest_payload` bytes); its length. 0: none is ready, or
  /// the codec says nothing (DTX).
  size_t pop(std::span<uint8_t> out) noexcept;
  /// The same, left to a list of jobs; at most one packet of a packetizer may be in it.
  void begin_pop(std::vector<codec::encode_job>& jobs, std::span<uint8_t> out);
  /// Whether `begin_pop` left a packet to the jobs.
  [[nodiscard]] bool popping() const noexcept { return job_.has_value(); }
  /// After the jobs were run: the length of that packet.
  size_t end_pop(std::span<const codec::encode_job> jobs) noexcept;
  /// Nothing is sent for now: forgets what has been gathered, so that a resumed stream starts with fresh
  /// sound.
  void drop() noexcept { held_ = 0; }

  /// Goes on where `other`, of the same codec and packet time, is: encoder, filter, what is gathered. False
  /// when the codec cannot hand its encoder over (the rest is taken all the same): see `warm_up`.
  bool assume_state_of(const packetizer& other) noexcept;
  /// Runs the encoder over what the far end has heard last (frames of the codec's rate), so that it finds its
  /// pitch and gains.
  void warm_up(std::span<const int16_t> heard) noexcept;

  [[nodiscard]] bool fits(const packetizer& other) const noexcept {
    return traits_ == other.traits_ && ptime_ == other.ptime_;
  }
  [[nodiscard]] const codec::traits* codec() const noexcept { return traits_; }  ///< null: not configured
  [[nodiscard]] std::chrono::milliseconds ptime() const noexcept { return ptime_; }
  /// Of the codec's rate, gathered and not yet encoded.
  [[nodiscard]] std::span<const int16_t> gathered() const noexcept {
    return std::span(samples_).first(held_);
  }

 private:
  void remove_packet() noexcept;

  const codec::traits* traits_ = nullptr;
  std::unique_ptr<codec::encoder> encoder_;
  half_band_down down_;
  std::chrono::milliseconds ptime_{20};
  size_t packet_samples_ = 0;
  std::vector<int16_t> samples_;  ///< of the codec's rate: less than a packet, and a frame
  size_t held_ = 0;
  std::optional<size_t> job_;
};

}  // namespace confab::mix
