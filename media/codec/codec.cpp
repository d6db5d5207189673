#include "media/codec/codec.hpp"

#include "media/codec/factories.hpp"

namespace confab::codec {

using media::codec_kind;

const traits& traits_of(codec_kind kind) noexcept {
  using std::chrono::milliseconds;
  static constexpr traits pcmu{codec_kind::pcmu, 8'000, 8'000, milliseconds{10}, true};
  static constexpr traits pcma{codec_kind::pcma, 8'000, 8'000, milliseconds{10}, true};
  // RFC 3551 §4.5.2: the clock says 8,000 by an old mistake that has to stay; the samples are at 16 kHz.
  static constexpr traits g722{codec_kind::g722, 16'000, 8'000, milliseconds{10}, true};
  static constexpr traits speex_narrow{codec_kind::speex_narrow, 8'000, 8'000, milliseconds{20}, false};
  static constexpr traits speex_wide{codec_kind::speex_wide, 16'000, 16'000, milliseconds{20}, false};
  // RFC 7587 §4.1: the clock is 48,000 whatever rate the decoder is run at.
  static constexpr traits opus{codec_kind::opus, 16'000, 48'000, milliseconds{10}, true};
  switch (kind) {
    case codec_kind::pcmu:
      return pcmu;
    case codec_kind::pcma:
      return pcma;
    case codec_kind::g722:
      return g722;
    case codec_kind::speex_narrow:
      return speex_narrow;
    case codec_kind::speex_wide:
      return speex_wide;
    case codec_kind::opus:
      return opus;
  }
  return pcmu;  // not reached: every kind has its row
}

std::unique_ptr<decoder> make_decoder(codec_kind kind) {
  switch (kind) {
    case codec_kind::pcmu:
      return make_g711_decoder(g711_law::mu);
    case codec_kind::pcma:
      return make_g711_decoder(g711_law::a);
    case codec_kind::g722:
      return make_g722_decoder();
    case codec_kind::speex_narrow:
      return make_speex_decoder(speex_band::narrow);
    case codec_kind::speex_wide:
      return make_speex_decoder(speex_band::wide);
    case codec_kind::opus:
      return make_opus_decoder();
  }
  return nullptr;
}

std::unique_ptr<encoder> make_encoder(codec_kind kind) {
  switch (kind) {
    case codec_kind::pcmu:
      return make_g711_encoder(g711_law::mu);
    case codec_kind::pcma:
      return make_g711_encoder(g711_law::a);
    case codec_kind::g722:
      return make_g722_encoder();
    case codec_kind::speex_narrow:
      return make_speex_encoder(speex_band::narrow);
    case codec_kind::speex_wide:
      return make_speex_encoder(speex_band::wide);
    case codec_kind::opus:
      return make_opus_encoder();
  }
  return nullptr;
}

}  // namespace confab::codec
