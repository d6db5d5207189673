#include "bench/quality/measure.hpp"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "bench/load/packet_loss.hpp"
#include "bench/load/recording.hpp"
#include "bench/load/speech.hpp"

namespace confab::quality {
namespace {

using samples = std::vector<int16_t>;

samples speech() {
  auto all = load::generated_speech();
  all.resize(size_t{4} * load::speech_rate);
  return all;
}

samples with_noise(samples in, double level) {
  uint32_t state = 1;
  for (auto& s : in) {
    state = state * 1'664'525 + 1'013'904'223;
    const double noise = static_cast<double>(static_cast<int32_t>(state)) / 2'147'483'648.0;
    s = static_cast<int16_t>(std::clamp(s + level * noise, -32'768.0, 32'767.0));
  }
  return in;
}

samples delayed(const samples& in, size_t by) {
  samples out(by, 0);
  out.insert(out.end(), in.begin(), in.end());
  return out;
}

samples with_losses(samples in, double share) {
  load::packet_loss loss(share, 7);
  for (size_t at = 0; at + 320 <= in.size(); at += 320)
    if (loss.drops()) std::fill_n(in.begin() + static_cast<ptrdiff_t>(at), 320, int16_t{0});
  return in;
}

TEST(quality_measure, gives_an_identical_recording_the_highest_score) {
  const auto s = compare(speech(), speech(), load::speech_rate);
  EXPECT_GT(s.frames, 100U);
  EXPECT_DOUBLE_EQ(s.segmental_snr_db, 35);
  EXPECT_DOUBLE_EQ(s.fw_segmental_snr_db, 35);
  EXPECT_DOUBLE_EQ(s.delay_ms, 0);
  EXPECT_EQ(s.delay_changes, 0U);
}

TEST(quality_measure, takes_delay_and_loudness_out_before_it_compares) {
  for (const size_t by : {37U, 640U, 5'000U}) {
    auto late = delayed(speech(), by);
    for (auto& s : late) s = static_cast<int16_t>(s / 2);
    const auto s = compare(speech(), late, load::speech_rate);
    EXPECT_NEAR(s.delay_ms, static_cast<double>(by) / 16, 0.01);
    EXPECT_NEAR(s.gain, 0.5, 0.01);
    EXPECT_GT(s.segmental_snr_db, 30);
    EXPECT_GT(s.fw_segmental_snr_db, 30);
  }
}

TEST(quality_measure, follows_a_delay_that_changes_on_the_way) {
  const auto original = speech();
  auto moved = samples(original.begin(), original.begin() + 32'000);
  moved.insert(moved.end(), 320, 0);  // a jitter buffer grows by a frame
  moved.insert(moved.end(), original.begin() + 32'000, original.end());
  const auto s = compare(original, moved, load::speech_rate);
  EXPECT_GE(s.delay_changes, 1U);
  EXPECT_GT(s.fw_segmental_snr_db, 30);
}

TEST(quality_measure, orders_noise_by_how_loud_it_is) {
  double waveform = 35;
  double perceived = 35;
  for (const double level : {20.0, 200.0, 2'000.0}) {
    const auto s = compare(speech(), with_noise(speech(), level), load::speech_rate);
    EXPECT_LT(s.segmental_snr_db, waveform) << level;
    EXPECT_LT(s.fw_segmental_snr_db, perceived) << level;
    waveform = s.segmental_snr_db;
    perceived = s.fw_segmental_snr_db;
  }
}

TEST(quality_measure, orders_losses_by_how_many_they_are) {
  double perceived = 35;
  for (const double share : {0.02, 0.05, 0.2}) {
    const auto s = compare(speech(), with_losses(speech(), share), load::speech_rate);
    EXPECT_LT(s.fw_segmental_snr_db, perceived) << share;
    perceived = s.fw_segmental_snr_db;
  }
}

TEST(quality_measure, stays_within_its_limits_where_nothing_is_alike) {
  const auto s =
      compare(speech(), with_noise(samples(size_t{4} * load::speech_rate), 8'000), load::speech_rate);
  EXPECT_GE(s.segmental_snr_db, -10);
  EXPECT_LT(s.segmental_snr_db, 1);
  EXPECT_EQ(compare({}, speech(), load::speech_rate).frames, 0U);
  EXPECT_EQ(compare(samples(32'000), speech(), load::speech_rate).frames, 0U);
  EXPECT_LT(compare(speech(), samples{}, load::speech_rate).segmental_snr_db, 1);
}

}  // namespace
}  // namespace confab::quality
