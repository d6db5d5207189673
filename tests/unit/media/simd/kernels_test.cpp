#include "media/simd/kernels.hpp"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "tests/unit/media/simd/reference.hpp"

// Every variant that this processor can run against the plain definition.

namespace confab::simd {
namespace {

using reference::frame;
using reference::wide_frame;

constexpr int rounds = 40;

/// Random samples, of which the share of extremes grows with `round`.
class source {
 public:
  explicit source(int round) : random_(static_cast<uint32_t>(round)), round_(round) {}
  int16_t sample() {
    static constexpr int16_t extremes[] = {32'767, -32'768, -32'767, 0,       1,
                                           -1,     23'197,  23'198,  -23'197, -23'198};
    if (static_cast<int>(random_() % rounds) < round_) return extremes[random_() % std::size(extremes)];
    return static_cast<int16_t>(random_());
  }
  template <class Samples>
  void fill(Samples& samples) {
    for (auto& s : samples) s = sample();
  }
  /// As large as a sum of some legs is.
  int32_t sum() {
    return sample() * static_cast<int32_t>(random_() % (round_ % 2 == 0 ? 3 : 2'000)) + sample();
  }

 private:
  std::mt19937 random_;
  int round_;
};

class simd_kernels : public testing::TestWithParam<const kernel_table*> {
 protected:
  const kernel_table& k = *GetParam();
};

TEST_P(simd_kernels, accumulate_adds_any_number_of_frames) {
  for (size_t count = 0; count <= 19; ++count) {
    source from(static_cast<int>(count));
    std::vector<frame> frames(count);
    std::vector<const int16_t*> pointers;
    wide_frame sum{};
    for (auto& s : sum) s = from.sum();
    wide_frame expected = sum;
    for (frame& f : frames) {
      from.fill(f);
      pointers.push_back(f.data());
      for (size_t i = 0; i < f.size(); ++i) expected[i] += f[i];
    }
    k.accumulate(sum.data(), pointers.data(), count);
    EXPECT_EQ(sum, expected) << count;
  }
}

TEST_P(simd_kernels, without_own_is_exact_or_says_that_it_is_loud) {
  size_t loud_frames = 0;
  size_t quiet_frames = 0;
  for (int round = 0; round < 20 * rounds; ++round) {
    source from(round % rounds);
    wide_frame sum;
    frame own, near, beyond, out;
    const bool quiet = round % 3 == 0;  // the sum may be large, if what is left is not
    for (size_t i = 0; i < sum.size(); ++i) {
      own[i] = from.sample();
      sum[i] = quiet ? own[i] + std::clamp<int32_t>(from.sample(), -limiter_knee, limiter_knee) : from.sum();
    }
    if (round % 3 == 1) {  // one sample decides
      const auto odd_one = static_cast<size_t>(round) % sum.size();
      for (size_t i = 0; i < sum.size(); ++i) sum[i] = own[i];
      sum[odd_one] += (limiter_knee + round % 2) * (round % 4 < 2 ? 1 : -1);
    }
    bool loud = false;
    for (size_t i = 0; i < sum.size(); ++i) loud |= std::abs(sum[i] - own[i]) > limiter_knee;
    k.split(sum.data(), near.data(), beyond.data());
    ASSERT_EQ(k.without_own(near.data(), beyond.data(), own.data(), out.data()), loud) << round;
    for (size_t i = 0; i < sum.size(); ++i) {
      if (std::abs(sum[i] - own[i]) <= limiter_knee) {
        ASSERT_EQ(out[i], sum[i] - own[i]) << round << " " << i;
      }
    }
    ++(loud ? loud_frames : quiet_frames);
  }
  EXPECT_GT(loud_frames, 100U);
  EXPECT_GT(quiet_frames, 100U);
}

TEST_P(simd_kernels, narrow_and_limit_give_the_curve) {
  for (int round = 0; round < 4 * rounds; ++round) {
    source from(round % rounds);
    wide_frame sum;
    for (auto& s : sum) s = round % 4 == 0 ? from.sample() / 2 : from.sum();
    frame narrowed, limited;
    const bool loud = k.narrow(sum.data(), narrowed.data());
    k.limit(sum.data(), limited.data());
    bool expected = false;
    for (size_t i = 0; i < sum.size(); ++i) {
      expected |= std::abs(sum[i]) > limiter_knee;
      ASSERT_EQ(limited[i], reference::limited(sum[i])) << sum[i];
      if (std::abs(sum[i]) <= limiter_knee) {
        ASSERT_EQ(narrowed[i], sum[i]);
      }
    }
    ASSERT_EQ(loud, expected) << round;
  }
}

TEST_P(simd_kernels, energy_is_exact_to_the_largest_there_is) {
  frame lowest;
  lowest.fill(-32'768);
  EXPECT_EQ(k.energy(lowest.data()), 320ULL << 30);
  for (int round = 0; round < rounds; ++round) {
    source from(round);
    frame f;
    from.fill(f);
    EXPECT_EQ(k.energy(f.data()), reference::energy(f)) << round;
  }
}

TEST_P(simd_kernels, add_and_subtract_saturate) {
  for (int round = 0; round < rounds; ++round) {
    source from(round);
    frame a, b;
    from.fill(a);
    from.fill(b);
    frame added = a, subtracted = a;
    k.add(added.data(), b.data());
    k.subtract(subtracted.data(), b.data());
    for (size_t i = 0; i < a.size(); ++i) {
      ASSERT_EQ(added[i], reference::saturated(a[i] + b[i]));
      ASSERT_EQ(subtracted[i], reference::saturated(a[i] - b[i]));
    }
  }
}

TEST_P(simd_kernels, scale_goes_from_one_gain_to_the_other_in_a_straight_line) {
  const std::pair<float, float> ramps[] = {{1, 1}, {0, 1}, {1, 0}, {0.25f, 4}, {8, 0.1f}, {-1, -1}};
  for (const auto& [first, last] : ramps) {
    source from(3);
    frame f;
    from.fill(f);
    frame scaled = f, baseline = f;
    k.scale(scaled.data(), first, last);
    available().front()->scale(baseline.data(), first, last);
    EXPECT_EQ(scaled, baseline) << first << " " << last;
    for (size_t i = 0; i < f.size(); ++i) {
      const double gain = first + (double{last} - first) * static_cast<double>(i + 1) / frame_samples;
      const double exact = std::clamp(gain * f[i], -32'768.0, 32'767.0);
      ASSERT_NEAR(scaled[i], exact, 0.55) << first << " " << last << " " << i;
    }
    if (first == 1 && last == 1) {
      EXPECT_EQ(scaled, f);
    }
  }
}

TEST_P(simd_kernels, half_band_filters_are_exact_for_any_length_and_saturate) {
  for (const size_t count : {1u, 2u, 7u, 8u, 31u, 33u, 80u, 159u, 160u}) {
    for (int round = 0; round < rounds; ++round) {
      source from(round);
      half_band_line even{}, odd{};
      for (size_t i = 0; i < half_band_memory + count; ++i) {
        even[i] = from.sample();
        odd[i] = from.sample();
        // What makes the sum as large as it can be, for some output.
        const size_t distance = i < half_band_pairs ? half_band_pairs - 1 - i : i - half_band_pairs;
        if (round == rounds - 1) even[i] = distance % 2 == 0 ? 32'767 : -32'768;
      }
      std::vector<int16_t> up(2 * count + 1, 77), down(count + 1, 77);
      k.half_band_up(even.data(), up.data(), count);
      k.half_band_down(even.data(), odd.data(), down.data(), count);
      for (size_t i = 0; i < count; ++i) {
        const int64_t sum = reference::filtered(even.data(), i);
        ASSERT_EQ(up[2 * i], reference::saturated((sum + 8'192) >> 14)) << count << " " << i;
        ASSERT_EQ(up[2 * i + 1], even[i + half_band_pairs]) << count << " " << i;
        const int64_t middle = int64_t{odd[i + half_band_pairs - 1]} * 16'384;
        ASSERT_EQ(down[i], reference::saturated((sum + middle + 16'384) >> 15)) << count << " " << i;
      }
      ASSERT_EQ(up[2 * count], 77);  // nothing is written past the end
      ASSERT_EQ(down[count], 77);
    }
  }
}

TEST_P(simd_kernels, part_takes_samples_apart) {
  for (const size_t count : {1u, 17u, 160u}) {
    std::vector<int16_t> in(2 * count), even(count), odd(count);
    source(5).fill(in);
    k.part(in.data(), even.data(), odd.data(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_EQ(even[i], in[2 * i]);
      EXPECT_EQ(odd[i], in[2 * i + 1]);
    }
  }
}

TEST_P(simd_kernels, g711_is_the_definition_for_every_sample_and_code_and_any_length) {
  std::vector<int16_t> samples;
  for (int value = -32'768; value <= 32'767; ++value) samples.push_back(static_cast<int16_t>(value));
  std::vector<uint8_t> codes;
  for (int code = 0; code < 512; ++code) codes.push_back(static_cast<uint8_t>(code));
  for (const size_t count : {1u, 31u, 32u, 63u, 64u, 65u, 80u, 160u, 240u, 320u, 512u, 65'536u}) {
    std::vector<uint8_t> mu(count + 1, 77), a(count + 1, 77);
    const int16_t* from = samples.data() + (samples.size() - count) / 2;
    k.encode_mu_law(from, mu.data(), count);
    k.encode_a_law(from, a.data(), count);
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(mu[i], reference::mu_law(from[i])) << count << " " << from[i];
      ASSERT_EQ(a[i], reference::a_law(from[i])) << count << " " << from[i];
    }
    EXPECT_EQ(mu[count], 77);
    EXPECT_EQ(a[count], 77);
    if (count > codes.size()) continue;
    std::vector<int16_t> linear(count + 1, 77);
    k.decode_mu_law(codes.data(), linear.data(), count);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(linear[i], reference::from_mu_law(codes[i])) << i;
    k.decode_a_law(codes.data(), linear.data(), count);
    for (size_t i = 0; i < count; ++i) ASSERT_EQ(linear[i], reference::from_a_law(codes[i])) << i;
    EXPECT_EQ(linear[count], 77);
  }
}

std::string name_of(const testing::TestParamInfo<const kernel_table*>& info) {
  switch (info.param->set) {
    case instruction_set::baseline:
      return "baseline";
    case instruction_set::avx2:
      return "avx2";
    case instruction_set::avx512:
      return "avx512";
  }
  return "unknown";
}

INSTANTIATE_TEST_SUITE_P(each, simd_kernels, testing::ValuesIn(available().begin(), available().end()),
                         name_of);

TEST(simd, takes_the_best_that_is_available) {
  ASSERT_FALSE(available().empty());
  EXPECT_EQ(available().front()->set, instruction_set::baseline);
  EXPECT_EQ(&kernels(), available().back());
}

}  // namespace
}  // namespace confab::simd
