#include "media/rtp/rtcp.hpp"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "media/rtp/rtcp_session.hpp"

namespace confab::rtp {
namespace {

using namespace std::chrono_literals;
using bytes = std::vector<uint8_t>;

rtcp_report full_report() {
  rtcp_report r;
  r.ssrc = 0x11223344;
  r.sending = true;
  r.sender = {.ntp = 0x0123456789abcdef, .rtp_timestamp = 7, .packets = 100, .octets = 16'000};
  r.has_block = true;
  r.block = {.ssrc = 0xcafe,
             .fraction_lost = 64,
             .cumulative_lost = -3,
             .extended_highest_sequence = 0x10005,
             .jitter = 12,
             .last_sr = 0x456789ab,
             .delay_since_last_sr = 65'536};
  r.cname = "lunch@example.com";
  return r;
}

bytes written(const rtcp_report& r) {
  bytes out(512);
  out.resize(write_rtcp(r, out));
  return out;
}

TEST(rtcp, reads_what_it_writes) {
  for (const bool bye : {false, true}) {
    auto r = full_report();
    r.bye = bye;
    const auto packet = written(r);
    ASSERT_EQ(packet.size() % 4, 0U);
    const auto c = parse_rtcp(packet);
    ASSERT_TRUE(c) << c.error().text;
    EXPECT_EQ(c->sender_ssrc, r.ssrc);
    ASSERT_TRUE(c->has_sender_info);
    EXPECT_EQ(c->sender, r.sender);
    ASSERT_EQ(c->block_count, 1U);
    EXPECT_EQ(c->blocks[0], r.block);
    EXPECT_EQ(c->cname, r.cname);
    EXPECT_EQ(c->bye, bye);
  }
}

TEST(rtcp, writes_a_receiver_report_when_nothing_was_sent) {
  rtcp_report r;
  r.ssrc = 9;
  const auto packet = written(r);
  EXPECT_EQ(packet[1], 201);
  const auto c = parse_rtcp(packet);
  ASSERT_TRUE(c);
  EXPECT_FALSE(c->has_sender_info);
  EXPECT_EQ(c->block_count, 0U);
  EXPECT_EQ(c->cname, "");
}

TEST(rtcp, pads_a_cname_of_any_length_to_words) {
  for (size_t length = 0; length < 300; ++length) {
    auto r = full_report();
    const std::string name(length, 'x');
    r.cname = name;
    const auto packet = written(r);
    ASSERT_FALSE(packet.empty()) << length;
    const auto c = parse_rtcp(packet);
    ASSERT_TRUE(c) << length;
    EXPECT_EQ(c->cname.size(), std::min<size_t>(length, 255));
  }
}

TEST(rtcp, writes_nothing_where_there_is_no_room) {
  bytes small(40);
  EXPECT_EQ(write_rtcp(full_report(), small), 0U);
}

TEST(rtcp, refuses_what_is_cut_at_any_byte) {
  auto r = full_report();
  r.bye = true;
  const auto packet = written(r);
  const std::vector<size_t> whole{52, 52 + 28, packet.size()};  // after SR, after SDES
  for (size_t n = 0; n <= packet.size(); ++n) {
    const bool fits = std::find(whole.begin(), whole.end(), n) != whole.end();
    EXPECT_EQ(parse_rtcp(std::span{packet}.first(n)).ok(), fits) << n;
  }
}

TEST(rtcp, refuses_malformed_packets) {
  struct row {
    const char* why;
    bytes packet;
  };
  const row rows[] = {
      {"version 1", {0x40, 201, 0, 1, 0, 0, 0, 1}},
      {"length beyond the datagram", {0x80, 201, 0, 2, 0, 0, 0, 1}},
      {"a report block that is not there", {0x81, 201, 0, 1, 0, 0, 0, 1}},
      {"an SR without sender information", {0x80, 200, 0, 1, 0, 0, 0, 1}},
      {"an SDES item without an end", {0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 'a', 'b'}},
      {"an SDES item longer than its packet", {0x81, 202, 0, 2, 0, 0, 0, 1, 1, 200, 'a', 0}},
      {"a BYE without its sources", {0x82, 203, 0, 1, 0, 0, 0, 1}},
      {"padding in a packet that is not the last",
       {0xa0, 201, 0, 1, 0, 0, 0, 4, 0x80, 201, 0, 1, 0, 0, 0, 1}},
      {"padding of no length", {0xa0, 201, 0, 1, 0, 0, 0, 0}},
  };
  for (const auto& r : rows) EXPECT_FALSE(parse_rtcp(r.packet)) << r.why;
  EXPECT_FALSE(parse_rtcp(bytes(2000, 0x80)));
}

TEST(rtcp, steps_over_types_it_does_not_know) {
  bytes packet = written(full_report());
  packet.insert(packet.end(), {0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2});  // payload-specific feedback
  EXPECT_TRUE(parse_rtcp(packet));
}

TEST(rtcp_session, sends_at_random_between_half_and_one_and_a_half_intervals) {
  using clock = std::chrono::steady_clock::time_point;
  bytes out(512);
  std::chrono::microseconds total{0};
  int count = 0;
  for (uint32_t seed = 0; seed < 50; ++seed) {
    clock now{1000s};
    sender ours({.ssrc = 1, .sequence = 1, .timestamp = 1}, 8000);
    rtcp_session s("a@b", 8000, seed, now);
    EXPECT_FALSE(s.due(now + 1249ms));
    EXPECT_TRUE(s.due(now + 3750ms));
    for (int i = 0; i < 20; ++i) {
      EXPECT_GT(s.write_report(ours, now, {}, out), 0U);
      auto at = now;
      while (!s.due(at)) at += 10ms;
      EXPECT_GE(at - now, 2500ms);
      EXPECT_LE(at - now, 7510ms);
      total += std::chrono::duration_cast<std::chrono::microseconds>(at - now);
      ++count;
      now = at;
    }
  }
  EXPECT_NEAR(double(total.count()) / count, 5e6, 2e5);
}

TEST(rtcp_session, measures_the_round_trip_between_two_sessions) {
  using clock = std::chrono::steady_clock::time_point;
  using wall = std::chrono::system_clock::time_point;
  const clock t0{1000s};
  const wall w0{1'700'000'000s};
  sender a({.ssrc = 1, .sequence = 1, .timestamp = 1}, 8000),
      b({.ssrc = 2, .sequence = 1, .timestamp = 1}, 8000);
  rtcp_session sa("a", 8000, 1, t0), sb("b", 8000, 2, t0);
  bytes out(512);
  a.make(0, {}, t0);
  sb.reception().on_packet(1, 1, 1, t0 + 30ms);
  auto n = sa.write_report(a, t0, w0, out);
  auto heard = parse_rtcp(std::span{out}.first(n));
  ASSERT_TRUE(heard);
  EXPECT_TRUE(heard->has_sender_info);
  sb.on_rtcp(*heard, 2, t0 + 30ms, w0 + 30ms + 5h);  // another wall clock
  n = sb.write_report(b, t0 + 2030ms, w0 + 2030ms + 5h, out);
  heard = parse_rtcp(std::span{out}.first(n));
  ASSERT_TRUE(heard);
  EXPECT_FALSE(heard->has_sender_info) << "b has sent nothing";
  EXPECT_FALSE(sa.last_round_trip());
  sa.on_rtcp(*heard, 1, t0 + 2080ms, w0 + 2080ms);
  ASSERT_TRUE(sa.last_round_trip());
  EXPECT_NEAR(double(sa.last_round_trip()->count()), 80'000, 100);
  n = sb.write_bye(b, t0 + 3s, w0, out);
  sa.on_rtcp(*parse_rtcp(std::span{out}.first(n)), 1, t0, w0);
  EXPECT_TRUE(sa.peer_said_bye());
}

}  // namespace
}  // namespace confab::rtp
