#include "media/mix/listener_stream.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/media/mix/voice_like.hpp"

namespace confab::mix {
namespace {

using media::codec_kind;
using std::chrono::milliseconds;

using bytes = std::vector<uint8_t>;

/// One tick of a leg that sends by itself; the tick's packets.
std::vector<bytes> send_own(packetizer& leg, const frame& mix) {
  std::vector<bytes> packets;
  std::array<uint8_t, codec::longest_payload> out;
  leg.push(mix);
  while (leg.ready() > 0) {
    const size_t length = leg.pop(out);
    packets.emplace_back(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(length));
  }
  return packets;
}

/// One tick of the stream.
std::vector<bytes> send_common(listener_stream& stream, const frame& mix) {
  stream.begin_tick();
  std::vector<codec::encode_job> jobs;
  stream.push(mix, jobs);
  codec::encode_all(jobs);
  stream.finish(jobs);
  std::vector<bytes> packets;
  for (size_t i = 0; i < stream.packets(); ++i) {
    packets.emplace_back(stream.packet(i).begin(), stream.packet(i).end());
  }
  return packets;
}

/// What a telephone makes of it.
class far_end {
 public:
  explicit far_end(codec_kind kind) : decoder_(codec::make_decoder(kind)) {}
  void hear(const std::vector<bytes>& packets) {
    std::array<int16_t, 2000> out;
    for (const bytes& packet : packets) {
      const size_t count = decoder_->decode(packet, out).value();
      heard.insert(heard.end(), out.begin(), out.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
  std::vector<int16_t> heard;

 private:
  std::unique_ptr<codec::decoder> decoder_;
};

/// The distance of two signals below the first, in decibels, over a stretch of samples.
double decibels_apart(std::span<const int16_t> wanted, std::span<const int16_t> got) {
  double signal = 1, noise = 1;
  for (size_t i = 0; i < wanted.size(); ++i) {
    signal += std::pow(wanted[i], 2);
    noise += std::pow(wanted[i] - got[i], 2);
  }
  return 10 * std::log10(signal / noise);
}

struct handed_over {
  codec_kind codec;
  milliseconds ptime;
};
class leaving : public testing::TestWithParam<handed_over> {};

// A leg listens, then speaks: with a copy of the encoder's state its far end gets, bit for bit, what one
// encoder would have made of the whole.
TEST_P(leaving, makes_no_difference_to_the_far_end) {
  voice_like room(1);
  listener_stream stream(GetParam().codec, GetParam().ptime);
  packetizer leg;
  packetizer reference;
  leg.configure(GetParam().codec, GetParam().ptime);
  reference.configure(GetParam().codec, GetParam().ptime);
  std::vector<bytes> sent;
  std::vector<bytes> wanted;
  for (int tick = 0; tick < 300; ++tick) {
    const frame mix = room.next();
    if (tick == 0) stream.begin_with(leg);
    if (tick == 151) stream.leave(leg);
    const auto packets = tick < 151 ? send_common(stream, mix) : send_own(leg, mix);
    sent.insert(sent.end(), packets.begin(), packets.end());
    const auto reference_packets = send_own(reference, mix);
    wanted.insert(wanted.end(), reference_packets.begin(), reference_packets.end());
  }
  EXPECT_EQ(sent, wanted);
}

INSTANTIATE_TEST_SUITE_P(codecs, leaving,
                         testing::Values(handed_over{codec_kind::pcmu, milliseconds{20}},
                                         handed_over{codec_kind::pcma, milliseconds{10}},
                                         handed_over{codec_kind::g722, milliseconds{10}},
                                         handed_over{codec_kind::g722, milliseconds{20}},
                                         handed_over{codec_kind::g722, milliseconds{30}},
                                         handed_over{codec_kind::g722, milliseconds{60}},
                                         handed_over{codec_kind::opus, milliseconds{20}}));

// Speex cannot copy: its warmed-up encoder must not be further from the one that encoded the whole than
// coding noise is from the original.
TEST(listener_stream, warms_an_encoder_up_that_cannot_be_copied) {
  voice_like room(2);
  listener_stream stream(codec_kind::speex_wide, milliseconds{20});
  packetizer leg, cold, reference;
  for (packetizer* p : {&leg, &cold, &reference}) p->configure(codec_kind::speex_wide, milliseconds{20});
  far_end hears(codec_kind::speex_wide), hears_cold(codec_kind::speex_wide),
      hears_reference(codec_kind::speex_wide);
  stream.begin_with(leg);
  for (int tick = 0; tick < 160; ++tick) {
    const frame mix = room.next();
    if (tick == 150) stream.leave(leg);
    if (tick < 150) {
      const auto packets = send_common(stream, mix);
      hears.hear(packets);
      hears_cold.hear(packets);
      hears_reference.hear(packets);
      (void)send_own(reference, mix);
    } else {
      hears.hear(send_own(leg, mix));
      hears_cold.hear(send_own(cold, mix));
      hears_reference.hear(send_own(reference, mix));
    }
  }
  const auto end = [](const far_end& far) { return std::span(far.heard).last(320 * 10).first(320 * 4); };
  const double warm = decibels_apart(end(hears_reference), end(hears));
  EXPECT_GT(warm, 6) << "the joint is audible";
  EXPECT_GT(warm, decibels_apart(end(hears_reference), end(hears_cold)));
}

struct coming_back {
  codec_kind codec;
  double decibels;  ///< the difference may lie so far below the sound: below the codec's own noise
};
class joining : public testing::TestWithParam<coming_back> {};

// A leg that has spoken is fed what the listeners hear until its encoder says the same, or as good as the
// same; then the far end cannot tell that the packets come from another encoder.
TEST_P(joining, waits_until_the_far_end_cannot_tell) {
  const codec_kind codec = GetParam().codec;
  voice_like room(3), voice(4);
  listener_stream stream(codec, milliseconds{20});
  packetizer first, leg, reference;
  for (packetizer* p : {&first, &leg, &reference}) p->configure(codec, milliseconds{20});
  stream.begin_with(first);
  far_end hears(codec), hears_reference(codec);
  listening state;
  int joined_at = -1;
  for (int tick = 0; tick < 400; ++tick) {
    const frame mix = room.next();
    frame own = mix;
    if (tick < 100) {  // it speaks: hears something else than the listeners
      const frame other = voice.next();
      for (size_t i = 0; i < own.size(); ++i) own[i] = static_cast<int16_t>(mix[i] / 2 - other[i] / 2);
    }
    const auto common = send_common(stream, mix);
    const auto private_packets = send_own(reference, own);
    hears_reference.hear(private_packets);
    if (joined_at >= 0) {
      hears.hear(common);
      continue;
    }
    hears.hear(send_own(leg, own));
    if (tick >= 100 && state.may_join(private_packets == common)) joined_at = tick;
  }
  ASSERT_GE(joined_at, 0) << "it never came back";
  const size_t rate = codec::traits_of(codec).sample_rate;
  const auto second_after = [&](const far_end& far) {
    return std::span(far.heard).subspan(static_cast<size_t>(joined_at + 1) * rate / 50, rate);
  };
  EXPECT_GT(decibels_apart(second_after(hears_reference), second_after(hears)), GetParam().decibels);
}

INSTANTIATE_TEST_SUITE_P(codecs, joining,
                         testing::Values(coming_back{codec_kind::pcmu, 90}, coming_back{codec_kind::pcma, 90},
                                         coming_back{codec_kind::g722, 18}));

TEST(listening, comes_back_after_three_packets_alike_and_not_before) {
  listening state;
  EXPECT_FALSE(state.may_join(true));
  EXPECT_FALSE(state.may_join(true));
  EXPECT_FALSE(state.may_join(false));
  EXPECT_FALSE(state.may_join(true));
  EXPECT_FALSE(state.may_join(true));
  EXPECT_TRUE(state.may_join(true));
}

TEST(listening, does_not_wait_for_ever_for_states_that_never_meet) {
  listening state;
  for (unsigned i = 1; i < listening::any_join_ticks; ++i) {
    ASSERT_FALSE(state.may_join(false));
    ASSERT_EQ(state.waits_for_quiet(), i >= listening::quiet_join_ticks);
  }
  EXPECT_TRUE(state.may_join(false));
}

}  // namespace
}  // namespace confab::mix
