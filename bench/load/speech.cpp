#include "bench/load/speech.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numbers>

namespace confab::load {
namespace {

constexpr double two_pi = 2 * std::numbers::pi;

/// Numbers that look random and never change; the standard's distributions differ between libraries.
class noise {
 public:
  double next() {  // −1 … 1
    state_ = state_ * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
    return static_cast<double>(static_cast<int32_t>(state_ >> 32)) / 2'147'483'648.0;
  }
  double between(double low, double high) { return low + (high - low) * (next() + 1) / 2; }

 private:
  uint64_t state_ = 20'240'229;
};

/// A two-pole resonance: one formant.
class resonator {
 public:
  void tune(double frequency, double bandwidth) {
    const double radius = std::exp(-std::numbers::pi * bandwidth / speech_rate);
    a1_ = 2 * radius * std::cos(two_pi * frequency / speech_rate);
    a2_ = -radius * radius;
    gain_ = 1 - radius;
  }
  double pass(double in) {
    const double out = gain_ * in + a1_ * y1_ + a2_ * y2_;
    y2_ = y1_;
    y1_ = out;
    return out;
  }

 private:
  double a1_ = 0, a2_ = 0, gain_ = 0, y1_ = 0, y2_ = 0;
};

/// One voice: a pulse train and noise through three formants.
class voice {
 public:
  void syllable(double seconds, std::vector<double>& out) {
    const double pitch = random_.between(95, 190);
    const double glide = random_.between(-25, 15);
    const double hiss = random_.next() > 0.3 ? random_.between(0.3, 0.8) : 0.04;
    formants_[0].tune(random_.between(280, 750), 90);
    formants_[1].tune(random_.between(900, 2'200), 120);
    formants_[2].tune(random_.between(2'300, 3'300), 180);
    const auto count = static_cast<size_t>(seconds * speech_rate);
    for (size_t i = 0; i < count; ++i) {
      const double position = static_cast<double>(i) / static_cast<double>(count);
      phase_ += (pitch + glide * position) / speech_rate;
      const double pulse = phase_ >= 1 ? 12 : 0;
      phase_ -= std::floor(phase_);
      const double source = pulse * (1 - hiss) + random_.next() * hiss;
      double sum = 0;
      for (auto& formant : formants_) sum += formant.pass(source);
      out.push_back(sum * std::sin(std::numbers::pi * position));
    }
  }
  void pause(double seconds, std::vector<double>& out) {
    const auto count = static_cast<size_t>(seconds * speech_rate);
    for (size_t i = 0; i < count; ++i) out.push_back(random_.next() * 0.0005);
  }
  noise& random() { return random_; }

 private:
  noise random_;
  std::array<resonator, 3> formants_;
  double phase_ = 0;
};

uint32_t little(std::span<const uint8_t> bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = count; i-- > 0;) value = (value << 8) | bytes[at + i];
  return value;
}

bool has_word(std::span<const uint8_t> bytes, size_t at, std::string_view word) {
  return std::equal(word.begin(), word.end(), bytes.begin() + static_cast<ptrdiff_t>(at),
                    [](char a, uint8_t b) { return static_cast<uint8_t>(a) == b; });
}

std::vector<int16_t> at_speech_rate(const std::vector<int16_t>& in, uint32_t rate) {
  if (rate == speech_rate || in.size() < 2) return in;
  std::vector<int16_t> out(static_cast<size_t>(static_cast<uint64_t>(in.size() - 1) * speech_rate / rate));
  for (size_t i = 0; i < out.size(); ++i) {
    const double at = static_cast<double>(i) * rate / speech_rate;
    const auto left = static_cast<size_t>(at);
    const double part = at - static_cast<double>(left);
    out[i] = static_cast<int16_t>(std::lround(in[left] * (1 - part) + in[left + 1] * part));
  }
  return out;
}

}  // namespace

std::vector<int16_t> generated_speech() {
  voice speaker;
  std::vector<double> raw;
  constexpr size_t wanted = 12 * speech_rate;
  while (raw.size() < wanted) {
    const auto syllables = static_cast<int>(speaker.random().between(4, 11));
    for (int i = 0; i < syllables; ++i) speaker.syllable(speaker.random().between(0.09, 0.26), raw);
    speaker.pause(speaker.random().between(0.2, 0.7), raw);
  }
  raw.resize(wanted);
  double peak = 0;
  for (const double v : raw) peak = std::max(peak, std::abs(v));
  std::vector<int16_t> out;
  out.reserve(wanted);
  for (const double v : raw) out.push_back(static_cast<int16_t>(std::lround(v / peak * 14'000)));
  return out;
}

result<std::vector<int16_t>> read_wav(std::span<const uint8_t> file) {
  if (file.size() < 12 || !has_word(file, 0, "RIFF") || !has_word(file, 8, "WAVE")) {
    return {errc::malformed, "not a WAV file"};
  }
  uint32_t rate = 0;
  for (size_t at = 12; at + 8 <= file.size();) {
    // A recorder that was cut off leaves a length past the end: take what is there.
    const size_t length = std::min<size_t>(little(file, at + 4, 4), file.size() - at - 8);
    const size_t body = at + 8;
    if (has_word(file, at, "fmt ") && length >= 16) {
      const bool usable =
          little(file, body, 2) == 1 && little(file, body + 2, 2) == 1 && little(file, body + 14, 2) == 16;
      rate = little(file, body + 4, 4);
      if (!usable || rate < 8'000 || rate > 192'000) return {errc::unsupported, "WAV is not 16-bit mono PCM"};
    } else if (has_word(file, at, "data")) {
      if (rate == 0) return {errc::malformed, "WAV has data before its format"};
      std::vector<int16_t> samples(std::min(length / 2, rate * speech_limit_seconds));
      for (size_t i = 0; i < samples.size(); ++i)
        samples[i] = static_cast<int16_t>(little(file, body + 2 * i, 2));
      return at_speech_rate(samples, rate);
    }
    at = body + length + length % 2;
  }
  return {errc::malformed, "WAV without data"};
}

result<std::vector<int16_t>> load_wav(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {errc::not_found, path + ": cannot be opened"};
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto samples = read_wav(bytes);
  if (!samples) return {samples.error().code, path + ": " + samples.error().text};
  if (samples->size() < speech_rate / 10) return {errc::malformed, path + ": shorter than 100 ms"};
  return samples;
}

result<std::vector<int16_t>> load_wav_directory(const std::string& path) {
  std::error_code failed;
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
    if (entry.path().extension() == ".wav") names.push_back(entry.path().string());
  }
  std::ranges::sort(names);
  std::vector<int16_t> all;
  for (const auto& name : names) {
    auto samples = load_wav(name);
    if (!samples) return samples;
    all.insert(all.end(), samples->begin(), samples->end());
    if (all.size() >= speech_rate * speech_limit_seconds) break;
  }
  if (all.empty()) return {errc::not_found, path + ": no WAV files"};
  all.resize(std::min(all.size(), speech_rate * speech_limit_seconds));
  return all;
}

std::vector<int16_t> halved_rate(std::span<const int16_t> samples) {
  // An 11-tap half-band filter; every other tap is zero.
  constexpr std::array<double, 3> taps{0.3066, -0.0769, 0.0203};
  const auto at = [&](ptrdiff_t i) {
    return i < 0 || i >= static_cast<ptrdiff_t>(samples.size())
               ? 0.0
               : static_cast<double>(samples[static_cast<size_t>(i)]);
  };
  std::vector<int16_t> out(samples.size() / 2);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto centre = static_cast<ptrdiff_t>(2 * i);
    double sum = 0.5 * at(centre);
    for (size_t tap = 0; tap < taps.size(); ++tap) {
      const auto distance = static_cast<ptrdiff_t>(2 * tap + 1);
      sum += taps[tap] * (at(centre - distance) + at(centre + distance));
    }
    out[i] = static_cast<int16_t>(std::clamp(std::lround(sum), -32'768L, 32'767L));
  }
  return out;
}

std::vector<int16_t> quiet_line(size_t samples) {
  noise random;
  std::vector<int16_t> out(samples);
  for (auto& s : out) s = static_cast<int16_t>(std::lround(random.next() * 12));
  return out;
}

std::vector<int16_t> loud_tone(size_t samples) {
  std::vector<int16_t> out(samples);
  for (size_t i = 0; i < samples; ++i) {
    out[i] = static_cast<int16_t>(
        std::lround(26'000 * std::sin(two_pi * 1'000 * static_cast<double>(i) / speech_rate)));
  }
  return out;
}

}  // namespace confab::load
