#include "media/mix/sound.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>

#include "config/limits.hpp"
#include "media/mix/half_band.hpp"
#include "media/mix/section.hpp"

namespace confab::mix {
namespace {

constexpr uint16_t format_pcm = 1;
constexpr uint16_t format_extensible = 0xfffe;
constexpr size_t chunk_header_bytes = 8;

uint16_t read_16(std::span<const uint8_t> bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] | (bytes[at + 1] << 8));
}

uint32_t read_32(std::span<const uint8_t> bytes, size_t at) {
  return read_16(bytes, at) | (static_cast<uint32_t>(read_16(bytes, at + 2)) << 16);
}

bool is_tag(std::span<const uint8_t> bytes, size_t at, std::string_view tag) {
  return std::equal(tag.begin(), tag.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char wanted, uint8_t found) { return static_cast<uint8_t>(wanted) == found; });
}

struct wave_format {
  uint16_t tag;
  uint16_t channels;
  uint32_t rate;  // Hz
  uint16_t bits;
};

result<wave_format> parse_format(std::span<const uint8_t> chunk, const std::string& name) {
  if (chunk.size() < 16) return {errc::malformed, name + ": its format chunk is too short"};
  wave_format format{read_16(chunk, 0), read_16(chunk, 2), read_32(chunk, 4), read_16(chunk, 14)};
  // The extensible form carries the real tag as the first field of a GUID.
  if (format.tag == format_extensible && chunk.size() >= 26) format.tag = read_16(chunk, 24);
  if (format.tag == format_pcm && format.channels == 1 && format.bits == 16 &&
      (format.rate == mix_rate || format.rate == mix_rate / 2)) {
    return format;
  }
  return {errc::unsupported, name + ": wanted PCM, 1 channel, 16 bit, 16000 or 8000 Hz; found format " +
                                 std::to_string(format.tag) + ", " + std::to_string(format.channels) +
                                 " channels, " + std::to_string(format.bits) + " bit, " +
                                 std::to_string(format.rate) + " Hz"};
}

std::vector<int16_t> to_samples(std::span<const uint8_t> data) {
  std::vector<int16_t> samples(data.size() / 2);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<int16_t>(read_16(data, 2 * i));
  return samples;
}

std::vector<int16_t> to_mix_rate(const std::vector<int16_t>& narrow) {
  std::vector<int16_t> wide(narrow.size() * 2);
  half_band_up up;
  up.process(narrow, wide);
  return wide;
}

result<std::vector<uint8_t>> read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (!file || failure) return {errc::unavailable, path.string() + ": cannot be read"};
  if (size > limits::sound_bytes) return {errc::too_large, path.string() + ": is larger than a sound may be"};
  std::vector<uint8_t> bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<size_t>(file.gcount()) != size) {
    return {errc::unavailable, path.string() + ": ended before its size"};
  }
  return bytes;
}

}  // namespace

result<sound> parse_wav(std::span<const uint8_t> bytes, std::string name) {
  if (bytes.size() > limits::sound_bytes) return {errc::too_large, name + ": is larger than a sound may be"};
  if (bytes.size() < 12 || !is_tag(bytes, 0, "RIFF") || !is_tag(bytes, 8, "WAVE")) {
    return {errc::malformed, name + ": is not a RIFF WAVE file"};
  }
  std::optional<wave_format> format;
  for (size_t at = 12; bytes.size() - at >= chunk_header_bytes;) {
    const size_t stated = read_32(bytes, at + 4);
    const size_t left = bytes.size() - at - chunk_header_bytes;
    const auto body = bytes.subspan(at + chunk_header_bytes, std::min(stated, left));
    if (is_tag(bytes, at, "data")) {
      if (!format) return {errc::malformed, name + ": its samples come before their format"};
      // Programs that write to a pipe cannot know the size and state a huge one: then all that is there
      // counts.
      constexpr size_t unknown_size = 0x7fff'0000;
      if (stated > left && stated < unknown_size) return {errc::malformed, name + ": is cut off"};
      auto samples = to_samples(body);
      if (format->rate != mix_rate) samples = to_mix_rate(samples);
      return sound{std::move(name), std::move(samples)};
    }
    if (stated > left) return {errc::malformed, name + ": is cut off"};
    if (is_tag(bytes, at, "fmt ")) {
      auto parsed = parse_format(body, name);
      if (!parsed) return parsed.error();
      format = *parsed;
    }
    at += chunk_header_bytes + std::min(left, stated + stated % 2);  // chunks begin at even offsets
  }
  return {errc::malformed, name + ": has no samples"};
}

result<sound_library> sound_library::load(const std::string& directory) {
  std::error_code failure;
  std::filesystem::directory_iterator files(directory, failure);
  if (failure) return {errc::unavailable, directory + ": " + failure.message()};
  sound_library library;
  for (; files != std::filesystem::directory_iterator(); files.increment(failure)) {
    const auto& path = files->path();
    if (path.extension() != ".wav") continue;
    auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    auto parsed = parse_wav(*bytes, path.stem().string());
    if (!parsed) return confab::error{parsed.error().code, path.string() + ": " + parsed.error().text};
    const std::string name = parsed->name;
    library.sounds_[name] = std::make_shared<const sound>(std::move(parsed).value());
  }
  if (failure) return {errc::unavailable, directory + ": " + failure.message()};
  return library;
}

sound_ptr sound_library::find(const std::string& name) const {
  const auto found = sounds_.find(name);
  return found == sounds_.end() ? nullptr : found->second;
}

}  // namespace confab::mix
