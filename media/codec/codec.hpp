#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "config/result.hpp"
#include "media/stream_settings.hpp"

namespace confab::codec {

/// Samples are 16-bit linear, mono. The rate is the codec's own: 8,000 for G.711 and narrow-band Speex, else
/// 16,000.
using sample = int16_t;

/// What RTP and the mixer must know of a codec; constants.
struct traits {
  media::codec_kind kind;
  uint32_t sample_rate;     ///< of the samples that go in and come out
  uint32_t rtp_clock_rate;  ///< of RTP timestamps: 8,000 for G.722 too (RFC 3551 §4.5.2), 48,000 for Opus
  std::chrono::milliseconds
      frame;              ///< packets carry whole multiples of this: 20 for Speex, 10 for the others
  bool copyable_encoder;  ///< whether encoder state can be handed over (design: listener sharing)
};
[[nodiscard]] const traits& traits_of(media::codec_kind kind) noexcept;

/// Packets of one direction to samples. Owned by one shard; allocates only when made.
class decoder {
 public:
  virtual ~decoder() = default;
  /// Decodes one RTP payload into `out`; the number of samples written. Refuses garbage (`malformed`) and
  /// what does not fit `out` (`too_large`) without changing state that would hurt later packets.
  virtual result<size_t> decode(std::span<const uint8_t> payload, std::span<sample> out) = 0;
  /// Conceals a lost packet: fills `out` with what the listener would least notice (the codec's own
  /// concealment where it has one, else a fading repetition).
  virtual void conceal(std::span<sample> out) = 0;
  /// Samples that `payload` would decode to, without decoding; 0 for garbage.
  [[nodiscard]] virtual size_t samples_in(std::span<const uint8_t> payload) const = 0;
};

inline constexpr size_t longest_payload = 1'280;  ///< bytes; more than any encoder here writes

/// Samples to packets. Owned by one shard; allocates only when made.
class encoder {
 public:
  virtual ~encoder() = default;
  /// Encodes `in` (a multiple of `traits::frame`, at most 60 ms) into `out`; the number of bytes written.
  /// `out` of `longest_payload` bytes is always enough.
  virtual size_t encode(std::span<const sample> in, std::span<uint8_t> out) = 0;
  /// Takes over the state of `other`, an encoder of the same kind, so that the far decoder does not notice
  /// the change. False, and nothing changed, for another kind or where `traits::copyable_encoder` is false.
  virtual bool assume_state_of(const encoder& /*other*/) { return false; }
};

/// Work for several legs' codecs at once: what a tick has gathered. Each codec is named at most once in a
/// list, because frames of one stream depend on each other.
struct decode_job {
  decoder* codec = nullptr;
  std::span<const uint8_t> payload;
  std::span<sample> out;  ///< room for `samples_in(payload)` at least
  size_t samples = 0;     ///< written; 0: refused, see `decoder::decode`
};
struct encode_job {
  encoder* codec = nullptr;
  std::span<const sample> in;
  std::span<uint8_t> out;
  size_t length = 0;  ///< written; 0: the codec says nothing (DTX)
};
/// The same as one `decode` or `encode` after the other, bit for bit; codecs whose arithmetic allows it run
/// side by side in vector lanes, so a list of 16 and more is much cheaper. No allocation.
void decode_all(std::span<decode_job> jobs);
void encode_all(std::span<encode_job> jobs);

[[nodiscard]] std::unique_ptr<decoder> make_decoder(media::codec_kind kind);
[[nodiscard]] std::unique_ptr<encoder> make_encoder(media::codec_kind kind);

}  // namespace confab::codec
