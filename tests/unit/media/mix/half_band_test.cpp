#include "media/mix/half_band.hpp"

#include <cmath>
#include <numbers>
#include <vector>

#include <gtest/gtest.h>

namespace confab::mix {
namespace {

std::vector<int16_t> sine(double hertz, double rate, size_t samples, double peak = 20'000) {
  std::vector<int16_t> out(samples);
  for (size_t i = 0; i < samples; ++i) {
    out[i] = static_cast<int16_t>(
        std::lround(peak * std::sin(2 * std::numbers::pi * hertz * static_cast<double>(i) / rate)));
  }
  return out;
}

/// Peak of the part at `hertz`, once the filter has settled.
double peak_at(double hertz, double rate, const std::vector<int16_t>& samples) {
  const size_t skip = 160;
  double real = 0;
  double imaginary = 0;
  for (size_t i = skip; i < samples.size(); ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i) / rate;
    real += samples[i] * std::cos(phase);
    imaginary += samples[i] * std::sin(phase);
  }
  return 2 * std::hypot(real, imaginary) / static_cast<double>(samples.size() - skip);
}

double decibels(double ratio) {
  return 20 * std::log10(ratio + 1e-9);
}

std::vector<int16_t> up(const std::vector<int16_t>& in, size_t chunk) {
  half_band_up filter;
  std::vector<int16_t> out(in.size() * 2);
  for (size_t at = 0; at < in.size(); at += chunk) {
    const size_t count = std::min(chunk, in.size() - at);
    filter.process(std::span(in).subspan(at, count), std::span(out).subspan(2 * at, 2 * count));
  }
  return out;
}

std::vector<int16_t> down(const std::vector<int16_t>& in, size_t chunk) {
  half_band_down filter;
  std::vector<int16_t> out(in.size() / 2);
  for (size_t at = 0; at < out.size(); at += chunk) {
    const size_t count = std::min(chunk, out.size() - at);
    filter.process(std::span(in).subspan(2 * at, 2 * count), std::span(out).subspan(at, count));
  }
  return out;
}

// 1.02 seconds, so that after the settling time a whole second is measured and every frequency below fits
// whole.
constexpr size_t narrow_samples = 8'160;
constexpr size_t wide_samples = 16'160;

TEST(half_band, upwards_is_flat_to_3400_hz_and_leaves_no_image_above_4600_hz) {
  for (const double hertz : {50.0, 300.0, 1'000.0, 2'000.0, 3'000.0, 3'400.0}) {
    const auto out = up(sine(hertz, 8'000, narrow_samples), 160);
    EXPECT_NEAR(decibels(peak_at(hertz, 16'000, out) / 20'000), 0, 0.1) << hertz;
    EXPECT_LT(decibels(peak_at(8'000 - hertz, 16'000, out) / 20'000), -50) << hertz;
  }
}

TEST(half_band, downwards_is_flat_to_3400_hz_and_folds_nothing_back_from_above_4600_hz) {
  for (const double hertz : {50.0, 300.0, 1'000.0, 2'000.0, 3'000.0, 3'400.0}) {
    const auto out = down(sine(hertz, 16'000, wide_samples), 160);
    EXPECT_NEAR(decibels(peak_at(hertz, 8'000, out) / 20'000), 0, 0.1) << hertz;
  }
  for (const double hertz : {4'600.0, 5'000.0, 6'000.0, 7'000.0, 7'900.0}) {
    const auto out = down(sine(hertz, 16'000, wide_samples), 160);
    EXPECT_LT(decibels(peak_at(8'000 - hertz, 8'000, out) / 20'000), -50) << hertz;
  }
}

TEST(half_band, chunks_of_any_size_give_what_one_piece_gives) {
  const auto narrow = sine(700, 8'000, 1'000);
  const auto wide = sine(700, 16'000, 2'000);
  for (const size_t chunk : {1u, 7u, 80u, 160u, 161u, 480u}) {
    EXPECT_EQ(up(narrow, chunk), up(narrow, narrow.size())) << chunk;
    EXPECT_EQ(down(wide, chunk), down(wide, wide.size())) << chunk;
  }
}

TEST(half_band, full_scale_squares_saturate_and_do_not_wrap) {
  std::vector<int16_t> square(800);
  for (size_t i = 0; i < square.size(); ++i) square[i] = i / 10 % 2 != 0 ? int16_t{32'767} : int16_t{-32'768};
  const auto out = up(square, 160);
  // In the middle of each half-wave the sign is that of the square (the filter delays by 23 samples).
  for (size_t i = 40; i < 780; i += 10) EXPECT_EQ(out[2 * (i + 5) + 23] > 0, square[i + 5] > 0) << i;
}

}  // namespace
}  // namespace confab::mix
