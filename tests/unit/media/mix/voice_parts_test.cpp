#include <gtest/gtest.h>

#include "media/mix/gain.hpp"
#include "media/mix/gain_control.hpp"
#include "media/mix/limiter.hpp"
#include "media/mix/noise_floor.hpp"
#include "media/mix/noise_gate.hpp"
#include "media/mix/voice_activity.hpp"

// The parts of `leg_voice`, on levels alone.

namespace confab::mix {
namespace {

TEST(noise_floor, is_the_quietest_frame_of_four_seconds) {
  noise_floor floor;
  EXPECT_EQ(floor.level(), noise_floor::assumed);
  EXPECT_EQ(floor.heard(), 0);
  for (int i = 0; i < 200; ++i) floor.on_level(i % 10 == 0 ? 50 : 30);
  EXPECT_EQ(floor.level(), 50);
  floor.on_level(75);
  EXPECT_EQ(floor.level(), 75);
  for (int i = 0; i < 170; ++i) floor.on_level(40);
  EXPECT_EQ(floor.level(), 75);
  for (int i = 0; i < 60; ++i) floor.on_level(40);
  EXPECT_EQ(floor.level(), 40);
}

TEST(noise_floor, learns_nothing_from_digital_silence) {
  noise_floor floor;
  for (int i = 0; i < 300; ++i) floor.on_level(50);
  for (int i = 0; i < 1'000; ++i) floor.on_level(silence_level);
  EXPECT_EQ(floor.level(), 50);
}

TEST(voice_activity, begins_with_the_first_loud_frame_and_lasts_half_a_second) {
  voice_activity voice;
  voice.on_level(silence_level);
  EXPECT_FALSE(voice.active());
  voice.on_level(61);
  EXPECT_TRUE(voice.active());
  int frames = 0;
  for (; voice.active(); ++frames) voice.on_level(silence_level);
  EXPECT_EQ(frames, voice_activity::hangover_frames);
}

TEST(noise_gate, opens_at_once_holds_and_closes_slowly) {
  noise_gate gate;
  for (int i = 0; i < 50; ++i) gate.on_level(59, 60);
  EXPECT_EQ(gate.on_level(59, 60), -noise_gate::most_attenuation);
  EXPECT_EQ(gate.on_level(30, 60), 0);
  for (int i = 0; i < noise_gate::hold_frames; ++i) EXPECT_EQ(gate.on_level(59, 60), 0) << i;
  float last = 0;
  for (int i = 0; i < 10; ++i) {
    const float gain = gate.on_level(59, 60);
    EXPECT_NEAR(gain, last - noise_gate::close_a_frame, 1e-4);
    last = gain;
  }
  EXPECT_EQ(last, -noise_gate::most_attenuation);
}

TEST(noise_gate, has_a_knee_and_no_opinion_on_loud_backgrounds) {
  const struct {
    int level, floor;
    float least, most;
  } rows[] = {{48, 60, 0, 0}, {52, 60, -8, -7}, {56, 60, -15, -15}, {33, 30, 0, 0}, {70, 80, -4, -3}};
  for (const auto& row : rows) {
    noise_gate gate;
    float gain = 0;
    for (int i = 0; i < 100; ++i) gain = gate.on_level(row.level, row.floor);
    EXPECT_GE(gain, row.least) << row.level;
    EXPECT_LE(gain, row.most) << row.level;
  }
}

TEST(gain_control, moves_slowly_and_stands_still_in_pauses) {
  gain_control control;
  float last = 0;
  for (int i = 0; i < 1'000; ++i) {
    const float gain = control.on_level(36, true, 75, 75);
    EXPECT_LE(gain - last, gain_control::rise_a_frame + 1e-4);
    last = gain;
  }
  EXPECT_NEAR(last, 12, 0.1);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(control.on_level(70, false, 75, 75), last);
}

TEST(gain_control, stays_in_its_range_and_off_the_background) {
  const struct {
    int level, floor;
    float expected;
  } rows[] = {{45, 75, 18}, {3, 75, -12}, {40, 56, 6}, {40, 52, 2}};
  for (const auto& row : rows) {
    gain_control control;
    float gain = 0;
    for (int i = 0; i < 2'000; ++i) gain = control.on_level(row.level, true, row.floor, row.floor);
    EXPECT_NEAR(gain, row.expected, 0.1) << row.level << " over " << row.floor;
  }
}

TEST(gain_control, does_not_take_a_background_for_speech) {
  gain_control control;
  for (int i = 0; i < 500; ++i) EXPECT_EQ(control.on_level(45, true, 70, 46), 0);
}

TEST(gain, goes_in_a_straight_line_and_never_clips) {
  frame f;
  f.fill(10'000);
  apply_gain(f, 0, 1, 40);
  EXPECT_EQ(f[0], 250);
  EXPECT_EQ(f[19], 5'000);
  EXPECT_EQ(f[39], 10'000);
  EXPECT_EQ(f[319], 10'000);
  apply_gain(f, 1, 0, samples_per_frame);
  EXPECT_EQ(f[159], 5'000);
  EXPECT_EQ(f[319], 0);
  for (size_t i = 0; i < f.size(); ++i) f[i] = static_cast<int16_t>(i % 2 == 0 ? 30'000 : -32'768);
  apply_gain(f, 8, 8, samples_per_frame);
  EXPECT_GT(f[0], limiter_knee);
  EXPECT_LT(f[1], -limiter_knee);
  EXPECT_NEAR(gain_of_decibels(6.02f), 2, 0.01);
}

}  // namespace
}  // namespace confab::mix
