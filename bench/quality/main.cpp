/// Prints how near a recording is to its original, as one line of JSON:
///   confab_quality ORIGINAL.wav RECORDED.wav          (as confab_load --record wrote it; 8 kHz: the original
///   is halved first) confab_quality ORIGINAL.wav --codec=NAME          (no server: through the codec twice,
///   the best a server can reach)

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "bench/load/options.hpp"
#include "bench/load/speech.hpp"
#include "bench/quality/measure.hpp"
#include "media/codec/codec.hpp"

namespace {

using namespace confab;

using samples = std::vector<int16_t>;

/// Through an encoder and a decoder, frame by frame of 20 ms.
samples once_through(media::codec_kind kind, const samples& in) {
  const size_t step = codec::traits_of(kind).sample_rate / 50;
  auto encoder = codec::make_encoder(kind);
  auto decoder = codec::make_decoder(kind);
  samples out;
  std::array<uint8_t, 1'280> packet{};
  std::array<int16_t, 5'760> sound{};
  for (size_t at = 0; at + step <= in.size(); at += step) {
    const auto bytes = encoder->encode(std::span(in).subspan(at, step), packet);
    const auto made = decoder->decode(std::span(packet).first(bytes), sound);
    if (!made) continue;
    out.insert(out.end(), sound.begin(), sound.begin() + static_cast<ptrdiff_t>(*made));
  }
  return out;
}

struct recorded_sound {
  uint32_t rate = 0;
  samples sound;
};

/// At its own rate, unlike `load_wav`: what confab_load wrote, with its header of 44 bytes.
result<recorded_sound> read_recording(const std::string& path) {
  constexpr size_t header = 44;
  std::ifstream file(path, std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (bytes.size() <= header) return {errc::malformed, path + ": no recording"};
  recorded_sound out;
  out.rate = static_cast<uint32_t>(bytes[24] | bytes[25] << 8);
  if (out.rate != 8'000 && out.rate != 16'000) return {errc::unsupported, path + ": neither 8 nor 16 kHz"};
  for (size_t at = header; at + 1 < bytes.size(); at += 2)
    out.sound.push_back(static_cast<int16_t>(bytes[at] | bytes[at + 1] << 8));
  return out;
}

result<media::codec_kind> codec_named(std::string_view argument) {
  const std::string option(argument);
  const std::array<const char*, 2> words{"--target=127.0.0.1:1", option.c_str()};
  auto read = load::parse_options(words);
  if (!read) return read.error();
  return read->codec;
}

int complain(const std::string& what) {
  std::fprintf(stderr, "confab_quality: %s\n", what.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view second = argc > 2 ? argv[2] : "";
  const bool alone = second.starts_with("--codec=");
  if (argc != 3) return complain("expected ORIGINAL.wav and RECORDED.wav or --codec=NAME");
  auto original = load::load_wav(argv[1]);
  if (!original) return complain(original.error().text);
  recorded_sound heard;
  if (!alone) {
    auto recorded = read_recording(argv[2]);
    if (!recorded) return complain(recorded.error().text);
    heard = std::move(recorded).value();
  }
  const auto kind = alone ? codec_named(second) : result<media::codec_kind>(media::codec_kind::pcmu);
  if (!kind) return complain(kind.error().text);
  if (alone) heard.rate = codec::traits_of(*kind).sample_rate;
  // The same filter as before the talker's encoder, so that it is what was said.
  if (heard.rate != load::speech_rate) original = load::halved_rate(*original);
  if (alone) heard.sound = once_through(*kind, once_through(*kind, *original));
  const auto s = quality::compare(*original, heard.sound, heard.rate);
  std::printf(
      "{\"segmental_snr_db\": %.2f, \"fw_segmental_snr_db\": %.2f, \"frames\": %zu, \"delay_ms\": %.2f, "
      "\"delay_changes\": %zu, \"gain\": %.3f}\n",
      s.segmental_snr_db, s.fw_segmental_snr_db, s.frames, s.delay_ms, s.delay_changes, s.gain);
  return s.frames == 0 ? 1 : 0;
}
