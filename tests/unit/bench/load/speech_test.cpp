#include "bench/load/speech.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

namespace confab::load {
namespace {

void put(std::vector<uint8_t>& out, uint32_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) out.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void put(std::vector<uint8_t>& out, std::string_view word) {
  out.insert(out.end(), word.begin(), word.end());
}

std::vector<uint8_t> wav(uint32_t rate, uint32_t channels, uint32_t bits, size_t samples) {
  std::vector<uint8_t> out;
  put(out, "RIFF");
  put(out, 0, 4);
  put(out, "WAVELIST");
  put(out, 3, 4);
  put(out, "abc");
  out.push_back(0);
  put(out, "fmt ");
  put(out, 16, 4);
  put(out, 1, 2);
  put(out, channels, 2);
  put(out, rate, 4);
  put(out, rate * 2, 4);
  put(out, 2, 2);
  put(out, bits, 2);
  put(out, "data");
  put(out, static_cast<uint32_t>(samples * 2), 4);
  for (size_t i = 0; i < samples; ++i) put(out, static_cast<uint32_t>(static_cast<uint16_t>(-100)), 2);
  return out;
}

TEST(load_speech, is_the_same_each_time_loud_enough_and_has_pauses) {
  const auto speech = generated_speech();
  ASSERT_EQ(speech.size(), 12U * speech_rate);
  EXPECT_EQ(speech, generated_speech());
  size_t quiet = 0;
  size_t loud = 0;
  for (size_t at = 0; at + 320 <= speech.size(); at += 320) {
    double sum = 0;
    for (size_t i = at; i < at + 320; ++i) sum += static_cast<double>(speech[i]) * speech[i];
    const double level = std::sqrt(sum / 320);
    if (level < 50) ++quiet;
    if (level > 500) ++loud;
  }
  EXPECT_GT(quiet, 20U);
  EXPECT_GT(loud, 200U);
}

TEST(load_speech, reads_wav_files_of_any_rate) {
  for (const uint32_t rate : {8'000U, 16'000U, 22'050U, 48'000U}) {
    const auto samples = read_wav(wav(rate, 1, 16, rate));
    ASSERT_TRUE(samples.ok()) << samples.error().text;
    EXPECT_NEAR(static_cast<double>(samples->size()), 16'000, 3) << rate;
    EXPECT_EQ((*samples)[500], -100);
  }
}

TEST(load_speech, refuses_wav_files_it_would_misread) {
  EXPECT_FALSE(read_wav(wav(16'000, 2, 16, 100)).ok());
  EXPECT_FALSE(read_wav(wav(16'000, 1, 8, 100)).ok());
  EXPECT_FALSE(read_wav(wav(1, 1, 16, 100)).ok());
  const auto whole = wav(16'000, 1, 16, 100);
  for (size_t length = 0; length < whole.size(); ++length) {
    (void)read_wav(std::span(whole).first(length));  // no crash, whatever it says
  }
  EXPECT_FALSE(load_wav("/nonexistent.wav").ok());
  EXPECT_FALSE(load_wav_directory("/nonexistent").ok());
}

TEST(load_speech, halves_the_rate_without_changing_a_low_tones_level) {
  const auto tone = loud_tone(3'200);
  const auto half = halved_rate(tone);
  ASSERT_EQ(half.size(), 1'600U);
  EXPECT_NEAR(*std::ranges::max_element(half), 26'000, 600);
}

}  // namespace
}  // namespace confab::load
