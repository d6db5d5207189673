#include <algorithm>
#include <array>
#include <span>

#include "media/codec/codec.hpp"

/// The first byte names the codec; then packets, each behind a byte of length, 0 being a lost one. The
/// announced length must be the decoded one, and no decoder may crash, whatever came before.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using confab::media::codec_kind;
  constexpr std::array kinds{codec_kind::pcmu,         codec_kind::pcma,       codec_kind::g722,
                             codec_kind::speex_narrow, codec_kind::speex_wide, codec_kind::opus};
  if (size == 0) return 0;
  auto decoder = confab::codec::make_decoder(kinds[data[0] % kinds.size()]);
  std::span<const uint8_t> rest(data + 1, size - 1);
  std::array<int16_t, 960> out;
  while (!rest.empty()) {
    const size_t length = std::min<size_t>(rest[0], rest.size() - 1);
    const auto payload = rest.subspan(1, length);
    rest = rest.subspan(1 + length);
    if (payload.empty()) {
      decoder->conceal(std::span(out).first(320));
      continue;
    }
    const size_t announced = decoder->samples_in(payload);
    const auto decoded = decoder->decode(payload, out);
    if (decoded.ok() && *decoded != announced) __builtin_trap();
  }
  return 0;
}
