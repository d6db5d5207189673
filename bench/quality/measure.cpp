#include "bench/quality/measure.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace confab::quality {
namespace {

constexpr double lowest_db = -10;
constexpr double highest_db = 35;
constexpr double speech_below_peak_db = 40;  // quieter frames are pauses, which say nothing of speech

struct frame_plan {
  size_t length;
  size_t step;
};

frame_plan plan_for(uint32_t rate) {
  return {rate * 3 / 100, rate * 3 / 400};
}

double energy(std::span<const double> samples) {
  double sum = 0;
  for (const double s : samples) sum += s * s;
  return sum;
}

/// Starts of the frames in which the original speaks.
std::vector<size_t> speaking_frames(std::span<const double> original, uint32_t rate) {
  const auto plan = plan_for(rate);
  double loudest = 0;
  for (size_t at = 0; at + plan.length <= original.size(); at += plan.step)
    loudest = std::max(loudest, energy(original.subspan(at, plan.length)));
  const double floor = loudest * std::pow(10, -speech_below_peak_db / 10);
  std::vector<size_t> found;
  for (size_t at = 0; loudest > 0 && at + plan.length <= original.size(); at += plan.step)
    if (energy(original.subspan(at, plan.length)) > floor) found.push_back(at);
  return found;
}

double limited_db(double signal, double difference) {
  constexpr double tiny = 1e-9;
  return std::clamp(10 * std::log10((signal + tiny) / (difference + tiny)), lowest_db, highest_db);
}

/// In place, radix 2; the size is a power of two.
void transform(std::vector<std::complex<double>>& x) {
  const size_t n = x.size();
  for (size_t i = 1, j = 0; i < n; ++i) {
    size_t bit = n >> 1;
    for (; (j & bit) != 0; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(x[i], x[j]);
  }
  for (size_t span = 2; span <= n; span <<= 1) {
    const auto turn = std::polar(1.0, -2 * std::numbers::pi / static_cast<double>(span));
    for (size_t at = 0; at < n; at += span) {
      std::complex<double> w = 1;
      for (size_t k = 0; k < span / 2; ++k, w *= turn) {
        const auto even = x[at + k];
        const auto odd = x[at + k + span / 2] * w;
        x[at + k] = even + odd;
        x[at + k + span / 2] = even - odd;
      }
    }
  }
}

/// Magnitudes of one frame in Bark bands.
class bark_bands {
 public:
  explicit bark_bands(uint32_t rate) : length_(plan_for(rate).length) {
    while (size_ < length_) size_ <<= 1;
    constexpr double lowest_hz = 100;  // below, telephones carry nothing
    for (size_t bin = 0; bin <= size_ / 2; ++bin) {
      const double hz = static_cast<double>(bin) * rate / static_cast<double>(size_);
      const double bark = 26.81 * hz / (1960 + hz) - 0.53;
      band_of_.push_back(hz < lowest_hz ? -1 : static_cast<int>(bark));
    }
    count_ = static_cast<size_t>(band_of_.back()) + 1;
    for (size_t i = 0; i < length_; ++i) {
      const double phase = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(length_ - 1);
      window_.push_back(0.5 - 0.5 * std::cos(phase));
    }
  }

  [[nodiscard]] std::vector<double> of(std::span<const double> frame) const {
    std::vector<std::complex<double>> x(size_);
    for (size_t i = 0; i < length_; ++i) x[i] = frame[i] * window_[i];
    transform(x);
    std::vector<double> bands(count_, 0);
    for (size_t bin = 0; bin < band_of_.size(); ++bin)
      if (band_of_[bin] >= 0) bands[static_cast<size_t>(band_of_[bin])] += std::norm(x[bin]);
    for (double& b : bands) b = std::sqrt(b);
    return bands;
  }

 private:
  size_t length_;
  size_t size_ = 1;
  size_t count_ = 0;
  std::vector<int> band_of_;
  std::vector<double> window_;
};

/// The factor that brings `recorded` nearest to `original`'s loudness.
double loudness_ratio(std::span<const double> original, std::span<const double> recorded, uint32_t rate) {
  double said = 0;
  double heard = 0;
  for (const size_t at : speaking_frames(original, rate)) {
    said += energy(original.subspan(at, plan_for(rate).length));
    heard += energy(recorded.subspan(at, plan_for(rate).length));
  }
  return said > 0 && heard > 0 ? std::sqrt(heard / said) : 1;
}

}  // namespace

double segmental_snr(std::span<const double> original, std::span<const double> aligned, uint32_t rate,
                     size_t& frames) {
  const auto length = plan_for(rate).length;
  double sum = 0;
  const auto starts = speaking_frames(original, rate);
  for (const size_t at : starts) {
    double difference = 0;
    for (size_t i = at; i < at + length; ++i) difference += std::pow(original[i] - aligned[i], 2);
    sum += limited_db(energy(original.subspan(at, length)), difference);
  }
  frames = starts.size();
  return frames == 0 ? 0 : sum / static_cast<double>(frames);
}

double frequency_weighted_snr(std::span<const double> original, std::span<const double> aligned,
                              uint32_t rate) {
  const bark_bands bands(rate);
  const auto length = plan_for(rate).length;
  constexpr double weight_power = 0.2;
  double sum = 0;
  const auto starts = speaking_frames(original, rate);
  for (const size_t at : starts) {
    const auto said = bands.of(original.subspan(at, length));
    const auto heard = bands.of(aligned.subspan(at, length));
    double weighted = 0;
    double weights = 0;
    for (size_t j = 0; j < said.size(); ++j) {
      const double weight = std::pow(said[j], weight_power);
      weighted += weight * limited_db(said[j] * said[j], std::pow(said[j] - heard[j], 2));
      weights += weight;
    }
    if (weights > 0) sum += weighted / weights;
  }
  return starts.empty() ? 0 : sum / static_cast<double>(starts.size());
}

score compare(std::span<const int16_t> original, std::span<const int16_t> recorded, uint32_t rate) {
  const std::vector<double> said(original.begin(), original.end());
  auto laid = align(original, recorded, rate);
  score s;
  s.delay_ms = laid.delay_ms;
  s.delay_changes = laid.delay_changes;
  s.gain = loudness_ratio(said, laid.recorded, rate);
  for (double& v : laid.recorded) v /= s.gain;
  s.segmental_snr_db = segmental_snr(said, laid.recorded, rate, s.frames);
  s.fw_segmental_snr_db = frequency_weighted_snr(said, laid.recorded, rate);
  return s;
}

}  // namespace confab::quality
