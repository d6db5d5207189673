#include "media/mix/level.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace confab::mix {
namespace {

frame noise(int peak, uint32_t seed = 3) {
  frame f;
  for (auto& s : f) {
    seed = seed * 1'664'525u + 1'013'904'223u;
    s = static_cast<int16_t>(static_cast<int>((seed >> 8) % static_cast<uint32_t>(2 * peak + 1)) - peak);
  }
  return f;
}

TEST(level, is_decibels_below_a_full_scale_square) {
  frame square;
  for (size_t i = 0; i < square.size(); ++i) square[i] = i % 2 != 0 ? int16_t{32'767} : int16_t{-32'767};
  EXPECT_EQ(level_of(square), 0);
  frame tenth;
  tenth.fill(3'277);
  EXPECT_EQ(level_of(tenth), 20);
  EXPECT_EQ(level_of(frame{}), silence_level);
  frame lowest;
  lowest.fill(-32'768);
  EXPECT_EQ(level_of(lowest), 0);
}

TEST(level, is_the_rounded_logarithm_at_every_loudness) {
  for (int peak = 0; peak <= 32'767; peak += 1 + peak / 97) {
    const frame f = noise(peak, static_cast<uint32_t>(peak));
    double energy = 0;
    for (const int16_t s : f) energy += static_cast<double>(s) * s;
    const double exact =
        energy == 0 ? silence_level : 10 * std::log10(32'768.0 * 32'768.0 * samples_per_frame / energy);
    EXPECT_EQ(level_of(f), std::lround(exact)) << peak;
  }
  frame one{};
  one[319] = 1;  // the least that is not silence
  EXPECT_EQ(level_of(one), 115);
}

/// The states the detector goes through, each with the frame at which it came.
std::vector<std::pair<size_t, bool>> changes(const std::vector<int>& levels) {
  talk_detector d;
  std::vector<std::pair<size_t, bool>> found;
  for (size_t i = 0; i < levels.size(); ++i) {
    if (const auto change = d.on_level(levels[i])) found.emplace_back(i, *change);
  }
  return found;
}

std::vector<int> levels(std::initializer_list<std::pair<size_t, int>> runs) {
  std::vector<int> all;
  for (const auto& [frames, level] : runs) all.insert(all.end(), frames, level);
  return all;
}

using change = std::pair<size_t, bool>;

TEST(talk_detector, begins_after_two_loud_frames_and_ends_after_the_hangover) {
  const auto found = changes(levels({{50, 70}, {50, 26}, {100, 70}}));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0], change(51, true));
  EXPECT_EQ(found[1], change(119, false));
}

TEST(talk_detector, a_click_is_not_speech) {
  EXPECT_TRUE(changes(levels({{50, 70}, {1, 5}, {50, 70}})).empty());
}

TEST(talk_detector, gaps_between_words_do_not_end_talking) {
  std::vector<int> all = levels({{50, 70}});
  for (int word = 0; word < 20; ++word) {
    const auto one = levels({{10, 28}, {15, 68}});
    all.insert(all.end(), one.begin(), one.end());
  }
  EXPECT_EQ(changes(all).size(), 1u);
}

TEST(talk_detector, a_noisy_line_is_learned_and_speech_above_it_still_counts) {
  // Ten minutes of noise at 45, after which a voice 15 dB above it is heard at once.
  const auto found = changes(levels({{30'000, 45}, {50, 30}, {100, 45}}));
  ASSERT_GE(found.size(), 2u);
  EXPECT_EQ(found[found.size() - 2], change(30'001, true));
  EXPECT_FALSE(found.back().second);
  EXPECT_GT(found.back().first, 30'050u);
}

TEST(talk_detector, a_steady_loud_tone_stays_talking) {
  EXPECT_EQ(changes(levels({{10, 127}, {30'000, 20}})), (std::vector<change>{{11, true}}));
}

TEST(talk_detector, digital_silence_and_a_quiet_room_are_not_talking) {
  EXPECT_TRUE(changes(levels({{500, 127}, {500, 75}, {500, 62}, {500, 127}})).empty());
}

TEST(talk_detector, takes_frames_as_well_as_levels) {
  talk_detector d;
  EXPECT_FALSE(d.on_frame(noise(8'000)).has_value());
  EXPECT_EQ(d.on_frame(noise(8'000, 9)), true);
  EXPECT_TRUE(d.talking());
}

}  // namespace
}  // namespace confab::mix
