#include "media/codec/concealment.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace confab::codec {
namespace {

std::vector<int16_t> sine(double hertz, uint32_t rate, size_t samples, size_t from = 0,
                          double peak = 10'000) {
  std::vector<int16_t> out(samples);
  for (size_t i = 0; i < samples; ++i) {
    const double phase = 2 * std::numbers::pi * hertz * static_cast<double>(i + from) / rate;
    out[i] = static_cast<int16_t>(std::lround(peak * std::sin(phase)));
  }
  return out;
}

int largest_jump(const std::vector<int16_t>& samples) {
  int largest = 0;
  for (size_t i = 1; i < samples.size(); ++i) {
    largest = std::max(largest, std::abs(samples[i] - samples[i - 1]));
  }
  return largest;
}

double energy(std::span<const int16_t> samples) {
  double sum = 0;
  for (const int16_t s : samples) sum += static_cast<double>(s) * s;
  return sum / static_cast<double>(samples.size());
}

void append(std::vector<int16_t>& to, const std::vector<int16_t>& what) {
  to.insert(to.end(), what.begin(), what.end());
}

/// Received, `losses` frames lost, received again: all that a listener hears.
std::vector<int16_t> heard(double hertz, uint32_t rate, size_t losses) {
  const size_t frame = rate / 50;
  concealment c(rate);
  std::vector<int16_t> all;
  for (size_t i = 0; i < 10; ++i) {
    auto samples = sine(hertz, rate, frame, i * frame);
    if (i >= 3 && i < 3 + losses) {
      c.lost(samples);
    } else {
      c.received(samples);
    }
    append(all, samples);
  }
  return all;
}

TEST(concealment, makes_no_jump_that_the_signal_itself_does_not_make) {
  for (const uint32_t rate : {8'000u, 16'000u}) {
    for (const double hertz : {97.0, 153.0, 200.0, 333.0, 397.0, 611.0, 1'004.0}) {
      const int own = largest_jump(sine(hertz, rate, rate));
      for (size_t losses = 1; losses <= 5; ++losses) {
        EXPECT_LE(largest_jump(heard(hertz, rate, losses)), own * 3 / 2 + 600)
            << hertz << " Hz at " << rate << ", " << losses << " lost";
      }
    }
  }
}

TEST(concealment, carries_a_voiced_sound_through_one_lost_frame) {
  for (const uint32_t rate : {8'000u, 16'000u}) {
    const size_t frame = rate / 50;
    const auto all = heard(200, rate, 1);
    const auto lost = std::span(all).subspan(3 * frame, frame / 2);  // before the fade
    const auto real = sine(200, rate, frame / 2, 3 * frame);
    double error = 0;
    for (size_t i = 0; i < lost.size(); ++i) error += std::pow(lost[i] - real[i], 2);
    EXPECT_LT(error / static_cast<double>(lost.size()), energy(real) / 100) << rate;
  }
}

TEST(concealment, fades_to_silence_within_60_ms) {
  concealment c(8'000);
  auto samples = sine(200, 8'000, 480);
  c.received(samples);
  std::vector<int16_t> lost(800, 1);
  for (size_t at = 0; at < lost.size(); at += 80) c.lost(std::span(lost).subspan(at, 80));
  double before = energy(std::span(lost).first(80)) + 1;
  for (size_t at = 80; at < 480; at += 80) {
    const double now = energy(std::span(lost).subspan(at, 80));
    EXPECT_LT(now, before) << at;
    before = now;
  }
  for (size_t i = 480; i < lost.size(); ++i) ASSERT_EQ(lost[i], 0) << i;
}

TEST(concealment, is_silent_when_nothing_was_ever_received) {
  concealment c(16'000);
  std::vector<int16_t> lost(320, 99);
  c.lost(lost);
  EXPECT_EQ(lost, std::vector<int16_t>(320, 0));
}

TEST(concealment, hands_over_to_what_is_received_unchanged_after_5_ms) {
  concealment c(8'000);
  auto first = sine(300, 8'000, 160);
  c.received(first);
  std::vector<int16_t> lost(160);
  c.lost(lost);
  const auto sent = sine(300, 8'000, 160, 320);
  auto received = sent;
  c.received(received);
  EXPECT_TRUE(std::equal(received.begin() + 40, received.end(), sent.begin() + 40));
  auto next = sine(300, 8'000, 160, 480);
  const auto untouched = next;
  c.received(next);
  EXPECT_EQ(next, untouched);
}

TEST(concealment, does_not_overflow_on_full_scale_noise_and_tiny_frames) {
  concealment c(16'000);
  uint32_t random = 1;
  for (size_t round = 0; round < 2'000; ++round) {
    random = random * 1'664'525u + 1'013'904'223u;
    std::vector<int16_t> samples((random >> 8) % 700);
    for (auto& s : samples) {
      random = random * 1'664'525u + 1'013'904'223u;
      s = (random >> 31) != 0 ? int16_t{32'767} : int16_t{-32'768};
    }
    (random >> 12) % 3 == 0 ? c.lost(samples) : c.received(samples);
  }
}

}  // namespace
}  // namespace confab::codec
