#include "tests/unit/media/mix/shard_phone.hpp"

// Who is heard in a room, through sockets and codecs.

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

TEST(shard_voice, mixes_no_more_than_the_speakers_it_may) {
  for (const uint32_t speakers : {0U, 1U, 2U}) {
    SCOPED_TRACE(speakers);
    shard_settings settings;
    settings.voice.speakers = speakers;
    studio s(settings);
    phone a(codec_kind::g722, 440), b(codec_kind::pcmu, 700), c(codec_kind::pcma, 1100),
        ear(codec_kind::g722);
    for (phone* p : {&a, &b, &c, &ear}) s.join(*p);
    s.run(1s, {&a}, {&b, &c, &ear});
    s.run(1s, {&a, &b, &c}, {&ear});
    size_t heard = 0;
    for (const double tone_hz : {440.0, 700.0, 1100.0}) heard += ear.hears(tone_hz) > 4000 ? 1 : 0;
    EXPECT_EQ(heard, speakers == 0 ? 3U : speakers);
    EXPECT_GT(ear.hears(440), 4000);  // who was first stays
    s.run(1s, {&c}, {&a, &b, &ear});
    EXPECT_GT(ear.hears(1100), 4000);  // the others stopped
    EXPECT_LT(ear.hears(440), 100);
  }
}

TEST(shard_voice, hears_itself_no_more_for_being_selected) {
  shard_settings settings;
  settings.voice.speakers = 1;
  studio s(settings);
  phone a(codec_kind::g722, 440), b(codec_kind::g722, 700);
  s.join(a);
  s.join(b);
  s.run(2s, {&a, &b});
  EXPECT_LT(a.loudest(), 200);
  EXPECT_GT(b.hears(440), 4000);
}

TEST(shard_voice, brings_a_quiet_leg_up_where_gain_is_controlled) {
  for (const bool controlled : {false, true}) {
    shard_settings settings;
    settings.voice.gain_control = controlled;
    studio s(settings);
    phone a(codec_kind::pcmu, 440), ear(codec_kind::pcmu);
    s.join(a);
    s.join(ear);
    // A tone in bursts, 6000 at its peak, is -18 dBov: too loud by 6 dB.
    for (int i = 0; i < 20; ++i) {
      s.run(300ms, {&a}, {&ear});
      s.run(100ms, {}, {&a, &ear});
    }
    s.run(300ms, {&a}, {&ear});
    const double heard = ear.hears(440, 200ms);
    if (controlled) {
      EXPECT_LT(heard, 5000);
    } else {
      EXPECT_GT(heard, 5500);
    }
  }
}

}  // namespace
}  // namespace confab::mix
