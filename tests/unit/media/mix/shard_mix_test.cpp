// What legs of a shard hear: of each other, of prompts, of music.

#include "tests/unit/media/mix/shard_phone.hpp"

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

constexpr double loud =
    phone::amplitude / 2;  // half the amplitude: 6 dB, what a speech codec may do to a sine
constexpr double quiet = phone::amplitude / 20;  // 26 dB below

struct trio {
  const char* name;
  codec_kind first, second, third;
};

class three_codecs : public testing::TestWithParam<trio> {};

TEST_P(three_codecs, hear_the_other_two_and_not_themselves) {
  studio s;
  phone a(GetParam().first, 440), b(GetParam().second, 700), c(GetParam().third, 1100);
  for (phone* p : {&a, &b, &c}) s.join(*p);
  s.run(2s, {&a, &b, &c});

  const std::array<phone*, 3> phones{&a, &b, &c};
  for (const phone* listener : phones) {
    for (const phone* talker : phones) {
      const double level = listener->hears(talker->tone_hz);
      if (listener == talker) {
        EXPECT_LT(level, quiet) << "own " << talker->tone_hz << " Hz";
      } else {
        EXPECT_GT(level, loud) << listener->tone_hz << " hears " << talker->tone_hz << " Hz";
        EXPECT_LT(level, 2 * phone::amplitude);
      }
    }
    EXPECT_EQ(listener->undecodable, 0U);
    EXPECT_GE(listener->packets.size(), 100U);
  }
}

INSTANTIATE_TEST_SUITE_P(
    table, three_codecs,
    testing::Values(trio{"g722_pcmu_opus", codec_kind::g722, codec_kind::pcmu, codec_kind::opus},
                    trio{"all_pcma", codec_kind::pcma, codec_kind::pcma, codec_kind::pcma},
                    trio{"speex_and_pcmu", codec_kind::speex_wide, codec_kind::speex_narrow,
                         codec_kind::pcmu}),
    [](const auto& row) { return row.param.name; });

TEST(shard_mix, keeps_rooms_apart) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700), c(codec_kind::pcmu, 1100);
  s.join(a, "one@example.com");
  s.join(b, "one@example.com");
  s.join(c, "two@example.com");
  s.run(1s, {&a, &b, &c});
  EXPECT_GT(a.hears(700), loud);
  EXPECT_LT(a.hears(1100), quiet);
  EXPECT_LT(c.loudest(), 100);
}

TEST(shard_mix, sends_a_steady_stream_of_silence_where_nobody_speaks) {
  studio s;
  phone a(codec_kind::g722), b(codec_kind::pcmu);
  s.join(a);
  s.join(b);
  s.run(1s, {}, {&a, &b});
  for (const phone* p : {&a, &b}) {
    ASSERT_EQ(p->packets.size(), 50U);
    EXPECT_TRUE(p->packets.front().marker);
    for (size_t i = 1; i < 50; ++i) {
      EXPECT_EQ(static_cast<uint16_t>(p->packets[i].sequence - p->packets[i - 1].sequence), 1);
      EXPECT_EQ(p->packets[i].timestamp - p->packets[i - 1].timestamp, 160U);
      EXPECT_FALSE(p->packets[i].marker);
    }
    EXPECT_LT(p->loudest(), 100);
  }
}

TEST(shard_mix, does_not_hear_a_muted_leg_until_it_is_unmuted) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id id = s.join(a);
  s.join(b);
  s.mixer->set_muted(id, true);
  s.run(1s, {&a, &b});
  EXPECT_LT(b.hears(440), quiet);
  EXPECT_GT(a.hears(700), loud);
  s.mixer->set_muted(id, false);
  s.run(700ms, {&a, &b});
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_mix, gives_a_deaf_leg_its_prompts_and_nothing_else) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id id = s.join(a);
  s.join(b);
  s.mixer->set_deaf(id, true);
  s.run(1s, {&a, &b});
  EXPECT_LT(a.loudest(), 100);
  EXPECT_GT(b.hears(440), loud);
  EXPECT_EQ(a.packets.size(), 50U);
  s.mixer->play(id, tone(1000, 2s));
  s.run(700ms, {&a, &b});
  EXPECT_GT(a.hears(1000), loud);
  EXPECT_LT(a.hears(700), quiet);
}

class an_echo : public testing::TestWithParam<std::pair<codec_kind, bool>> {};

TEST_P(an_echo, is_heard_by_the_one_who_speaks_and_by_nobody_else) {
  shard_settings settings;
  settings.voice.speakers = 1;  // two who hear themselves are not in each other's way
  studio s(settings);
  phone a(GetParam().first, 440), b(GetParam().first, 700), listener(codec_kind::pcmu);
  if (GetParam().second) a.use_srtp(media::srtp_suite::aes_cm_128_hmac_sha1_80);
  for (phone* p : {&a, &b}) s.mixer->set_echo(s.join(*p), true);
  s.join(listener);
  s.run(2s, {&a, &b}, {&listener});
  EXPECT_GT(a.hears(440), loud);
  EXPECT_LT(a.hears(700), quiet);
  EXPECT_GT(b.hears(700), loud);
  EXPECT_LT(b.hears(440), quiet);
  EXPECT_LT(listener.loudest(), 100);
  EXPECT_EQ(a.undecodable + b.undecodable, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    table, an_echo,
    testing::Values(std::pair{codec_kind::pcmu, false}, std::pair{codec_kind::pcma, true},
                    std::pair{codec_kind::g722, false}, std::pair{codec_kind::opus, true},
                    std::pair{codec_kind::speex_wide, false}, std::pair{codec_kind::speex_narrow, true}),
    [](const auto& row) {
      return std::to_string(static_cast<int>(row.param.first)) + (row.param.second ? "_srtp" : "_plain");
    });

TEST(shard_mix, turns_an_echo_off_again) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id id = s.join(a);
  s.join(b);
  s.mixer->set_echo(id, true);
  s.run(1s, {&a, &b});
  EXPECT_GT(a.hears(440), loud);
  EXPECT_LT(b.hears(440), quiet);
  s.mixer->set_echo(id, false);
  s.run(1s, {&a, &b});
  EXPECT_LT(a.hears(440), quiet);
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_mix, plays_a_prompt_over_the_room_to_one_leg) {
  studio s;
  phone a(codec_kind::g722, 440), b(codec_kind::g722, 700);
  const leg_id id = s.join(a);
  s.join(b);
  s.mixer->play(id, tone(1000, 2s));
  s.run(1s, {&a, &b});
  EXPECT_GT(a.hears(1000), loud);
  EXPECT_GT(a.hears(700), loud);
  EXPECT_LT(b.hears(1000), quiet);
}

TEST(shard_mix, plays_to_a_room_except_to_one) {
  studio s;
  phone a(codec_kind::pcmu), b(codec_kind::pcmu), c(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.join(b);
  s.join(c, "another@example.com");
  s.mixer->play_to_room(room_id{"lunch@example.com"}, id, tone(1000, 2s));
  s.mixer->play_to_room(room_id{"no-such@example.com"}, std::nullopt, tone(1000, 2s));
  s.run(1s, {}, {&a, &b, &c});
  EXPECT_LT(a.hears(1000), quiet);
  EXPECT_GT(b.hears(1000), loud);
  EXPECT_LT(c.hears(1000), quiet);
}

TEST(shard_mix, loops_music_softly_while_it_is_on) {
  shard_settings settings;
  settings.music = tone(500, 100ms);
  studio s(settings);
  phone a(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.mixer->set_music(id, true);
  s.run(2s, {}, {&a});
  EXPECT_GT(a.hears(500), quiet);
  EXPECT_LT(a.hears(500), 0.8 * phone::amplitude);
  s.mixer->set_music(id, false);
  s.run(1s, {}, {&a});
  EXPECT_LT(a.loudest(), 100);
}

struct packet_time {
  const char* name;
  codec_kind codec;
  int asked_ms, sent_ms;
};

class packet_times : public testing::TestWithParam<packet_time> {};

TEST_P(packet_times, are_met_in_both_directions) {
  studio s;
  const std::chrono::milliseconds sent{GetParam().sent_ms};
  phone a(GetParam().codec, 440), b(codec_kind::pcmu, 700);
  a.settings.ptime = std::chrono::milliseconds{GetParam().asked_ms};
  s.join(a);
  s.join(b);
  auto spoken = 0ms;
  for (auto passed = 0ms; passed < 1800ms; passed += 20ms) {
    for (; spoken < passed + 20ms; spoken += sent) a.speak(sent);
    s.run(20ms, {&b}, {&a});
  }
  EXPECT_NEAR(static_cast<double>(a.packets.size()), 1800.0 / GetParam().sent_ms, 1.0);
  const uint32_t step = a.traits->rtp_clock_rate * static_cast<uint32_t>(GetParam().sent_ms) / 1000;
  EXPECT_EQ(a.packets[5].timestamp - a.packets[4].timestamp, step);
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
  EXPECT_LT(a.hears(440), quiet);
}

INSTANTIATE_TEST_SUITE_P(table, packet_times,
                         testing::Values(packet_time{"pcmu_10", codec_kind::pcmu, 10, 10},
                                         packet_time{"pcmu_30", codec_kind::pcmu, 30, 30},
                                         packet_time{"pcma_60", codec_kind::pcma, 60, 60},
                                         packet_time{"g722_40", codec_kind::g722, 40, 40},
                                         packet_time{"g722_50", codec_kind::g722, 50, 50},
                                         packet_time{"speex_30_becomes_20", codec_kind::speex_wide, 30, 20},
                                         packet_time{"speex_60", codec_kind::speex_narrow, 60, 60},
                                         packet_time{"opus_10", codec_kind::opus, 10, 10},
                                         packet_time{"opus_60", codec_kind::opus, 60, 60}),
                         [](const auto& row) { return row.param.name; });

TEST(shard_mix, reports_who_talks) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(500ms, {&a});
  ASSERT_EQ(s.all<talking_changed>().size(), 1U);
  EXPECT_EQ(s.all<talking_changed>()[0].leg, id);
  EXPECT_TRUE(s.all<talking_changed>()[0].talking);
  s.run(1s, {}, {&a});
  ASSERT_EQ(s.all<talking_changed>().size(), 2U);
  EXPECT_FALSE(s.all<talking_changed>()[1].talking);
}

TEST(shard_mix, hides_a_lost_packet_and_survives_a_new_source) {
  studio s;
  phone a(codec_kind::g722, 440), b(codec_kind::g722);
  s.join(a);
  s.join(b);
  for (int i = 0; i < 50; ++i) {
    if (i % 10 == 9) {
      (void)a.sender.make(0, {}, {});  // a number that never arrives
      a.sender.advance(20ms);
    } else {
      a.speak();
    }
    s.run(20ms, {}, {&a, &b});
  }
  EXPECT_GT(b.hears(440), loud);
  a.sender = rtp::sender({.ssrc = 0x2000, .sequence = 7, .timestamp = 99}, 8000);
  s.run(1s, {&a}, {&b});
  EXPECT_GT(b.hears(440), loud);
}

}  // namespace
}  // namespace confab::mix
