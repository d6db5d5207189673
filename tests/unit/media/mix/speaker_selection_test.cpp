#include "media/mix/speaker_selection.hpp"

#include <string>

#include <gtest/gtest.h>

#include "media/mix/leg_voice.hpp"
#include "tests/unit/media/mix/speech.hpp"

namespace confab::mix::testing_support {
namespace {

/// Legs whose levels a test says: who is heard, as a word of one letter a leg.
class panel {
 public:
  panel(size_t legs, size_t most) : most_(most), speakers_(legs), ranks_(legs), heard_(legs, false) {
    selection_.expect_legs(legs);
  }
  /// One level a leg; from 62 on it is not loud, from 128 on not active either.
  std::string tick(const std::vector<int>& levels) {
    for (size_t i = 0; i < levels.size(); ++i) {
      ranks_[i] = speakers_[i].on_level(static_cast<float>(levels[i]), levels[i] < 62, levels[i] < 128,
                                        heard_[i], i + 1);
    }
    const speaker_rank least = selection_.least_heard(ranks_, {}, most_);
    std::string in;
    for (size_t i = 0; i < levels.size(); ++i) {
      heard_[i] = ranks_[i] != 0 && ranks_[i] >= least;
      in.push_back(heard_[i] ? static_cast<char>('a' + i) : '-');
    }
    return in;
  }
  std::string run(const std::vector<int>& levels, int ticks) {
    std::string in;
    for (int i = 0; i < ticks; ++i) in = tick(levels);
    return in;
  }

 private:
  size_t most_;
  speaker_selection selection_;
  std::vector<speaker> speakers_;
  std::vector<speaker_rank> ranks_;
  std::vector<bool> heard_;
};

constexpr int pause = 70, off = 128;

TEST(speaker_selection, hears_the_loudest) {
  panel p(4, 2);
  EXPECT_EQ(p.tick({40, 20, 30, 50}), "-bc-");
}

TEST(speaker_selection, hears_everybody_when_nobody_must_leave) {
  EXPECT_EQ(panel(3, 3).tick({40, 20, 30}), "abc");
  EXPECT_EQ(panel(3, 0).tick({40, 20, 30}), "abc");
  EXPECT_EQ(panel(3, 1).tick({40, off, off}), "a--");
}

TEST(speaker_selection, lets_the_clearly_louder_in_at_once) {
  panel p(3, 2);
  EXPECT_EQ(p.run({20, 30, off}, 50), "ab-");
  EXPECT_EQ(p.tick({20, 30, 22}), "a-c");
}

TEST(speaker_selection, gives_a_silent_slot_at_once) {
  panel p(3, 2);
  EXPECT_EQ(p.run({20, 20, off}, 50), "ab-");
  EXPECT_EQ(p.run({20, pause, off}, 3), "ab-");  // he still has his hangover
  EXPECT_EQ(p.tick({20, pause, 55}), "a-c");     // but a soft beginning goes first
}

TEST(speaker_selection, does_not_flap_between_equals) {
  panel p(3, 2);
  std::string before = p.run({25, 25, 25}, 5);
  int changes = 0;
  for (int i = 0; i < 500; ++i) {
    const int sway = i % 7 - 3;
    const std::string now = p.tick({25 + sway, 25 - sway, 25 + (i % 5) - 2});
    changes += now != before ? 1 : 0;
    before = now;
  }
  EXPECT_EQ(changes, 0);
}

TEST(speaker_selection, bridges_the_stops_inside_a_word) {
  panel p(3, 2);
  EXPECT_EQ(p.run({20, 25, 30}, 50), "ab-");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(p.run({20, 25, 30}, 3), "ab-");
    EXPECT_EQ(p.run({20, pause, 30}, speaker::pause_frames), "ab-");
  }
}

TEST(speaker_selection, decides_ties_by_number) {
  panel p(4, 2);
  EXPECT_EQ(p.tick({20, 20, 20, 20}), "ab--");
}

TEST(speaker_selection, is_the_same_in_one_section_and_in_two) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<speaker_rank> ranks(40);
    for (size_t i = 0; i < ranks.size(); ++i)
      ranks[i] = random() % 3 == 0 ? 0 : (uint64_t{random()} << 32) + i + 1;
    const size_t most = 1 + round % 9;
    speaker_selection whole, left, right;
    for (speaker_selection* s : {&whole, &left, &right}) s->expect_legs(ranks.size());
    const auto a = std::span<const speaker_rank>(ranks).first(13);
    const auto b = std::span<const speaker_rank>(ranks).subspan(13);
    const speaker_rank least = whole.least_heard(ranks, {}, most);
    EXPECT_EQ(left.least_heard(a, b, most), least);
    EXPECT_EQ(right.least_heard(b, a, most), least);
  }
}

/// Ten people who take turns, three at a time, so close on each other that every new one meets three slots
/// that are taken by somebody who has just stopped or still talks.
TEST(speaker_selection, of_three_among_ten_clips_no_word) {
  const sound_samples clean = speech();
  if (clean.empty()) GTEST_SKIP() << vectors::missing(speech_file);
  constexpr size_t legs = 10, slots = 3, word_beginning = mix_rate / 10;
  const sound_samples phrases[] = {
      {clean.begin() + 2 * 320, clean.begin() + 84 * 320},
      {clean.begin() + 164 * 320, clean.begin() + 207 * 320},
      {clean.begin() + 209 * 320, clean.begin() + 246 * 320},
  };
  std::vector<sound_samples> lines(legs);
  std::vector<std::vector<size_t>> starts(legs);
  size_t busy_until[slots] = {500, 4'000, 9'000};
  for (size_t turn = 0; turn < 60; ++turn) {
    size_t& slot = *std::min_element(std::begin(busy_until), std::end(busy_until));
    const sound_samples& phrase = phrases[turn % 3];
    sound_samples& line = lines[turn % legs];
    const size_t at = std::max(slot + 1'280 + turn * 37 % 320, line.size());
    line.resize(at, 0);
    for (const size_t start : word_starts(phrase)) starts[turn % legs].push_back(at + start);
    const sound_samples said = scaled(phrase, -static_cast<double>(turn * 5 % 13));
    line.insert(line.end(), said.begin(), said.end());
    slot = line.size();
  }
  const size_t length = *std::max_element(std::begin(busy_until), std::end(busy_until)) + mix_rate;
  for (size_t i = 0; i < legs; ++i) {
    lines[i].resize(length, 0);
    lines[i] = sum_of(lines[i], noise(length, -72, static_cast<uint32_t>(i + 1)));
  }

  speaker_selection selection;
  selection.expect_legs(legs);
  std::vector<leg_voice> voices(legs);
  for (leg_voice& voice : voices) voice.configure({.speakers = slots});
  std::vector<sound_samples> heard(legs);
  for (size_t at = 0; at < length; at += samples_per_frame) {
    std::vector<frame> frames(legs);
    std::vector<speaker_rank> ranks(legs);
    for (size_t i = 0; i < legs; ++i) {
      frames[i] = frame_at(lines[i], at);
      ranks[i] = voices[i].measure(level_of(frames[i]), i + 1);
    }
    const speaker_rank least = selection.least_heard(ranks, {}, slots);
    size_t in = 0;
    for (size_t i = 0; i < legs; ++i) {
      const bool selected = ranks[i] != 0 && ranks[i] >= least;
      in += selected ? 1 : 0;
      if (!voices[i].shape(frames[i], selected)) frames[i].fill(0);
      heard[i].insert(heard[i].end(), frames[i].begin(), frames[i].end());
    }
    ASSERT_LE(in, slots);
  }
  size_t words = 0;
  for (size_t i = 0; i < legs; ++i) {
    for (const size_t start : starts[i]) {
      ++words;
      EXPECT_GT(decibels_of(std::span(heard[i]).subspan(start, word_beginning)),
                decibels_of(std::span(lines[i]).subspan(start, word_beginning)) - 1)
          << "leg " << i << " at " << start * 1000 / mix_rate << " ms";
    }
  }
  EXPECT_GE(words, 60u);
}

}  // namespace
}  // namespace confab::mix::testing_support
