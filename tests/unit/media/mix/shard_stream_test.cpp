// One leg's stream: whom it believes, when it is silent, what it reports.

#include <random>
#include <utility>

#include "tests/unit/media/mix/shard_phone.hpp"

namespace confab::mix {
namespace {

using namespace testing_support;
using media::codec_kind;

constexpr double loud = phone::amplitude / 2;
constexpr double quiet = phone::amplitude / 20;

class srtp_suites : public testing::TestWithParam<media::srtp_suite> {};

TEST_P(srtp_suites, protect_both_directions_and_the_reports) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  a.use_srtp(GetParam());
  const leg_id id = s.join(a);
  s.join(b);
  s.run(1s, {&a, &b});
  // A re-INVITE with the same keys keeps the contexts: the phone's sequence has wrapped by now, a new one
  // would not open a thing.
  s.reconfigure(id, a);
  s.run(8s, {&a, &b});
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
  EXPECT_GE(a.sender_reports, 1U);
  const std::array<uint8_t, 40> forged{0x80, 0};
  phone::send_raw(forged, a.rtp_socket, a.leg_rtp);
  s.tick();
  const leg_statistics closed = s.close(id);
  EXPECT_EQ(closed.dropped_unauthentic, 1U);
  EXPECT_EQ(closed.packets_lost, 0U);
  a.listen();
  EXPECT_EQ(a.byes, 1U);
}

INSTANTIATE_TEST_SUITE_P(table, srtp_suites,
                         testing::Values(media::srtp_suite::aes_cm_128_hmac_sha1_80,
                                         media::srtp_suite::aes_cm_128_hmac_sha1_32,
                                         media::srtp_suite::aes_256_cm_hmac_sha1_80,
                                         media::srtp_suite::aead_aes_128_gcm),
                         [](const auto& row) { return std::string(media::to_string(row.param)); });

TEST(shard_stream, refuses_keys_of_a_wrong_length_and_keeps_what_it_had) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.join(b);
  media::stream_settings bad = a.settings;
  bad.srtp = media::srtp_settings{};
  EXPECT_FALSE(s.mixer->configure_leg(id, bad, s.now).ok());
  s.run(1s, {&a}, {&b});
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_stream, takes_new_keys_in_the_middle_of_a_call) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu);
  a.use_srtp(media::srtp_suite::aes_cm_128_hmac_sha1_80);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(500ms, {&a}, {&b});
  a.use_srtp(media::srtp_suite::aead_aes_128_gcm);
  s.reconfigure(id, a);
  s.run(1s, {&a}, {&b});
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_stream, drops_and_counts_packets_from_elsewhere) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu), stranger(codec_kind::pcmu, 1100);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(100ms, {&a}, {&b});
  stranger.leg_rtp = a.leg_rtp;
  stranger.settings.payload_type = a.settings.payload_type;
  stranger.sender = rtp::sender({.ssrc = 0x666, .sequence = 1, .timestamp = 1}, 8000);
  s.run(1s, {&a, &stranger}, {&b});
  EXPECT_GT(b.hears(440), loud);
  EXPECT_LT(b.hears(1100), quiet);
  EXPECT_EQ(stranger.packets.size(), 0U);
  // Until the steady stream's socket is tied to its source; then the kernel drops them.
  EXPECT_EQ(s.close(id).dropped_source, 45U);
}

TEST(shard_stream, tells_what_a_stream_is_sent_with_once_it_is_believed) {
  studio s;
  phone a(codec_kind::pcmu, 440), stranger(codec_kind::pcmu, 1100);
  const leg_id id = s.join(a);
  s.run(100ms, {}, {&a});
  EXPECT_TRUE(s.all<source_known>().empty()) << "nothing came";
  s.run(1s, {&a});
  ASSERT_EQ(s.all<source_known>().size(), 1U);
  EXPECT_EQ(s.all<source_known>()[0].leg, id);
  EXPECT_EQ(s.all<source_known>()[0].ssrc, a.sender.ssrc());
  stranger.leg_rtp = a.leg_rtp;
  stranger.settings.payload_type = a.settings.payload_type;
  stranger.sender = rtp::sender({.ssrc = 0x666, .sequence = 1, .timestamp = 1}, 8000);
  s.run(1s, {&a, &stranger});
  EXPECT_EQ(s.all<source_known>().size(), 1U) << "a stranger is not believed";
}

TEST(shard_stream, tells_of_a_source_that_changes_at_most_once_a_second) {
  studio s;
  phone a(codec_kind::pcmu, 440);
  s.join(a);
  for (uint32_t ssrc = 1; ssrc <= 150; ++ssrc) {  // 3 s
    a.sender = rtp::sender({.ssrc = ssrc, .sequence = 1, .timestamp = 1}, 8000);
    s.run(20ms, {&a});
  }
  s.run(1s, {&a});
  const auto told = s.all<source_known>();
  ASSERT_GE(told.size(), 3U);
  EXPECT_LE(told.size(), 5U);
  EXPECT_EQ(told.back().ssrc, 150U) << "the last one is told in the end";
}

TEST(shard_stream, follows_a_phone_behind_a_nat) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  a.settings.remote_rtp = loopback(9);  // what its SDP says, not where it is
  s.join(a);
  s.join(b);
  s.run(1s, {&a, &b});
  EXPECT_GT(a.hears(700), loud);
}

TEST(shard_stream, survives_garbage_and_counts_it) {
  studio s;
  phone a(codec_kind::opus, 440), b(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.join(b);
  std::mt19937 random(4711);
  std::array<uint8_t, 2000> bytes;
  for (int tick = 0; tick < 200; ++tick) {
    for (int i = 0; i < 10; ++i) {
      for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
      if (i % 2 == 0) bytes[0] = static_cast<uint8_t>(0x80 | (bytes[0] & 0x3f));
      // Half of those look like the stream's own, so that the decoder gets its share.
      if (i % 4 == 0) bytes[1] = a.settings.payload_type;
      const size_t length = random() % (i == 9 ? 2000 : 200);
      const bool to_rtcp = i % 3 == 0;
      phone::send_raw(std::span(bytes).first(length), to_rtcp ? a.rtcp_socket : a.rtp_socket,
                      to_rtcp ? a.leg_rtcp : a.leg_rtp);
    }
    s.run(20ms, {&b}, {&a});
  }
  // The phone's own stream, under its first SSRC, comes through again.
  s.run(2s, {&a, &b});
  EXPECT_GT(b.hears(440), loud);
  EXPECT_GT(s.close(id).dropped_malformed, 500U);
}

TEST(shard_stream, takes_each_key_press_once_and_skips_its_packets) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(200ms, {&a}, {&b});
  for (const uint8_t event : {uint8_t{10}, uint8_t{6}}) {
    for (int packet = 0; packet < 8; ++packet) {
      a.press(event, packet >= 5);
      s.run(20ms, {}, {&a, &b});
    }
    a.sender.advance(160ms);
    s.run(200ms, {&a}, {&b});
  }
  const auto digits = s.all<dtmf_received>();
  ASSERT_EQ(digits.size(), 2U);
  EXPECT_EQ(digits[0].digit, '*');
  EXPECT_EQ(digits[1].digit, '6');
  EXPECT_EQ(digits[1].leg, id);
  EXPECT_EQ(s.close(id).packets_lost, 0U);
}

TEST(shard_stream, sends_nothing_while_on_hold_but_reports) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(500ms, {&a, &b});
  const auto before = a.packets.back();
  const size_t packets = a.packets.size();
  a.settings.send = a.settings.receive = false;
  s.reconfigure(id, a);
  s.run(10s, {&b}, {&a});
  EXPECT_EQ(a.packets.size(), packets);
  EXPECT_GE(a.reports, 1U);
  EXPECT_LT(b.hears(440), quiet);

  a.settings.send = a.settings.receive = true;
  s.reconfigure(id, a);
  s.run(1s, {&a, &b});
  const auto& resumed = a.packets[packets];
  EXPECT_EQ(resumed.ssrc, before.ssrc);
  EXPECT_EQ(resumed.sequence, static_cast<uint16_t>(before.sequence + 1));
  EXPECT_TRUE(resumed.marker);
  EXPECT_NEAR(static_cast<double>(resumed.timestamp - before.timestamp), 80'160, 320);
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_stream, does_not_mix_what_a_held_phone_still_sends) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu);
  a.settings.receive = false;
  s.join(a);
  s.join(b);
  s.run(1s, {&a}, {&b});
  EXPECT_LT(b.loudest(), 100);
}

TEST(shard_stream, changes_codec_without_changing_its_source) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::g722, 700);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(1s, {&a, &b});
  const auto before = a.packets.back();
  const size_t packets = a.packets.size();
  for (const codec_kind next : {codec_kind::opus, codec_kind::speex_wide, codec_kind::g722}) {
    a.use(next);
    s.reconfigure(id, a);
    s.run(1s, {&a, &b});
    EXPECT_GT(a.hears(700), loud) << media::to_string(next);
    EXPECT_GT(b.hears(440), loud) << media::to_string(next);
  }
  EXPECT_EQ(a.packets[packets].ssrc, before.ssrc);
  EXPECT_EQ(a.packets[packets].sequence, static_cast<uint16_t>(before.sequence + 1));
  EXPECT_TRUE(a.packets[packets].marker);
  const leg_statistics closed = s.close(id);
  EXPECT_EQ(closed.packets_received, 200U);
  EXPECT_EQ(closed.packets_lost, 0U);
}

TEST(shard_stream, tells_once_that_a_peer_has_fallen_silent) {
  shard_settings settings;
  settings.rtp_timeout = 2s;
  studio s(settings);
  phone a(codec_kind::pcmu, 440);
  const leg_id id = s.join(a);
  s.run(1900ms, {}, {&a});
  EXPECT_TRUE(s.all<media_lost>().empty());
  s.run(3s, {}, {&a});
  ASSERT_EQ(s.all<media_lost>().size(), 1U);
  EXPECT_EQ(s.all<media_lost>()[0].leg, id);
  s.run(1s, {&a});
  s.run(3s, {}, {&a});
  EXPECT_EQ(s.all<media_lost>().size(), 2U);
}

TEST(shard_stream, waits_for_nobody_who_is_on_hold_and_takes_rtcp_for_life) {
  shard_settings settings;
  settings.rtp_timeout = 2s;
  studio s(settings);
  phone a(codec_kind::pcmu), b(codec_kind::pcmu);
  const leg_id id = s.join(a);
  s.join(b);
  a.settings.receive = false;
  s.reconfigure(id, a);
  for (int i = 0; i < 10; ++i) {
    b.report(b.rtcp_socket, b.leg_rtcp);
    s.run(1s, {}, {&a, &b});
  }
  EXPECT_TRUE(s.all<media_lost>().empty());
  a.settings.receive = true;
  s.reconfigure(id, a);
  s.run(1900ms, {&b}, {&a});
  EXPECT_TRUE(s.all<media_lost>().empty());
  s.run(200ms, {&b}, {&a});
  EXPECT_EQ(s.all<media_lost>().size(), 1U);
}

TEST(shard_stream, stops_sending_to_a_stranger_who_does_not_answer) {
  studio s;
  phone a(codec_kind::pcmu, 440);
  a.settings.signaling_source = loopback(5060, "192.0.2.1");
  s.join(a);
  s.run(10s, {}, {&a});
  EXPECT_LE(a.packets.size(), 5 * 50U);
  const size_t sent = a.packets.size();
  s.run(1s, {&a});
  EXPECT_NEAR(static_cast<double>(a.packets.size() - sent), 50, 2);
}

TEST(shard_stream, reports_loss_and_counts_to_the_peer) {
  studio s;
  phone a(codec_kind::pcmu, 440);
  const leg_id id = s.join(a);
  for (int i = 0; i < 500; ++i) {
    if (i % 10 == 9) {
      (void)a.sender.make(0, {}, {});
      a.sender.advance(20ms);
    } else {
      a.speak();
    }
    s.run(20ms, {}, {&a});
  }
  EXPECT_GE(a.sender_reports, 1U);
  EXPECT_GT(a.last_sender_info.packets, 0U);
  EXPECT_EQ(a.last_block.ssrc, 0x1000U);
  EXPECT_NEAR(a.last_block.fraction_lost, 25, 10);
  const leg_statistics closed = s.close(id);
  EXPECT_EQ(closed.packets_received, 450U);
  EXPECT_NEAR(static_cast<double>(closed.packets_lost), 50, 1);
  EXPECT_EQ(closed.packets_sent, 500U);
}

TEST(shard_stream, shares_one_port_with_rtcp_when_agreed) {
  studio s;
  phone a(codec_kind::pcmu, 440);
  a.settings.rtcp_mux = true;
  a.settings.remote_rtcp = loopback(9);
  const leg_id id = s.join(a);
  s.run(8s, {&a});
  EXPECT_GE(a.sender_reports, 1U);
  a.report(a.rtp_socket, a.leg_rtp);
  s.tick();
  s.close(id);
  a.listen();
  EXPECT_EQ(a.byes, 1U);
}

TEST(shard_stream, speaks_ipv6) {
  studio s;
  phone a(codec_kind::pcmu, 440, "::1"), b(codec_kind::pcmu, 700);
  s.join(a, "lunch@example.com", "::1");
  s.join(b);
  s.run(1s, {&a, &b});
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_stream, refuses_ports_that_are_taken_and_frees_them_at_the_end) {
  studio s;
  phone a(codec_kind::pcmu);
  const leg_id id = s.open(a);
  EXPECT_TRUE(s.mixer->busy());
  for (const uint16_t port : {a.leg_rtp.port(), static_cast<uint16_t>(a.leg_rtp.port() - 1)}) {
    const auto refused = s.mixer->open_leg(leg_id{77}, room_id{"r@h"}, loopback(port));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, errc::exhausted);
  }
  s.close(id);
  EXPECT_FALSE(s.mixer->busy());
  EXPECT_TRUE(s.mixer->open_leg(leg_id{78}, room_id{"r@h"}, a.leg_rtp).ok());
  EXPECT_EQ(s.mixer->legs(), 1U);
}

TEST(shard_stream, ignores_legs_it_does_not_know) {
  studio s;
  phone a(codec_kind::pcmu);
  const leg_id nobody{99};
  EXPECT_EQ(s.mixer->configure_leg(nobody, a.settings, s.now).error().code, errc::not_found);
  s.mixer->close_leg(nobody);
  s.mixer->set_muted(nobody, true);
  s.mixer->set_deaf(nobody, true);
  s.mixer->set_music(nobody, true);
  s.mixer->play(nobody, tone(440, 1s));
  s.tick();
  EXPECT_TRUE(s.events.empty());
}

TEST(shard_stream, says_and_hears_nothing_before_the_answer) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu);
  const leg_id id = s.open(a);
  s.join(b);
  s.run(1s, {&a}, {&b});
  EXPECT_TRUE(a.packets.empty());
  EXPECT_LT(b.loudest(), 100);
  s.reconfigure(id, a);
  s.run(1s, {&a}, {&b});
  EXPECT_GT(b.hears(440), loud);
}

TEST(shard_stream, traces_packets_only_when_asked) {
  shard_settings settings;
  settings.trace = true;
  studio s(settings);
  phone a(codec_kind::pcmu, 440);
  s.join(a);
  s.run(200ms, {&a});
  const auto traced = s.all<packet_traced>();
  ASSERT_EQ(traced.size(), 20U);
  EXPECT_FALSE(traced[0].sent);
  EXPECT_TRUE(traced[1].sent);
  EXPECT_EQ(traced[0].remote, a.settings.remote_rtp);
  EXPECT_EQ(traced[0].bytes, 172U);
}

// The phone's end keeps its own contexts, so a leg that began again under an old key would send it SRTCP
// indices it has seen.
TEST(shard_stream, never_begins_again_under_a_key_that_stays) {
  studio s;
  phone a(codec_kind::pcmu, 440), b(codec_kind::pcmu, 700);
  const auto suite = media::srtp_suite::aes_cm_128_hmac_sha1_80;
  a.use_srtp(suite);
  const leg_id id = s.join(a);
  s.join(b);
  s.run(16s, {&a, &b});
  ASSERT_GE(a.reports, 2U);

  a.settings.srtp->remote_key = secure::random_key(suite);  // the peer's alone changes
  ASSERT_TRUE(a.srtp->rekey({suite, a.settings.srtp->remote_key, a.settings.srtp->local_key}));
  s.reconfigure(id, a);
  s.run(16s, {&a, &b});
  EXPECT_GE(a.reports, 4U);
  EXPECT_GT(b.hears(440), loud);

  const auto keys = std::exchange(a.settings.srtp, std::nullopt);
  auto parked = std::move(a.srtp);
  s.reconfigure(id, a);
  s.run(1s, {&a, &b});
  EXPECT_GT(b.hears(440), loud) << "in the clear";
  a.settings.srtp = keys;
  a.srtp = std::move(parked);
  s.reconfigure(id, a);
  s.run(16s, {&a, &b});
  EXPECT_GE(a.reports, 6U);
  EXPECT_GT(a.hears(700), loud);
  EXPECT_GT(b.hears(440), loud);
}

}  // namespace
}  // namespace confab::mix
