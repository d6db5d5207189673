#include <algorithm>
#include <array>
#include <cassert>

#include <speex/speex.h>
#include <speex/speex_callbacks.h>

#include "config/limits.hpp"
#include "media/codec/factories.hpp"
#include "media/codec/speex_frames.hpp"

namespace confab::codec {
namespace {

constexpr int quality = 8;     // 15 kbit/s narrow, 27.8 kbit/s wide
constexpr int complexity = 2;  // more costs twice the time and is hard to hear
constexpr size_t max_samples_per_frame = 320;

const SpeexMode* mode_of(speex_band band) {
  return speex_lib_get_mode(band == speex_band::wide ? SPEEX_MODEID_WB : SPEEX_MODEID_NB);
}

constexpr size_t samples_per_frame(speex_band band) {
  return band == speex_band::wide ? 320 : 160;
}

class bit_buffer {
 public:
  bit_buffer() { speex_bits_init(&bits_); }  // 2,000 bytes at once: more than a packet
  ~bit_buffer() { speex_bits_destroy(&bits_); }
  bit_buffer(const bit_buffer&) = delete;
  bit_buffer& operator=(const bit_buffer&) = delete;
  SpeexBits* get() { return &bits_; }

 private:
  SpeexBits bits_{};
};

struct decoder_closer {
  void operator()(void* state) const { speex_decoder_destroy(state); }
};
struct encoder_closer {
  void operator()(void* state) const { speex_encoder_destroy(state); }
};

class speex_wrapped_decoder final : public decoder {
 public:
  explicit speex_wrapped_decoder(speex_band band)
      : band_(band), frame_(samples_per_frame(band)), state_(speex_decoder_init(mode_of(band))) {
    int enhance = 1;
    speex_decoder_ctl(state_.get(), SPEEX_SET_ENH, &enhance);
  }

  result<size_t> decode(std::span<const uint8_t> payload, std::span<sample> out) override {
    if (payload.size() > limits::rtp_packet_bytes) return {errc::too_large, "Speex payload exceeds a packet"};
    const auto frames = count_speex_frames(payload, band_ == speex_band::wide);
    if (!frames) return {errc::malformed, "Speex payload has no whole frame"};
    if (*frames > out.size() / frame_) return {errc::too_large, "Speex payload is longer than the frame"};
    speex_bits_read_from(bits_.get(), reinterpret_cast<const char*>(payload.data()),
                         static_cast<int>(payload.size()));
    for (size_t i = 0; i < *frames; ++i) {
      if (speex_decode_int(state_.get(), bits_.get(), out.data() + i * frame_) != 0) {
        return {errc::malformed, "Speex frame does not decode"};
      }
    }
    return *frames * frame_;
  }

  void conceal(std::span<sample> out) override {
    std::array<sample, max_samples_per_frame> whole;
    while (!out.empty()) {
      speex_decode_int(state_.get(), nullptr, whole.data());
      const size_t wanted = std::min(out.size(), frame_);
      std::copy_n(whole.begin(), wanted, out.begin());
      out = out.subspan(wanted);
    }
  }

  // The Speex manual §5.5: submode 0 sends no sound, only that there is none. One bit for the band, four for
  // it.
  bool begins_silence(std::span<const uint8_t> payload) const override {
    return !payload.empty() && (payload[0] & 0xf8) == 0;
  }

  size_t samples_in(std::span<const uint8_t> payload) const override {
    if (payload.size() > limits::rtp_packet_bytes) return 0;
    return count_speex_frames(payload, band_ == speex_band::wide).value_or(0) * frame_;
  }

 private:
  speex_band band_;
  size_t frame_;  // samples
  std::unique_ptr<void, decoder_closer> state_;
  bit_buffer bits_;
};

class speex_wrapped_encoder final : public encoder {
 public:
  explicit speex_wrapped_encoder(speex_band band)
      : frame_(samples_per_frame(band)), state_(speex_encoder_init(mode_of(band))) {
    int value = quality;
    speex_encoder_ctl(state_.get(), SPEEX_SET_QUALITY, &value);
    value = complexity;
    speex_encoder_ctl(state_.get(), SPEEX_SET_COMPLEXITY, &value);
  }

  size_t encode(std::span<const sample> in, std::span<uint8_t> out) override {
    assert(in.size() % frame_ == 0);
    speex_bits_reset(bits_.get());
    std::array<sample, max_samples_per_frame> whole;  // the library wants to write to what it reads
    for (; in.size() >= frame_; in = in.subspan(frame_)) {
      std::copy_n(in.begin(), frame_, whole.begin());
      speex_encode_int(state_.get(), whole.data(), bits_.get());
    }
    speex_bits_insert_terminator(bits_.get());  // RFC 5574 §3.3: padding begins with a 0, then 1s
    return static_cast<size_t>(
        speex_bits_write(bits_.get(), reinterpret_cast<char*>(out.data()), static_cast<int>(out.size())));
  }

 private:
  size_t frame_;  // samples
  std::unique_ptr<void, encoder_closer> state_;
  bit_buffer bits_;
};

}  // namespace

std::unique_ptr<decoder> make_speex_decoder(speex_band band) {
  return std::make_unique<speex_wrapped_decoder>(band);
}
std::unique_ptr<encoder> make_speex_encoder(speex_band band) {
  return std::make_unique<speex_wrapped_encoder>(band);
}

}  // namespace confab::codec
