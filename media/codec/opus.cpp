#include <algorithm>
#include <array>
#include <cassert>
#include <string>
#include <vector>

#include <opus.h>

#include "config/limits.hpp"
#include "media/codec/factories.hpp"

namespace confab::codec {
namespace {

constexpr int rate = 16'000;  // the mixer's; the library resamples what was encoded at other rates
constexpr int mono = 1;       // stereo packets are mixed down by the library
constexpr int complexity = 5;
constexpr int bits_per_second = 32'000;
constexpr size_t samples_per_ms = rate / 1'000;
constexpr size_t shortest = samples_per_ms * 5 / 2;  // 2.5 ms, the grain of Opus
constexpr size_t longest = samples_per_ms * 120;     // RFC 6716 §3.2.5 [R5]

/// Samples at 16 kHz, 0 for what is no Opus packet.
size_t samples_of(std::span<const uint8_t> payload) {
  if (payload.empty() || payload.size() > limits::rtp_packet_bytes) return 0;
  // The whole frame structure is looked at (RFC 6716 §3.4), not only the first byte.
  unsigned char toc = 0;
  std::array<const unsigned char*, 48> frames;
  std::array<opus_int16, 48> sizes;
  const auto bytes = static_cast<opus_int32>(payload.size());
  if (opus_packet_parse(payload.data(), bytes, &toc, frames.data(), sizes.data(), nullptr) <= 0) return 0;
  const int samples = opus_packet_get_nb_samples(payload.data(), bytes, rate);
  return samples > 0 ? static_cast<size_t>(samples) : 0;
}

/// Library states are plain memory without pointers into themselves: kept in a buffer, copied byte by byte.
using state_buffer = std::vector<std::byte>;

class opus_wrapped_decoder final : public decoder {
 public:
  opus_wrapped_decoder() : state_(static_cast<size_t>(opus_decoder_get_size(mono))) {
    opus_decoder_init(state(), rate, mono);
  }

  result<size_t> decode(std::span<const uint8_t> payload, std::span<sample> out) override {
    if (payload.size() > limits::rtp_packet_bytes) return {errc::too_large, "Opus payload exceeds a packet"};
    const size_t samples = samples_of(payload);
    if (samples == 0) return {errc::malformed, "Opus payload is not an Opus packet"};
    if (samples > out.size()) return {errc::too_large, "Opus payload is longer than the frame"};
    const int written = opus_decode(state(), payload.data(), static_cast<opus_int32>(payload.size()),
                                    out.data(), static_cast<int>(samples), 0);
    if (written < 0)
      return {errc::malformed, std::string("Opus payload does not decode: ") + opus_strerror(written)};
    return static_cast<size_t>(written);
  }

  void conceal(std::span<sample> out) override {
    while (out.size() >= shortest) {
      const size_t chunk = std::min(out.size() / shortest * shortest, longest);
      if (opus_decode(state(), nullptr, 0, out.data(), static_cast<int>(chunk), 0) < 0) break;
      out = out.subspan(chunk);
    }
    if (out.empty()) return;
    std::array<sample, shortest> rest{};
    if (opus_decode(state(), nullptr, 0, rest.data(), static_cast<int>(shortest), 0) < 0) rest.fill(0);
    for (size_t i = 0; i < out.size(); ++i) out[i] = i < shortest ? rest[i] : sample{0};
  }

  // RFC 6716 §2.1.9: in silence one frame every 400 ms; a frame of no more than the first byte or two is one.
  bool begins_silence(std::span<const uint8_t> payload) const override {
    return !payload.empty() && payload.size() <= 2;
  }

  size_t samples_in(std::span<const uint8_t> payload) const override { return samples_of(payload); }

 private:
  OpusDecoder* state() { return reinterpret_cast<OpusDecoder*>(state_.data()); }

  state_buffer state_;
};

class opus_wrapped_encoder final : public encoder {
 public:
  opus_wrapped_encoder()
      : state_(static_cast<size_t>(opus_encoder_get_size(mono))),
        repacketizer_(static_cast<size_t>(opus_repacketizer_get_size())) {
    opus_encoder_init(state(), rate, mono, OPUS_APPLICATION_VOIP);
    opus_encoder_ctl(state(), OPUS_SET_COMPLEXITY(complexity));
    opus_encoder_ctl(state(), OPUS_SET_BITRATE(bits_per_second));
    opus_encoder_ctl(state(), OPUS_SET_INBAND_FEC(0));
    // One signal type and one bandwidth: consecutive frames have the same configuration and can share a
    // packet.
    opus_encoder_ctl(state(), OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE));
    opus_encoder_ctl(state(), OPUS_SET_BANDWIDTH(OPUS_BANDWIDTH_WIDEBAND));
  }

  size_t encode(std::span<const sample> in, std::span<uint8_t> out) override {
    assert(in.size() % (10 * samples_per_ms) == 0 && in.size() <= 60 * samples_per_ms);
    switch (in.size() / samples_per_ms) {
      case 10:
      case 20:
      case 40:
      case 60:
        return encode_frame(in, out);
      default:
        return encode_joined(in, out);  // 30 and 50 ms are no frame sizes of Opus
    }
  }

  bool assume_state_of(const encoder& other) override {
    const auto* same = dynamic_cast<const opus_wrapped_encoder*>(&other);
    if (same == nullptr) return false;
    state_ = same->state_;  // of equal size: nothing is allocated
    return true;
  }

 private:
  OpusEncoder* state() { return reinterpret_cast<OpusEncoder*>(state_.data()); }
  OpusRepacketizer* repacketizer() { return reinterpret_cast<OpusRepacketizer*>(repacketizer_.data()); }

  size_t encode_frame(std::span<const sample> in, std::span<uint8_t> out) {
    const int written = opus_encode(state(), in.data(), static_cast<int>(in.size()), out.data(),
                                    static_cast<opus_int32>(out.size()));
    return written < 0 ? 0 : static_cast<size_t>(written);
  }

  /// RFC 6716 §3.2.5: frames of 10 ms in one packet.
  size_t encode_joined(std::span<const sample> in, std::span<uint8_t> out) {
    constexpr size_t frame = 10 * samples_per_ms;
    opus_repacketizer_init(repacketizer());
    for (size_t i = 0; i * frame < in.size(); ++i) {
      const size_t bytes = encode_frame(in.subspan(i * frame, frame), parts_[i]);
      const auto length = static_cast<opus_int32>(bytes);
      if (bytes == 0 || opus_repacketizer_cat(repacketizer(), parts_[i].data(), length) != OPUS_OK) return 0;
    }
    const auto written =
        opus_repacketizer_out(repacketizer(), out.data(), static_cast<opus_int32>(out.size()));
    return written < 0 ? 0 : static_cast<size_t>(written);
  }

  state_buffer state_;
  state_buffer repacketizer_;
  std::array<std::array<uint8_t, 256>, 6> parts_{};
};

}  // namespace

std::unique_ptr<decoder> make_opus_decoder() {
  return std::make_unique<opus_wrapped_decoder>();
}
std::unique_ptr<encoder> make_opus_encoder() {
  return std::make_unique<opus_wrapped_encoder>();
}

}  // namespace confab::codec
