// A room on two shards: who hears whom, through sockets and codecs.

#include "tests/unit/media/mix/shard_phone.hpp"

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

constexpr double loud = phone::amplitude / 2;
constexpr double quiet = phone::amplitude / 20;

/// Two shards with one room. Their ticks have the same time; who is first changes from tick to tick.
struct two_shards {
  explicit two_shards(const shard_settings& settings = {}) : left(settings), right(settings) {
    exchange->open(0);
    exchange->open(1);
    left.part = {exchange, 0};
    right.part = {exchange, 1};
    right.next_leg = 1'000;
  }
  void run(std::chrono::milliseconds length, const std::vector<phone*>& speaking,
           const std::vector<phone*>& listening = {}) {
    for (auto passed = 0ms; passed < length; passed += tick_interval) {
      for (phone* p : speaking) p->speak();
      tick();
      for (phone* p : speaking) p->listen();
      for (phone* p : listening) p->listen();
    }
  }
  void tick() {
    odd = !odd;
    (odd ? left : right).tick();
    (odd ? right : left).tick();
  }
  std::shared_ptr<section_exchange> exchange = std::make_shared<section_exchange>(2);
  studio left, right;
  bool odd = false;
};

TEST(shard_section, lets_all_hear_the_others_of_both_sections_and_not_themselves) {
  two_shards s;
  phone a(codec_kind::g722, 440), b(codec_kind::pcmu, 700), c(codec_kind::pcma, 1100), ear(codec_kind::g722);
  s.left.join(a);
  s.left.join(b);
  s.right.join(c);
  s.right.join(ear);
  s.run(2s, {&a, &b, &c}, {&ear});
  const std::array<phone*, 4> listeners{&a, &b, &c, &ear};
  const std::array<phone*, 3> talkers{&a, &b, &c};
  for (const phone* listener : listeners) {
    for (const phone* talker : talkers) {
      const double level = listener->hears(talker->tone_hz, 1s);
      if (listener == talker) {
        EXPECT_LT(level, quiet) << "own " << talker->tone_hz << " Hz";
      } else {
        EXPECT_NEAR(level, phone::amplitude, phone::amplitude / 10) << "a frame lost or heard twice shows";
      }
    }
    EXPECT_EQ(listener->packets.size(), 100U);
  }
  EXPECT_EQ(s.left.mixer->counters().late_sums + s.right.mixer->counters().late_sums, 0U);
}

TEST(shard_section, joins_a_room_that_was_alone_on_its_shard) {
  two_shards s;
  s.left.part = {};
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  s.left.join(a);
  s.run(200ms, {&a}, {&b});
  s.left.mixer->attach_section(room_id{"lunch@example.com"}, {s.exchange, 0});
  s.left.mixer->attach_section(room_id{"nobody@example.com"}, {s.exchange, 0});
  s.right.join(b);
  s.run(1s, {&a, &b});
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
  EXPECT_LT(a.hears(440), quiet);
}

TEST(shard_section, gives_the_room_one_slot_on_both_shards) {
  two_shards s;
  phone filler(codec_kind::pcmu), a(codec_kind::pcmu), b(codec_kind::pcmu);
  s.left.part = {};
  s.left.join(filler, "other@example.com");
  s.exchange->settle_slot(3);
  s.left.part = {s.exchange, 0};
  s.left.join(a);
  s.right.join(b);
  EXPECT_TRUE(s.left.mixer->slot_busy(3));
  EXPECT_TRUE(s.right.mixer->slot_busy(3));
  EXPECT_FALSE(s.right.mixer->slot_busy(0));
}

TEST(shard_section, goes_on_when_the_other_section_leaves_and_comes_back) {
  two_shards s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700), c(codec_kind::pcmu, 1100);
  s.left.join(a);
  s.left.join(b);
  const leg_id gone = s.right.join(c);
  s.run(1s, {&a, &b, &c});
  EXPECT_GT(a.hears(1100), loud);
  s.right.close(gone);
  EXPECT_FALSE(s.right.mixer->busy());
  s.run(1s, {&a, &b}, {&c});
  EXPECT_LT(a.hears(1100), quiet);
  EXPECT_GT(a.hears(700), loud);
  phone d(codec_kind::pcmu, 900);
  s.right.join(d);
  s.run(1s, {&a, &b, &d});
  EXPECT_GT(a.hears(900), loud);
  EXPECT_GT(d.hears(700), loud);
}

TEST(shard_section, hears_silence_of_a_shard_that_lags_and_its_own_section_as_ever) {
  two_shards s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700), c(codec_kind::pcmu, 1100);
  s.left.join(a);
  s.left.join(b);
  s.right.join(c);
  s.run(500ms, {&a, &b, &c});
  for (int i = 0; i < 50; ++i) {  // the right shard stands still for a second
    for (phone* p : {&a, &b, &c}) p->speak();
    s.left.tick();
    for (phone* p : {&a, &b, &c}) p->listen();
  }
  EXPECT_LT(a.hears(1100), quiet);
  EXPECT_GT(a.hears(700), loud);
  s.right.now = s.left.now;  // and goes on where the grid is
  s.run(1s, {&a, &b, &c});
  EXPECT_GT(a.hears(1100), loud);
  EXPECT_GT(c.hears(440), loud);
  EXPECT_GT(c.hears(700), loud);
}

TEST(shard_section, counts_the_frames_a_slow_shard_brings_too_late) {
  two_shards s;
  phone a(codec_kind::pcmu, 440), c(codec_kind::pcmu, 1100);
  s.left.join(a);
  s.right.join(c);
  s.run(500ms, {&a, &c});
  s.right.now -= 2 * tick_interval;
  s.run(500ms, {&a, &c});
  EXPECT_LT(a.hears(1100, 300ms), quiet);
  EXPECT_GT(s.left.mixer->counters().late_sums, 20U);
}

TEST(shard_section, selects_the_speakers_of_the_whole_room) {
  shard_settings settings;
  settings.voice.speakers = 2;
  two_shards s(settings);
  phone a(codec_kind::g722, 440), b(codec_kind::g722, 700), c(codec_kind::g722, 1100),
      d(codec_kind::g722, 1500);
  phone left_ear(codec_kind::g722), right_ear(codec_kind::g722);
  for (phone* p : {&a, &b, &left_ear}) s.left.join(*p);
  for (phone* p : {&c, &d, &right_ear}) s.right.join(*p);
  s.run(500ms, {&c, &a}, {&b, &d, &left_ear, &right_ear});
  s.run(1500ms, {&a, &b, &c, &d}, {&left_ear, &right_ear});
  for (const phone* ear : {&left_ear, &right_ear}) {
    EXPECT_GT(ear->hears(440), 4000);  // who was first stays
    EXPECT_GT(ear->hears(1100), 4000);
    EXPECT_LT(ear->hears(700), 100);
    EXPECT_LT(ear->hears(1500), 100);
  }
  s.run(1s, {&d, &b}, {&a, &c, &left_ear, &right_ear});
  for (const phone* ear : {&left_ear, &right_ear}) {
    EXPECT_GT(ear->hears(700), 4000);
    EXPECT_GT(ear->hears(1500), 4000);
    EXPECT_LT(ear->hears(440), 100);
  }
}

}  // namespace
}  // namespace confab::mix
