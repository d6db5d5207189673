// A leg that goes from the lobby into a room of its shard: its stream goes on.

#include "tests/unit/media/mix/shard_phone.hpp"

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

constexpr double loud = phone::amplitude / 2;
constexpr double quiet = phone::amplitude / 20;
const room_id lunch{"lunch@example.com"};

TEST(shard_move, hears_the_new_room_and_is_heard_there_with_its_stream_going_on) {
  for (const bool encrypted : {false, true}) {
    studio s;
    phone a(codec_kind::pcmu, 440), b(codec_kind::g722, 700), c(codec_kind::pcmu, 1100);
    // The phone's own sequence wraps: SRTP's rollover counter of both directions must go along.
    if (encrypted) a.use_srtp(media::srtp_suite::aes_cm_128_hmac_sha1_80);
    const leg_id mover = s.join(a, "lobby@example.com");
    s.join(c, "lobby@example.com");
    s.join(b);
    s.run(1'500ms, {&a, &b, &c});
    EXPECT_LT(a.hears(700), quiet);
    EXPECT_GT(a.hears(1100), loud);
    const size_t before = a.packets.size();
    ASSERT_TRUE(s.mixer->move_leg(mover, lunch).ok());
    s.run(1s, {&a, &b, &c});
    EXPECT_GT(a.hears(700), loud);
    EXPECT_LT(a.hears(1100), quiet);
    EXPECT_GT(b.hears(440), loud);
    EXPECT_LT(c.hears(440), quiet);
    EXPECT_EQ(a.packets.size(), before + 50);
    for (size_t i = 1; i < a.packets.size(); ++i) {
      EXPECT_EQ(a.packets[i].ssrc, a.packets[0].ssrc);
      EXPECT_EQ(a.packets[i].sequence, static_cast<uint16_t>(a.packets[i - 1].sequence + 1));
      EXPECT_EQ(a.packets[i].timestamp, a.packets[i - 1].timestamp + 160);
    }
    EXPECT_EQ(s.close(mover).dropped_unauthentic, 0U);
  }
}

TEST(shard_move, keeps_who_was_deaf_and_muted_so) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id mover = s.join(a, "lobby@example.com");
  s.mixer->set_deaf(mover, true);
  s.mixer->set_muted(mover, true);
  s.join(b);
  s.run(200ms, {&a, &b});
  ASSERT_TRUE(s.mixer->move_leg(mover, lunch).ok());
  s.mixer->play(mover, tone(1'500, 2s));
  s.run(1s, {&a, &b});
  EXPECT_LT(a.hears(700), quiet);
  EXPECT_GT(a.hears(1'500), loud) << "its prompts are heard";
  EXPECT_LT(b.hears(440), quiet);
  s.mixer->stop_prompts(mover);
  s.run(600ms, {&a, &b});
  EXPECT_LT(a.hears(1'500), quiet);
}

TEST(shard_move, makes_the_room_and_ends_the_old_one) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id mover = s.join(a, "lobby@example.com");
  s.run(100ms, {&a});
  ASSERT_TRUE(s.mixer->move_leg(mover, lunch).ok());
  ASSERT_TRUE(s.mixer->move_leg(mover, lunch).ok()) << "it is there";
  s.join(b);
  s.run(600ms, {&a, &b});
  EXPECT_GT(a.hears(700), loud);
  EXPECT_EQ(s.mixer->legs(), 2U);
  EXPECT_FALSE(s.mixer->move_leg(leg_id{99}, lunch).ok());
}

TEST(shard_move, takes_a_listener_from_the_stream_it_shared) {
  studio s;
  phone talker(codec_kind::pcmu, 440), first(codec_kind::pcmu), second(codec_kind::pcmu);
  s.join(talker);
  const leg_id mover = s.join(first);
  s.join(second);
  s.run(1s, {&talker}, {&first, &second});
  EXPECT_GT(first.hears(440), loud);
  ASSERT_TRUE(s.mixer->move_leg(mover, room_id{"elsewhere@example.com"}).ok());
  s.run(1s, {&talker}, {&first, &second});
  EXPECT_LT(first.hears(440), quiet);
  EXPECT_GT(second.hears(440), loud);
}

}  // namespace
}  // namespace confab::mix
