#include "media/mix/packetizer.hpp"

namespace confab::mix {
namespace {

using namespace std::chrono_literals;
using media::codec_kind;

struct rounding {
  codec_kind codec;
  std::chrono::milliseconds asked, sent;
};

TEST(packetizer, rounds_a_packet_time_to_what_the_codec_carries) {
  const rounding cases[] = {
      {codec_kind::pcmu, 20ms, 20ms},       {codec_kind::pcmu, 0ms, 10ms},
      {codec_kind::pcmu, 25ms, 20ms},       {codec_kind::pcmu, 200ms, 60ms},
      {codec_kind::g722, 10ms, 10ms},       {codec_kind::speex_wide, 10ms, 20ms},
      {codec_kind::speex_wide, 50ms, 40ms}, {codec_kind::speex_wide, 70ms, 60ms},
      {codec_kind::pcma, -20ms, 10ms},
  };
  for (const rounding& c : cases) {
    packetizer p;
    p.configure(c.codec, c.asked);
    EXPECT_EQ(p.ptime(), c.sent) << media::to_string(c.codec) << " " << c.asked.count();
  }
}

TEST(packetizer, cuts_frames_into_packets_and_keeps_the_rest) {
  packetizer p;
  std::array<uint8_t, 1280> out;
  frame silence{};
  EXPECT_FALSE(p.ready());
  p.push(silence);
  EXPECT_EQ(p.pop(out), 0U);

  p.configure(codec_kind::pcmu, 30ms);
  p.push(silence);
  EXPECT_FALSE(p.ready());
  p.push(silence);
  ASSERT_TRUE(p.ready());
  EXPECT_EQ(p.pop(out), 240U);
  EXPECT_FALSE(p.ready());
  p.push(silence);
  EXPECT_EQ(p.pop(out), 240U);

  p.push(silence);
  p.drop();
  p.push(silence);
  EXPECT_FALSE(p.ready());
}

TEST(packetizer, is_bounded_when_nobody_takes_packets) {
  packetizer p;
  p.configure(codec_kind::g722, 60ms);
  for (int i = 0; i < 1000; ++i) p.push(frame{});
  std::array<uint8_t, 1280> out;
  int packets = 0;
  while (p.ready()) {
    (void)p.pop(out);
    ++packets;
  }
  EXPECT_LE(packets, 1);
}

}  // namespace
}  // namespace confab::mix
