#include "media/mix/player.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace confab::mix {
namespace {

sound_ptr make(int16_t value, size_t samples) {
  return std::make_shared<const sound>(sound{"test", std::vector<int16_t>(samples, value)});
}

int middle(const frame& f) {
  return f[samples_per_frame / 2];
}

TEST(player, plays_a_prompt_to_its_last_sample_and_then_has_nothing) {
  player p;
  frame out{};
  EXPECT_FALSE(p.next_frame(out));
  ASSERT_TRUE(p.play(make(500, samples_per_frame + 10)));
  ASSERT_TRUE(p.next_frame(out));
  EXPECT_EQ(out[0], 500);
  EXPECT_EQ(out[319], 500);
  ASSERT_TRUE(p.next_frame(out));
  EXPECT_EQ(out[9], 500);
  EXPECT_EQ(out[10], 0);
  EXPECT_FALSE(p.next_frame(out));
  EXPECT_TRUE(p.idle());
}

TEST(player, joins_one_prompt_to_the_next_without_a_gap) {
  player p;
  ASSERT_TRUE(p.play(make(100, 100)));
  ASSERT_TRUE(p.play(make(200, 100)));
  ASSERT_TRUE(p.play(make(300, 400)));
  frame out;
  ASSERT_TRUE(p.next_frame(out));
  EXPECT_EQ(out[99], 100);
  EXPECT_EQ(out[100], 200);
  EXPECT_EQ(out[199], 200);
  EXPECT_EQ(out[200], 300);
  EXPECT_EQ(p.prompts_waiting(), 1u);
}

TEST(player, refuses_the_newest_prompt_when_the_queue_is_full) {
  player p;
  for (size_t i = 0; i < limits::prompts_queued_per_leg; ++i) ASSERT_TRUE(p.play(make(1, 10)));
  EXPECT_FALSE(p.play(make(2, 10)));
  frame out;
  p.next_frame(out);
  EXPECT_EQ(p.prompts_waiting(), 0u);
  EXPECT_TRUE(p.play(make(2, 10)));
}

TEST(player, an_empty_or_missing_prompt_takes_no_place) {
  player p;
  EXPECT_TRUE(p.play(nullptr));
  EXPECT_TRUE(p.play(make(1, 0)));
  EXPECT_TRUE(p.idle());
}

TEST(player, music_loops_at_its_own_gain_and_steps_back_under_a_prompt) {
  player p;
  p.set_music(make(10'000, 777));
  frame out;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(p.next_frame(out));
  EXPECT_NEAR(middle(out), 10'000 * player::music_gain, 2);
  ASSERT_TRUE(p.play(make(1'000, samples_per_frame * 10)));
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(p.next_frame(out));
  EXPECT_NEAR(middle(out), 1'000 + 10'000 * player::ducked_gain, 2);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(p.next_frame(out));
  EXPECT_NEAR(middle(out), 10'000 * player::music_gain, 2);
}

TEST(player, music_comes_goes_and_ducks_without_a_click) {
  player p;
  p.set_music(make(10'000, 1'000));
  int before = 0;
  int largest = 0;
  frame out;
  for (int i = 0; i < 60; ++i) {
    if (i == 20) {
      ASSERT_TRUE(p.play(make(0, samples_per_frame * 5)));
    }
    if (i == 40) p.set_music(nullptr);
    if (!p.next_frame(out)) out.fill(0);
    for (const int16_t s : out) {
      largest = std::max(largest, std::abs(s - before));
      before = s;
    }
  }
  EXPECT_LE(largest, 5);
  EXPECT_TRUE(p.idle());
}

TEST(player, the_same_music_again_goes_on_where_it_is) {
  player p;
  std::vector<int16_t> ramp(16'000);
  for (size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<int16_t>(i);
  const auto music = std::make_shared<const sound>(sound{"ramp", ramp});
  p.set_music(music);
  frame out;
  for (int i = 0; i < 20; ++i) p.next_frame(out);
  const int reached = out[319];
  p.set_music(nullptr);
  p.set_music(music);
  p.next_frame(out);
  EXPECT_NEAR(out[0], reached, 2);
}

TEST(player, forgets_its_prompts_when_told) {
  player p;
  ASSERT_TRUE(p.play(make(1, 1'000)));
  ASSERT_TRUE(p.play(make(1, 1'000)));
  p.clear();
  EXPECT_TRUE(p.idle());
}

}  // namespace
}  // namespace confab::mix
