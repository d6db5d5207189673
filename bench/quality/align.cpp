#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "bench/quality/measure.hpp"

namespace confab::quality {
namespace {

constexpr int furthest_ms = 1'500;  // of the whole recording
constexpr int whole_ms = 150;       // around what the envelopes say: noise in pauses misleads them
constexpr int wander_ms = 60;       // of one piece around the whole
constexpr int fractions = 8;        // of a sample
constexpr ptrdiff_t stride = 4;     // speech is alike over a quarter of a millisecond: first so far apart
constexpr double worth_moving =
    1.1;  // a piece keeps its neighbour's delay unless another fits so much better

double at(std::span<const int16_t> samples, ptrdiff_t index) {
  return index < 0 || index >= static_cast<ptrdiff_t>(samples.size()) ? 0.0
                                                                      : samples[static_cast<size_t>(index)];
}

/// Energy of each millisecond: enough to find the whole's delay to a millisecond or two.
std::vector<double> envelope(std::span<const int16_t> samples, uint32_t rate) {
  const size_t step = rate / 1'000;
  std::vector<double> out(samples.size() / step);
  for (size_t i = 0; i < out.size(); ++i) {
    double sum = 0;
    for (size_t k = 0; k < step; ++k) sum += std::abs(static_cast<double>(samples[i * step + k]));
    out[i] = std::sqrt(sum);
  }
  return out;
}

double mean(std::span<const double> v) {
  double sum = 0;
  for (const double x : v) sum += x;
  return v.empty() ? 0 : sum / static_cast<double>(v.size());
}

/// Milliseconds by which the recording lags.
ptrdiff_t coarse_delay(std::span<const int16_t> original, std::span<const int16_t> recorded, uint32_t rate) {
  auto said = envelope(original, rate);
  auto heard = envelope(recorded, rate);
  const double middle = mean(said);
  const double other = mean(heard);
  for (double& v : said) v -= middle;
  for (double& v : heard) v -= other;
  ptrdiff_t best = 0;
  double most = -1;
  for (ptrdiff_t lag = -furthest_ms; lag <= furthest_ms; ++lag) {
    double sum = 0;
    for (ptrdiff_t i = std::max<ptrdiff_t>(0, -lag);
         i < static_cast<ptrdiff_t>(said.size()) && i + lag < static_cast<ptrdiff_t>(heard.size()); ++i)
      sum += said[static_cast<size_t>(i)] * heard[static_cast<size_t>(i + lag)];
    if (sum > most) {
      most = sum;
      best = lag;
    }
  }
  return best;
}

/// Likeness of the piece of the original at `begin` and the recording `lag` samples later, −1 to 1.
double likeness(std::span<const int16_t> original, std::span<const int16_t> recorded, size_t begin,
                size_t length, ptrdiff_t lag) {
  // Only what both have: past its ends the recording is silent, which adds nothing.
  const auto first = std::max(static_cast<ptrdiff_t>(begin), -lag);
  const auto end =
      std::min(static_cast<ptrdiff_t>(begin + length), static_cast<ptrdiff_t>(recorded.size()) - lag);
  if (first >= end) return 0;
  const auto* x = original.data() + first;
  const auto* y = recorded.data() + first + lag;
  int64_t product = 0;
  int64_t heard = 0;
  int64_t said = 0;
  for (ptrdiff_t i = 0; i < end - first; ++i) {
    product += static_cast<int64_t>(x[i]) * y[i];
    heard += static_cast<int64_t>(y[i]) * y[i];
    said += static_cast<int64_t>(x[i]) * x[i];
  }
  if (heard == 0 || said == 0) return 0;
  return static_cast<double>(product) / std::sqrt(static_cast<double>(heard) * static_cast<double>(said));
}

struct peak {
  ptrdiff_t lag;
  double height;
};

peak best_lag(std::span<const int16_t> original, std::span<const int16_t> recorded, size_t begin,
              size_t length, ptrdiff_t middle, ptrdiff_t around) {
  peak best{middle, -2};
  const auto look = [&](ptrdiff_t low, ptrdiff_t high, ptrdiff_t step) {
    for (ptrdiff_t lag = low; lag <= high; lag += step) {
      const double height = likeness(original, recorded, begin, length, lag);
      if (height > best.height) best = {lag, height};
    }
  };
  look(middle - around, middle + around, stride);
  look(best.lag - stride, best.lag + stride, 1);
  return best;
}

/// The recording at `index` + `fraction` samples: eight samples each way through a Hann-windowed sinc.
double between(std::span<const int16_t> recorded, ptrdiff_t index, double fraction) {
  if (fraction == 0) return at(recorded, index);
  constexpr ptrdiff_t reach = 8;
  double sum = 0;
  for (ptrdiff_t k = 1 - reach; k <= reach; ++k) {
    const double x = std::numbers::pi * (static_cast<double>(k) - fraction);
    const double window = 0.5 + 0.5 * std::cos(x / reach);
    sum += at(recorded, index + k) * window * (x == 0 ? 1 : std::sin(x) / x);
  }
  return sum;
}

/// Which eighth of a sample fits best, the same for all pieces: filters on the way make it.
double best_fraction(std::span<const int16_t> original, std::span<const int16_t> recorded, size_t begin,
                     size_t length, ptrdiff_t lag) {
  double best = 0;
  double most = -2;
  for (int step = -fractions / 2; step <= fractions / 2; ++step) {
    const double fraction = static_cast<double>(step) / fractions;
    double product = 0;
    double heard = 0;
    for (size_t i = begin; i < begin + length; ++i) {
      const double y = between(recorded, static_cast<ptrdiff_t>(i) + lag, fraction);
      product += original[i] * y;
      heard += y * y;
    }
    const double height = heard > 0 ? product / std::sqrt(heard) : -1;
    if (height > most) {
      most = height;
      best = fraction;
    }
  }
  return best;
}

/// Where the original has most to compare: its loudest second.
size_t loudest(std::span<const int16_t> original, size_t length) {
  size_t best = 0;
  double most = -1;
  for (size_t begin = 0; begin + length <= original.size(); begin += length / 4) {
    double sum = 0;
    for (size_t i = begin; i < begin + length; ++i) sum += std::abs(static_cast<double>(original[i]));
    if (sum > most) {
      most = sum;
      best = begin;
    }
  }
  return best;
}

}  // namespace

alignment align(std::span<const int16_t> original, std::span<const int16_t> recorded, uint32_t rate) {
  alignment out;
  out.recorded.assign(original.size(), 0);
  const size_t piece = rate / 2;
  if (original.size() < 2 * piece || recorded.empty()) return out;
  const auto per_ms = static_cast<ptrdiff_t>(rate / 1'000);
  const size_t second = std::min<size_t>(rate, original.size());
  const size_t loud = loudest(original, second);
  // Over all of it: within one word, codecs that keep no waveform fit as well a pitch period beside.
  const auto whole = best_lag(original, recorded, 0, original.size(),
                              coarse_delay(original, recorded, rate) * per_ms, whole_ms * per_ms)
                         .lag;
  const double fraction = best_fraction(original, recorded, loud, second, whole);
  out.delay_ms = (static_cast<double>(whole) + fraction) * 1'000 / rate;
  ptrdiff_t lag = whole;
  for (size_t begin = 0; begin < original.size(); begin += piece) {
    const size_t length = std::min(piece, original.size() - begin);
    const auto found = best_lag(original, recorded, begin, length, whole, wander_ms * per_ms);
    if (found.lag != lag && found.height > 0.1 &&
        found.height > worth_moving * std::max(likeness(original, recorded, begin, length, lag), 0.0)) {
      lag = found.lag;
      ++out.delay_changes;
    }
    for (size_t i = begin; i < begin + length; ++i)
      out.recorded[i] = between(recorded, static_cast<ptrdiff_t>(i) + lag, fraction);
  }
  return out;
}

}  // namespace confab::quality
