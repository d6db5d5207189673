// What a shard does about floods, addresses that do not answer, full lists and a kernel that refuses.

#include <thread>

#include "tests/unit/media/mix/shard_phone.hpp"

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

constexpr double loud = phone::amplitude / 2;
constexpr double quiet = phone::amplitude / 20;

TEST(shard_defence, is_not_silenced_by_a_flood_from_elsewhere) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu), stranger(codec_kind::pcmu, 1100);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(100ms, {&a}, {&b});
  stranger.settings.payload_type = a.settings.payload_type;
  stranger.leg_rtp = a.leg_rtp;
  stranger.sender = rtp::sender({.ssrc = 0x666, .sequence = 1, .timestamp = 1}, 8000);
  for (int tick = 0; tick < 100; ++tick) {
    for (int i = 0; i < 20; ++i) stranger.speak();
    s.run(20ms, {&a}, {&b});
  }
  EXPECT_GT(b.hears(440, 1s), loud);
  EXPECT_LT(b.hears(1100, 1s), quiet);
  const leg_statistics closed = s.close(id);
  // 20 a tick in the 45 ticks until a second of a's steady stream tied its socket; then the kernel drops
  // them.
  EXPECT_EQ(closed.dropped_source, 900U);
  EXPECT_EQ(closed.packets_lost, 0U);
}

TEST(shard_defence, is_heard_on_a_quiet_port_while_another_overflows) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu), stranger(codec_kind::pcmu, 1100);
  s.join(a);
  s.join(b);
  stranger.leg_rtp = b.leg_rtp;
  stranger.sender = rtp::sender({.ssrc = 0x666, .sequence = 1, .timestamp = 1}, 8000);
  stranger.settings.payload_type = b.settings.payload_type;
  b.speak();
  for (int tick = 0; tick < 100; ++tick) {
    for (int i = 0; i < 200; ++i) stranger.speak();  // more than the shard reads
    s.run(20ms, {&a}, {&b});
  }
  EXPECT_GT(b.hears(440, 1s), loud);
}

TEST(shard_defence, stops_reporting_to_an_address_that_never_answers) {
  studio s;
  phone a(codec_kind::pcmu, 440), victim(codec_kind::pcmu, 0, "127.0.0.2");
  a.settings.remote_rtcp = victim.settings.remote_rtcp;  // a=rtcp (RFC 3605)
  const leg_id id = s.join(a);
  s.run(60s, {&a}, {&victim});
  EXPECT_GE(victim.reports, 1U);
  EXPECT_LE(victim.reports, 6U);
  const size_t before = victim.reports;
  s.run(30s, {&a}, {&victim});
  EXPECT_EQ(victim.reports, before);

  victim.report(victim.rtcp_socket, a.leg_rtcp);  // it answers: it is the peer's after all
  s.run(16s, {&a}, {&victim});
  EXPECT_GT(victim.reports, before);
  s.close(id);
  victim.listen();
  EXPECT_EQ(victim.byes, 1U);
}

TEST(shard_defence, tells_of_a_silent_peer_as_soon_as_there_is_room_for_the_news) {
  shard_settings settings;
  settings.trace = true;
  settings.rtp_timeout = 30s;
  studio s(settings);
  phone a(codec_kind::pcmu, 440);
  s.join(a);
  for (auto passed = 0ms; passed < 31s; passed += tick_interval) {  // nobody takes the events
    s.now += tick_interval;
    s.mixer->tick(s.now);
    a.listen();
  }
  EXPECT_GT(s.mixer->counters().dropped_events, 0U);
  s.mixer->take_events();
  s.run(1s, {}, {&a});
  EXPECT_EQ(s.all<media_lost>().size(), 1U);
}

TEST(shard_defence, refuses_an_address_of_the_other_ip_version_and_keeps_what_it_had) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id id = s.join(a);
  s.join(b);
  for (socket_address media::stream_settings::*field :
       {&media::stream_settings::remote_rtp, &media::stream_settings::remote_rtcp}) {
    media::stream_settings other = a.settings;
    other.*field = loopback(4000, "::1");
    other.codec = codec_kind::g722;
    const auto refused = s.mixer->configure_leg(id, other, s.now);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, errc::unsupported);
    EXPECT_NE(refused.error().text.find("[::1]:4000"), std::string::npos) << refused.error().text;
  }
  s.run(1s, {&a, &b});
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
  media::stream_settings held = a.settings;
  held.remote_rtp = held.remote_rtcp = loopback(9, "0.0.0.0");
  EXPECT_TRUE(s.mixer->configure_leg(id, held, s.now).ok());
}

// The kernel lets only the thread that made a ring use it: another one breaks it for good.
TEST(shard_defence, says_when_its_ring_is_broken_and_takes_no_more_legs) {
  studio s;
  phone a(codec_kind::pcmu), b(codec_kind::pcmu);
  s.join(a);
  s.tick();
  EXPECT_TRUE(s.mixer->healthy());
  std::thread([&] { s.tick(); }).join();
  EXPECT_FALSE(s.mixer->healthy());
  const auto refused = s.mixer->open_leg(leg_id{77}, room_id{"r@h"}, b.settings.remote_rtp);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::unavailable);
  const uint64_t unsent = s.mixer->counters().unsent_packets;
  s.tick();
  EXPECT_GT(s.mixer->counters().unsent_packets, unsent);
}

}  // namespace
}  // namespace confab::mix
