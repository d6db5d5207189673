#include "media/mix/leg_voice.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/unit/media/mix/speech.hpp"

// What one leg's speech becomes on its way into the room.

namespace confab::mix::testing_support {
namespace {

constexpr size_t second = mix_rate;
constexpr size_t word_beginning = mix_rate / 10;  // 100 ms

struct outcome {
  sound_samples heard;
  size_t contributing = 0;  // frames
};

outcome through(leg_voice& voice, std::span<const int16_t> samples) {
  outcome out;
  for (size_t at = 0; at < samples.size(); at += samples_per_frame) {
    frame f = frame_at(samples, at);
    const speaker_rank rank = voice.measure(level_of(f), 1);
    if (voice.shape(f, rank != 0)) {
      ++out.contributing;
    } else {
      f.fill(0);
    }
    out.heard.insert(out.heard.end(), f.begin(), f.end());
  }
  return out;
}
outcome through(const voice_settings& settings, std::span<const int16_t> samples) {
  leg_voice voice;
  voice.configure(settings);
  return through(voice, samples);
}

/// Greatest step from one sample to the next.
int steepest(std::span<const int16_t> samples) {
  int most = 0;
  for (size_t i = 1; i < samples.size(); ++i) most = std::max(most, std::abs(samples[i] - samples[i - 1]));
  return most;
}

class leg_voice_on_speech : public ::testing::Test {
 protected:
  void SetUp() override {
    if (clean.empty()) GTEST_SKIP() << vectors::missing(speech_file);
  }
  const sound_samples clean = speech();
};

TEST_F(leg_voice_on_speech, no_word_loses_its_start) {
  const struct {
    const char* name;
    double gain;
    double background;  // dBov
    voice_settings settings;
  } rows[] = {
      {"a clean line", 0, -120, {}},
      {"a quiet voice", -14, -120, {}},
      {"a loud voice", 5, -120, {}},
      {"a quiet room", 0, -68, {}},
      {"a fan", 0, -58, {}},
      {"a quiet room, gate and gain", 0, -68, {.noise_gate = true, .gain_control = true}},
      {"a quiet voice, gate and gain", -12, -75, {.noise_gate = true, .gain_control = true}},
      {"a fan and a gate", 0, -58, {.noise_gate = true}},
  };
  for (const auto& row : rows) {
    for (const size_t shift : {0u, 90u, 170u, 250u, 310u}) {  // where in a frame words begin
      SCOPED_TRACE(std::string(row.name) + ", " + std::to_string(shift));
      const sound_samples lead(2 * second + shift, 0);
      const sound_samples words = joined(lead, scaled(clean, row.gain));
      const sound_samples line = sum_of(words, noise(words.size(), row.background));
      const outcome out = through(row.settings, line);
      const auto starts = word_starts(joined(lead, clean));
      ASSERT_GE(starts.size(), 5u);
      for (const size_t start : starts) {
        const double before = decibels_of(std::span(line).subspan(start, word_beginning));
        const double after = decibels_of(std::span(out.heard).subspan(start, word_beginning));
        // Gain control may turn a loud voice down by 10 dB a second of speech; nothing else may take
        // anything.
        const double allowed = row.settings.gain_control ? 12 : 1;
        EXPECT_GT(after, before - allowed) << "word at " << start * 1000 / second << " ms";
      }
    }
  }
}

TEST_F(leg_voice_on_speech, is_untouched_to_the_bit_but_for_its_edges) {
  const outcome out = through({}, clean);
  size_t different = 0;
  double lost = 0;
  for (size_t i = 0; i < clean.size(); ++i) {
    if (out.heard[i] == clean[i]) continue;
    ++different;
    lost += static_cast<double>(clean[i]) * clean[i];
  }
  EXPECT_LT(different, second / 5);
  EXPECT_LT(lost / static_cast<double>(clean.size()), 1e-4 * power_of(clean));
}

TEST_F(leg_voice_on_speech, makes_a_listener_of_whoever_pauses) {
  const outcome out = through({}, clean);
  EXPECT_EQ(power_of(std::span(out.heard).subspan(150 * samples_per_frame, 10 * samples_per_frame)), 0);
  EXPECT_LT(out.contributing, clean.size() / samples_per_frame - 20);
}

TEST_F(leg_voice_on_speech, is_left_alone_with_every_switch_off) {
  const outcome out = through({.voice_activity = false}, clean);
  for (size_t i = 0; i < clean.size(); ++i) ASSERT_EQ(out.heard[i], clean[i]) << i;
}

TEST_F(leg_voice_on_speech, begins_and_ends_without_a_click) {
  const sound_samples line = joined(clean, sound_samples(2 * second, 0));
  // Cut into the middle of a vowel and out of it, as selection may.
  leg_voice voice;
  voice.configure({.speakers = 1});
  sound_samples heard;
  for (size_t at = 0; at < line.size(); at += samples_per_frame) {
    frame f = frame_at(line, at);
    (void)voice.measure(level_of(f), 1);
    if (!voice.shape(f, at / samples_per_frame / 7 % 2 == 0)) f.fill(0);
    heard.insert(heard.end(), f.begin(), f.end());
  }
  EXPECT_LE(steepest(heard), steepest(line) * 1.05);
}

TEST_F(leg_voice_on_speech, is_gated_between_words_only) {
  const sound_samples words = joined(sound_samples(4 * second, 0), joined(clean, clean));
  const sound_samples line = sum_of(words, noise(words.size(), -58));
  const outcome gated = through({.voice_activity = false, .noise_gate = true}, line);
  const size_t pause = 4 * second + 130 * samples_per_frame;
  const double before = decibels_of(std::span(line).subspan(pause, second / 4));
  const double after = decibels_of(std::span(gated.heard).subspan(pause, second / 4));
  EXPECT_LT(after, before - 12);
  EXPECT_NEAR(speech_level_of(gated.heard), speech_level_of(line), 0.2);
  for (size_t at = 4 * second; at < words.size(); at += samples_per_frame) {
    const auto part = std::span(words).subspan(at, std::min(samples_per_frame, words.size() - at));
    if (decibels_of(part) < -40) continue;
    EXPECT_NEAR(decibels_of(std::span(gated.heard).subspan(at, part.size())),
                decibels_of(std::span(line).subspan(at, part.size())), 1.0)
        << at;
  }
}

TEST_F(leg_voice_on_speech, comes_to_a_common_loudness) {
  const double natural = speech_level_of(clean);
  std::vector<double> levels;
  for (const double wanted : {-36.0, -30.0, -24.0, -18.0, -12.0}) {
    const sound_samples once = scaled(clean, wanted - natural);
    const sound_samples line = joined(joined(once, once), joined(once, once));
    const outcome out = through({.gain_control = true}, line);
    levels.push_back(speech_level_of(std::span(out.heard).last(once.size())));
    EXPECT_NEAR(levels.back(), -gain_control::target, 2.5) << wanted;
  }
  const auto [least, most] = std::minmax_element(levels.begin(), levels.end());
  EXPECT_LT(*most - *least, 3);
}

TEST_F(leg_voice_on_speech, does_not_lift_the_background) {
  const sound_samples quiet = scaled(clean, -12);
  sound_samples words = joined(joined(quiet, quiet), joined(quiet, sound_samples(second, 0)));
  const sound_samples line = sum_of(words, noise(words.size(), -56));
  const outcome out = through({.voice_activity = false, .gain_control = true}, line);
  EXPECT_LT(decibels_of(std::span(out.heard).last(second / 2)), -49);
  EXPECT_GT(decibels_of(std::span(out.heard).last(second / 2)), -57);
}

TEST(leg_voice, hears_no_steady_noise_and_no_silence) {
  const struct {
    const char* name;
    sound_samples line;
    size_t most_frames, least_frames;  // of the last two seconds that contribute
  } rows[] = {
      {"digital silence", sound_samples(8 * second, 0), 0, 0},
      {"a quiet room", noise(8 * second, -66), 0, 0},
      {"a fan", noise(8 * second, -45), 0, 0},
      {"loud noise may be music", noise(8 * second, -30), 100, 100},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    leg_voice voice;
    voice.configure({});
    (void)through(voice, std::span(row.line).first(6 * second));
    const size_t frames = through(voice, std::span(row.line).last(2 * second)).contributing;
    EXPECT_LE(frames, row.most_frames);
    EXPECT_GE(frames, row.least_frames);
  }
}

TEST(leg_voice, hears_a_tone_for_as_long_as_it_lasts) {
  sound_samples tone(60 * second);
  for (size_t i = 0; i < tone.size(); ++i) {
    tone[i] = static_cast<int16_t>(2000 * std::sin(0.17 * static_cast<double>(i)));
  }
  EXPECT_EQ(through({}, tone).contributing, tone.size() / samples_per_frame);
}

TEST(leg_voice, without_voice_activity_hears_all_but_digital_silence) {
  const sound_samples line = joined(noise(2 * second, -70), sound_samples(second, 0));
  EXPECT_EQ(through({.voice_activity = false}, line).contributing, 100u);
}

TEST(leg_voice, spares_only_what_would_not_be_heard) {
  leg_voice voice;
  voice.configure({});
  EXPECT_EQ(voice.spare_from(), voice_activity::never_loud);
  frame f{};
  f.fill(3000);
  (void)voice.measure(level_of(f), 1);
  ASSERT_TRUE(voice.shape(f, true));
  int frames = 0;
  for (; voice.spare_from() == 128 && frames < 100; ++frames) {
    (void)voice.measure(90, 1);
    (void)voice.shape(f, true);
  }
  EXPECT_EQ(frames, voice_activity::hangover_frames);
  EXPECT_EQ(voice.always_spare_from(), voice_activity::never_loud);
  voice.configure({.voice_activity = false});
  EXPECT_EQ(voice.spare_from(), silence_level);
}

}  // namespace
}  // namespace confab::mix::testing_support
