#include "media/mix/section.hpp"

#include <gtest/gtest.h>

#include "media/mix/limiter.hpp"

namespace confab::mix {
namespace {

frame constant(int16_t value) {
  frame f;
  f.fill(value);
  return f;
}

frame noise(uint32_t seed, int peak) {
  frame f;
  for (auto& s : f) {
    seed = seed * 1'664'525u + 1'013'904'223u;
    s = static_cast<int16_t>(static_cast<int>((seed >> 8) % static_cast<uint32_t>(2 * peak + 1)) - peak);
  }
  return f;
}

/// Legs with their own input and output frames.
struct room {
  explicit room(size_t size) : in(size), out(size), legs(size) {
    for (size_t i = 0; i < size; ++i) legs[i] = {&in[i], &out[i], nullptr};
  }
  void mix(const wide_frame* others = nullptr, const frame* everyone = nullptr) {
    s.sum(legs);
    s.mix(legs, others, everyone);
  }
  std::vector<frame> in, out;
  std::vector<mix_leg> legs;
  section s;
};

TEST(section, gives_every_leg_the_exact_sum_of_all_others_below_the_knee) {
  room r(10);
  for (size_t i = 0; i < 10; ++i) r.in[i] = noise(static_cast<uint32_t>(i), 2'500);
  r.mix();
  for (size_t leg = 0; leg < 10; ++leg) {
    for (size_t n = 0; n < samples_per_frame; ++n) {
      int expected = 0;
      for (size_t other = 0; other < 10; ++other) expected += other == leg ? 0 : r.in[other][n];
      ASSERT_EQ(r.out[leg][n], expected) << "leg " << leg << " sample " << n;
    }
  }
}

TEST(section, a_leg_alone_hears_silence) {
  room r(1);
  r.in[0] = noise(1, 32'767);
  r.mix();
  EXPECT_EQ(r.out[0], constant(0));
}

TEST(section, an_echo_hears_itself_with_its_prompt_and_nobody_else_does) {
  room r(3);
  for (size_t i = 0; i < 3; ++i) r.in[i] = constant(static_cast<int16_t>(100 * (i + 1)));
  const frame prompt = constant(7);
  r.legs[1].echo = true;
  r.legs[1].overlay = &prompt;
  r.mix();
  EXPECT_EQ(r.out[0], constant(300));
  EXPECT_EQ(r.out[1], constant(207));
  EXPECT_EQ(r.out[2], constant(100));
  r.legs[1].in = nullptr;
  r.mix();
  EXPECT_EQ(r.out[1], constant(7)) << "nothing came";
}

TEST(section, a_leg_without_input_contributes_nothing_and_hears_all) {
  room r(3);
  r.in[0] = constant(1'000);
  r.in[1] = constant(200);
  r.legs[2].in = nullptr;
  r.mix();
  EXPECT_EQ(r.out[0], constant(200));
  EXPECT_EQ(r.out[1], constant(1'000));
  EXPECT_EQ(r.out[2], constant(1'200));
}

TEST(section, a_leg_without_output_is_heard_and_nothing_is_written) {
  room r(2);
  r.in[0] = constant(1'000);
  r.legs[0].out = nullptr;
  r.out[0] = constant(77);
  r.mix();
  EXPECT_EQ(r.out[0], constant(77));
  EXPECT_EQ(r.out[1], constant(1'000));
}

TEST(section, an_overlay_is_heard_by_its_leg_alone) {
  room r(3);
  const frame prompt = constant(300);
  r.in[0] = constant(1'000);
  r.legs[1].in = r.legs[2].in = nullptr;
  r.legs[1].overlay = &prompt;
  r.mix();
  EXPECT_EQ(r.out[0], constant(0));
  EXPECT_EQ(r.out[1], constant(1'300));
  EXPECT_EQ(r.out[2], constant(1'000));
}

TEST(section, a_sound_for_everyone_reaches_talkers_and_listeners) {
  room r(2);
  const frame tone = constant(50);
  r.in[0] = constant(1'000);
  r.legs[1].in = nullptr;
  r.mix(nullptr, &tone);
  EXPECT_EQ(r.out[0], constant(50));
  EXPECT_EQ(r.out[1], constant(1'050));
}

TEST(section, two_sections_that_exchange_sums_equal_one) {
  constexpr size_t legs = 40;
  room whole(legs);
  room left(legs / 2);
  room right(legs / 2);
  for (size_t i = 0; i < legs; ++i) {
    whole.in[i] = noise(static_cast<uint32_t>(i), 9'000);  // loud enough for the limiter to work
    (i < legs / 2 ? left : right).in[i % (legs / 2)] = whole.in[i];
  }
  whole.mix();
  left.s.sum(left.legs);
  right.s.sum(right.legs);
  const wide_frame from_left = left.s.partial_sum();
  left.s.mix(left.legs, &right.s.partial_sum(), nullptr);
  right.s.mix(right.legs, &from_left, nullptr);
  for (size_t i = 0; i < legs; ++i) {
    EXPECT_EQ((i < legs / 2 ? left : right).out[i % (legs / 2)], whole.out[i]) << i;
  }
}

TEST(section, a_hundred_legs_at_full_scale_neither_wrap_nor_reach_full_scale) {
  for (const int16_t peak : {int16_t{32'767}, int16_t{-32'768}}) {
    room r(100);
    for (auto& in : r.in) in = constant(peak);
    r.mix();
    for (const frame& out : r.out) {
      for (const int16_t s : out) {
        ASSERT_EQ(s > 0, peak > 0);
        ASSERT_GT(std::abs(s), 32'600);
        ASSERT_LE(std::abs(s), 32'767);
      }
    }
  }
}

TEST(section, a_tick_without_legs_is_nothing) {
  section s;
  s.sum({});
  s.mix({}, nullptr, nullptr);
  EXPECT_EQ(s.partial_sum(), wide_frame{});
}

TEST(limiter, is_linear_to_the_knee_rises_without_steps_and_is_symmetric) {
  int previous = 0;
  for (int32_t first = 0; first < 200'000; first += static_cast<int32_t>(samples_per_frame)) {
    wide_frame in;
    wide_frame negative;
    for (size_t i = 0; i < in.size(); ++i) in[i] = first + static_cast<int32_t>(i);
    for (size_t i = 0; i < in.size(); ++i) negative[i] = -in[i];
    frame out;
    frame mirrored;
    limit_softly(in, out);
    limit_softly(negative, mirrored);
    for (size_t i = 0; i < in.size(); ++i) {
      if (in[i] <= limiter_knee) {
        ASSERT_EQ(out[i], in[i]);
      }
      ASSERT_GE(out[i], previous) << in[i];
      ASSERT_LE(out[i] - previous, 1) << in[i];
      ASSERT_EQ(mirrored[i], -out[i]) << in[i];
      previous = out[i];
    }
  }
  EXPECT_LT(previous, 32'767);
}

TEST(limiter, gives_a_sample_the_same_value_whatever_else_is_in_its_frame) {
  wide_frame quiet{};
  wide_frame loud{};
  quiet[7] = loud[7] = -12'345;
  loud[200] = 1'000'000;
  frame a;
  frame b;
  limit_softly(quiet, a);
  limit_softly(loud, b);
  EXPECT_EQ(a[7], -12'345);
  EXPECT_EQ(b[7], -12'345);
}

}  // namespace
}  // namespace confab::mix
