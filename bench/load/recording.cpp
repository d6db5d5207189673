#include "bench/load/recording.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace confab::load {
namespace {

void put(std::vector<uint8_t>& out, std::string_view word) {
  for (const char c : word) out.push_back(static_cast<uint8_t>(c));
}

void put(std::vector<uint8_t>& out, uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

}  // namespace

recording::recording(const codec::traits& codec, std::chrono::milliseconds length)
    : rate_(codec.sample_rate),
      clock_rate_(codec.rtp_clock_rate),
      samples_(static_cast<size_t>(length.count()) * codec.sample_rate / 1'000) {}

void recording::add(uint32_t timestamp, std::span<const int16_t> samples) noexcept {
  if (!first_timestamp_) first_timestamp_ = timestamp;
  // Signed, so that a packet from before the first one is seen to be just that, across the wrap as well.
  const auto ticks = static_cast<int32_t>(timestamp - *first_timestamp_);
  if (ticks < 0) return;
  const auto at = static_cast<size_t>(static_cast<uint64_t>(ticks) * rate_ / clock_rate_);
  if (at >= samples_.size()) return;
  const auto fitting = samples.first(std::min(samples.size(), samples_.size() - at));
  std::ranges::copy(fitting, samples_.begin() + static_cast<ptrdiff_t>(at));
  used_ = std::max(used_, at + fitting.size());
}

result<void> recording::write(const std::string& path) const {
  const auto bytes = wav_of(samples(), rate_);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) return {errc::unavailable, path + ": cannot be written"};
  return {};
}

std::vector<uint8_t> wav_of(std::span<const int16_t> samples, uint32_t sample_rate) {
  const auto length = static_cast<uint32_t>(samples.size() * 2);
  std::vector<uint8_t> out;
  out.reserve(44 + length);
  put(out, "RIFF");
  put(out, 36 + length, 4);
  put(out, "WAVEfmt ");
  put(out, 16, 4);
  put(out, 1, 2);  // PCM
  put(out, 1, 2);  // mono
  put(out, sample_rate, 4);
  put(out, sample_rate * 2, 4);
  put(out, 2, 2);
  put(out, 16, 2);
  put(out, "data");
  put(out, length, 4);
  for (const auto s : samples) put(out, static_cast<uint16_t>(s), 2);
  return out;
}

}  // namespace confab::load
