// The small rule classes around a stream: latch, watchdog, sender, key presses, comfort noise.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "media/rtp/comfort_noise.hpp"
#include "media/rtp/dtmf.hpp"
#include "media/rtp/receive_watchdog.hpp"
#include "media/rtp/sender.hpp"
#include "media/rtp/source_latch.hpp"

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;
using clock_time = source_latch::clock_time;
constexpr clock_time t0{5000s};

socket_address at(const char* host, uint16_t port) {
  return socket_address::parse(host, port).value();
}

const auto sip = at("192.0.2.1", 5060);
const auto signalled = at("192.0.2.1", 4000);
const auto nat = at("192.0.2.1", 61'000);
const auto stranger = at("203.0.113.9", 4000);

TEST(source_latch, hears_the_signalled_address_and_refuses_others) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.accept(signalled, 1, 10, false, t0));
  EXPECT_FALSE(l.accept(stranger, 2, 10, false, t0));
  EXPECT_FALSE(l.accept(stranger, 1, 5000, false, t0)) << "right source, wrong place in its sequence";
  EXPECT_EQ(l.destination(), signalled);
  EXPECT_EQ(l.refused(), 2U);
}

TEST(source_latch, follows_the_first_valid_source_behind_a_nat) {
  source_latch l(at("10.0.0.5", 4000), sip);
  EXPECT_EQ(l.destination(), at("10.0.0.5", 4000));
  EXPECT_TRUE(l.accept(nat, 1, 10, false, t0));
  EXPECT_EQ(l.destination(), nat);
  EXPECT_FALSE(l.accept(stranger, 9, 1, false, t0 + 1h));
}

TEST(source_latch, prefers_what_was_signalled_over_a_stranger_who_was_quicker) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.accept(stranger, 9, 1, false, t0));
  EXPECT_TRUE(l.accept(signalled, 1, 1, false, t0 + 20ms));
  EXPECT_EQ(l.destination(), signalled);
  EXPECT_FALSE(l.accept(stranger, 9, 2, false, t0 + 40ms));
}

TEST(source_latch, does_not_move_to_one_who_copies_a_stream_that_is_alive) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.accept(signalled, 1, 100, false, t0));
  EXPECT_FALSE(l.accept(stranger, 1, 101, false, t0 + 20ms));
  EXPECT_TRUE(l.accept(signalled, 1, 101, false, t0 + 20ms));
  EXPECT_EQ(l.destination(), signalled);
}

TEST(source_latch, moves_with_a_stream_that_goes_on) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.accept(signalled, 1, 65'530, false, t0));
  EXPECT_TRUE(l.accept(nat, 1, 3, false, t0 + 400ms)) << "over the wrap";
  EXPECT_EQ(l.destination(), nat);
  EXPECT_FALSE(l.accept(signalled, 1, 65'531, false, t0 + 410ms)) << "a straggler on the old path";
  EXPECT_EQ(l.destination(), nat);
}

TEST(source_latch, moves_for_authenticated_packets_but_not_for_old_ones) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.accept(signalled, 1, 1000, true, t0));
  EXPECT_FALSE(l.accept(stranger, 1, 900, true, t0));
  EXPECT_TRUE(l.accept(stranger, 1, 2000, true, t0));
  EXPECT_EQ(l.destination(), stranger);
  EXPECT_TRUE(l.accept(nat, 77, 5, true, t0)) << "a new source with the right key";
}

TEST(source_latch, moves_after_a_re_invite_with_another_address) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.accept(signalled, 1, 10, false, t0));
  const auto elsewhere = at("198.51.100.7", 7000);
  l.reconfigured(elsewhere, sip, t0 + 1s);
  EXPECT_EQ(l.destination(), elsewhere);
  EXPECT_TRUE(l.accept(signalled, 1, 11, false, t0 + 1s)) << "still under way";
  EXPECT_EQ(l.destination(), elsewhere);
  EXPECT_TRUE(l.accept(elsewhere, 2, 500, false, t0 + 1100ms));
  EXPECT_FALSE(l.accept(signalled, 1, 12, false, t0 + 1200ms));
}

TEST(source_latch, is_not_opened_by_silence_or_by_a_session_refresh) {
  source_latch l(at("10.0.0.5", 4000), sip);
  EXPECT_TRUE(l.accept(nat, 1, 10, false, t0));
  EXPECT_FALSE(l.accept(stranger, 2, 10, false, t0 + 1h));
  l.reconfigured(at("10.0.0.5", 4000), sip, t0 + 1h);
  EXPECT_FALSE(l.accept(stranger, 2, 10, false, t0 + 1h));
  EXPECT_EQ(l.destination(), nat);
}

TEST(source_latch, opens_once_when_the_peers_signaling_comes_from_elsewhere) {
  source_latch l(at("10.0.0.5", 4000), sip);
  EXPECT_TRUE(l.accept(nat, 1, 10, false, t0));
  l.reconfigured(at("10.0.0.5", 4000), at("198.51.100.7", 5060), t0 + 1h);
  EXPECT_TRUE(l.accept(at("198.51.100.7", 9000), 2, 10, false, t0 + 1h + 100ms));
  EXPECT_FALSE(l.accept(stranger, 2, 500, false, t0 + 1h + 200ms));
}

TEST(source_latch, stops_sending_to_a_host_that_never_answers) {
  source_latch l(stranger, sip);
  EXPECT_TRUE(l.may_send(t0));
  EXPECT_TRUE(l.may_send(t0 + 2900ms));
  EXPECT_FALSE(l.may_send(t0 + 3s));
  EXPECT_FALSE(l.may_send(t0 + 1h));
  EXPECT_TRUE(l.accept(stranger, 1, 1, false, t0 + 1h));
  EXPECT_TRUE(l.may_send(t0 + 1h));
  EXPECT_TRUE(l.may_send(t0 + 3h)) << "confirmed";
}

TEST(source_latch, sends_on_to_the_host_that_called_however_silent) {
  source_latch l(signalled, sip);
  EXPECT_TRUE(l.may_send(t0));
  EXPECT_TRUE(l.may_send(t0 + 1h));
  for (const auto& nowhere : {socket_address{}, at("0.0.0.0", 4000), at("192.0.2.1", 0)}) {
    l.reconfigured(nowhere, sip, t0);
    EXPECT_FALSE(l.may_send(t0));
  }
}

TEST(source_latch, gives_each_new_host_its_own_few_seconds) {
  source_latch l(stranger, sip);
  EXPECT_TRUE(l.accept(stranger, 1, 1, false, t0));
  const auto next = at("203.0.113.77", 4000);
  l.reconfigured(next, sip, t0 + 1h);
  EXPECT_TRUE(l.may_send(t0 + 1h));
  EXPECT_FALSE(l.may_send(t0 + 1h + 4s));
}

TEST(control_latch, hears_the_host_that_rtp_comes_from) {
  control_latch l(at("10.0.0.5", 4001));
  EXPECT_FALSE(l.accept(stranger, nat, false));
  EXPECT_TRUE(l.accept(at("192.0.2.1", 61'001), nat, false));
  EXPECT_EQ(l.destination(), at("192.0.2.1", 61'001));
  EXPECT_TRUE(l.accept(stranger, nat, true));
  EXPECT_EQ(l.refused(), 1U);
}

TEST(receive_watchdog, expires_only_while_the_peer_should_send) {
  receive_watchdog w(30s, t0);
  EXPECT_FALSE(w.expired(t0 + 29s));
  EXPECT_TRUE(w.expired(t0 + 30s));
  w.heard(t0 + 20s);
  EXPECT_FALSE(w.expired(t0 + 49s));
  w.expect(false, t0 + 40s);
  EXPECT_FALSE(w.expired(t0 + 1h));
  w.expect(true, t0 + 1h);
  EXPECT_FALSE(w.expired(t0 + 1h + 29s));
  w.expect(true, t0 + 1h + 29s);
  EXPECT_TRUE(w.expired(t0 + 1h + 30s)) << "saying it again does not wind it up";
  EXPECT_FALSE(receive_watchdog(0s, t0).expired(t0 + 100h));
}

TEST(sender, counts_timestamps_in_the_codecs_clock) {
  struct row {
    uint32_t clock_rate;
    uint32_t per_packet;
  };
  for (const auto& [rate, units] : {row{8000, 160}, row{16'000, 320}, row{48'000, 960}}) {
    sender s({.ssrc = 5, .sequence = 65'535, .timestamp = 0xffff'ff80}, rate);
    const auto first = s.make(0, {}, t0);
    s.advance(20ms);
    const auto second = s.make(0, {}, t0 + 20ms);
    EXPECT_TRUE(first.marker);
    EXPECT_FALSE(second.marker);
    EXPECT_EQ(first.sequence, 65'535);
    EXPECT_EQ(second.sequence, 0);
    EXPECT_EQ(second.timestamp - first.timestamp, units);
    EXPECT_EQ(s.timestamp_at(t0 + 40ms), second.timestamp + units);
  }
}

TEST(sender, marks_the_packet_after_a_pause_and_lets_time_go_on) {
  sender s({.ssrc = 5, .sequence = 1, .timestamp = 0}, 8000);
  const uint8_t payload[10] = {};
  s.make(0, payload, t0);
  s.pause();
  for (int i = 0; i < 50; ++i) s.advance(20ms);
  const auto p = s.make(0, payload, t0 + 1s);
  EXPECT_TRUE(p.marker);
  EXPECT_EQ(p.sequence, 2);
  EXPECT_EQ(p.timestamp, 8000U);
  EXPECT_EQ(s.packets(), 2U);
  EXPECT_EQ(s.octets(), 20U);
}

TEST(comfort_noise, reads_the_level) {
  const uint8_t level[] = {40, 1, 2};
  ASSERT_TRUE(parse_comfort_noise(level));
  EXPECT_EQ(parse_comfort_noise(level)->level, 40);
  EXPECT_NEAR(amplitude({40}), 327.67, 0.1);
  const uint8_t bad[] = {128};
  EXPECT_FALSE(parse_comfort_noise(bad));
  EXPECT_FALSE(parse_comfort_noise({}));
}

/// Sends a press of `packets` packets whose end comes three times, without those that `lost` names.
std::string press(dtmf_receiver& r, uint8_t event, uint32_t timestamp, clock_time from, int packets,
                  const std::vector<int>& lost = {}) {
  std::string heard;
  for (int i = 0; i < packets + 3; ++i) {
    if (std::find(lost.begin(), lost.end(), i) != lost.end()) continue;
    const bool end = i >= packets;
    const auto duration = uint16_t(160 * std::min(i + 1, packets + 1));
    const uint8_t payload[] = {event, uint8_t(end ? 0x8a : 0x0a), uint8_t(duration >> 8), uint8_t(duration)};
    if (const auto d = r.on_packet(timestamp, i == 0, payload, from + i * 20ms)) heard += *d;
  }
  return heard;
}

TEST(dtmf, hears_every_key_once) {
  dtmf_receiver r(8000);
  std::string heard;
  for (uint8_t e = 0; e < 20; ++e) heard += press(r, e, e * 8000U, t0 + e * 1s, 5);
  EXPECT_EQ(heard, "0123456789*#ABCD");
}

TEST(dtmf, hears_a_press_whichever_packets_are_lost) {
  dtmf_receiver r(8000);
  EXPECT_EQ(press(r, 6, 1000, t0, 5, {0, 1, 2}), "6");
  EXPECT_EQ(press(r, 6, 3000, t0 + 200ms, 5, {5, 6, 7}), "6") << "all ends lost";
  EXPECT_EQ(press(r, 6, 5000, t0 + 500ms, 5), "6") << "the same key, pressed again";
  EXPECT_EQ(press(r, 6, 7000, t0 + 700ms, 5, {0, 1, 2, 3, 4, 5, 6}), "6") << "only an end came";
}

TEST(dtmf, tells_while_a_key_is_held) {
  dtmf_receiver r(8000);
  const uint8_t down[] = {1, 10, 0, 160}, up[] = {1, 0x8a, 1, 64};
  EXPECT_TRUE(r.on_packet(0, true, down, t0));
  EXPECT_TRUE(r.pressed(t0 + 50ms));
  EXPECT_FALSE(r.pressed(t0 + 300ms)) << "its end was lost";
  EXPECT_FALSE(r.on_packet(0, false, up, t0 + 310ms));
  EXPECT_FALSE(r.pressed(t0 + 311ms));
}

TEST(dtmf, takes_the_segments_of_a_long_press_for_one) {
  dtmf_receiver r(8000);
  const uint8_t first[] = {1, 10, 0xff, 0xff}, second[] = {1, 10, 0, 160};
  EXPECT_TRUE(r.on_packet(100, true, first, t0));
  EXPECT_FALSE(r.on_packet(100 + 0xffff, false, second, t0 + 50ms));
}

TEST(dtmf, ignores_garbage_and_packets_of_an_earlier_press) {
  dtmf_receiver r(8000);
  const uint8_t three[] = {1, 10, 0};
  EXPECT_FALSE(r.on_packet(0, true, three, t0));
  EXPECT_FALSE(r.on_packet(0, true, {}, t0));
  EXPECT_EQ(press(r, 1, 1000, t0, 5), "1");
  EXPECT_EQ(press(r, 2, 5000, t0 + 500ms, 5), "2");
  EXPECT_EQ(press(r, 1, 1000, t0 + 600ms, 5), "") << "overtaken on the way";
  EXPECT_EQ(press(r, 3, 500, t0 + 1h, 5), "3") << "the timestamps began anew";
}

}  // namespace
}  // namespace confab::rtp
