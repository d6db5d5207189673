#include "bench/load/recording.hpp"

#include <gtest/gtest.h>

#include "bench/load/packet_loss.hpp"
#include "bench/load/speech.hpp"

namespace confab::load {
namespace {

TEST(load_recording, lays_packets_out_by_their_timestamps_across_the_wrap) {
  recording tape(codec::traits_of(media::codec_kind::g722), std::chrono::milliseconds(100));
  const std::vector<int16_t> sound(320, 5);
  tape.add(0xffffff60, sound);  // G.722 counts 8,000 a second at 16 kHz
  tape.add(0x000000a0, sound);  // one packet of 160 between them is missing
  tape.add(0xfffffec0, sound);  // older than the first
  ASSERT_EQ(tape.samples().size(), 960U);
  EXPECT_EQ(tape.samples()[319], 5);
  EXPECT_EQ(tape.samples()[320], 0);
  EXPECT_EQ(tape.samples()[640], 5);
}

TEST(load_recording, keeps_no_more_than_its_length) {
  recording tape(codec::traits_of(media::codec_kind::pcmu), std::chrono::milliseconds(30));
  const std::vector<int16_t> sound(160, 5);
  tape.add(0, sound);
  tape.add(160, sound);
  tape.add(320, sound);
  EXPECT_EQ(tape.samples().size(), 240U);
}

TEST(load_recording, writes_a_wav_that_reads_back) {
  const std::vector<int16_t> sound{1, -2, 30'000, -30'000};
  const auto read = read_wav(wav_of(sound, 16'000));
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(*read, sound);
}

TEST(load_packet_loss, drops_about_its_share_and_the_same_packets_in_each_run) {
  packet_loss one(0.05, 3);
  packet_loss same(0.05, 3);
  packet_loss none;
  int dropped = 0;
  for (int i = 0; i < 20'000; ++i) {
    const bool drops = one.drops();
    EXPECT_EQ(drops, same.drops());
    EXPECT_FALSE(none.drops());
    dropped += drops ? 1 : 0;
  }
  EXPECT_GT(dropped, 850);
  EXPECT_LT(dropped, 1'150);
}

}  // namespace
}  // namespace confab::load
