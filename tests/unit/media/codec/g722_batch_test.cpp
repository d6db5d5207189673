#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "media/codec/codec.hpp"
#include "media/codec/g722/kernels.hpp"

// The oracle; expose.h makes its states complete types.
#include <spandsp.h>
#include <spandsp/expose.h>

namespace confab::codec {
namespace {

using media::codec_kind;

uint32_t next(uint32_t& random) {
  return random = random * 1'664'525u + 1'013'904'223u;
}

/// What leg `leg` says: silence, a full-scale square, noise, and something like a voice, by turns.
int16_t sound(size_t leg, size_t at, uint32_t& random) {
  const size_t kind = (leg + at / 4'000) % 5;
  const uint32_t noise = next(random) >> 16;
  if (kind == 0) return 0;
  if (kind == 1) return at / (1 + leg) % 2 == 0 ? int16_t{32'767} : int16_t{-32'768};
  if (kind == 2) return static_cast<int16_t>(noise);
  if (kind == 3) return (noise & 1) != 0 ? int16_t{32'767} : int16_t{-32'768};
  const double t = static_cast<double>(at) / 16'000;
  const double swell = 0.55 - 0.45 * std::cos(25 * t);
  return static_cast<int16_t>(9'000 * swell * std::sin(800 * (1 + 0.1 * static_cast<double>(leg)) * t) +
                              noise % 512);
}

struct leg {
  std::unique_ptr<encoder> e = make_encoder(codec_kind::g722);
  std::unique_ptr<decoder> d = make_decoder(codec_kind::g722);
  g722_encode_state_t reference_e{};
  g722_decode_state_t reference_d{};
  uint32_t random = 0;
  size_t at = 0;
  std::vector<int16_t> in, out;
  std::vector<uint8_t> sent, arrives;
};

/// One tick of all: encodes what each says; decodes random bytes for every third, else what was encoded.
void tick(std::vector<leg>& legs, size_t round) {
  std::vector<encode_job> encodes;
  std::vector<decode_job> decodes;
  constexpr size_t sizes[] = {160, 160, 80, 240, 161, 7, 1};
  for (size_t i = 0; i < legs.size(); ++i) {
    leg& l = legs[i];
    const size_t bytes = round % 2 == 0 ? 160 : sizes[(i + round) % std::size(sizes)];
    l.in.resize(2 * bytes);
    for (auto& s : l.in) s = sound(i, l.at++, l.random);
    l.sent.assign(bytes, 0);
    encodes.push_back({.codec = l.e.get(), .in = l.in, .out = l.sent});
  }
  encode_all(encodes);
  for (size_t i = 0; i < legs.size(); ++i) {
    leg& l = legs[i];
    ASSERT_EQ(encodes[i].length, l.sent.size());
    std::vector<uint8_t> expected(l.sent.size());
    g722_encode(&l.reference_e, expected.data(), l.in.data(), static_cast<int>(l.in.size()));
    ASSERT_EQ(l.sent, expected) << "leg " << i << " round " << round;
    l.arrives = l.sent;
    for (auto& byte : l.arrives) byte = i % 3 == 0 ? static_cast<uint8_t>(next(l.random) >> 24) : byte;
    l.out.assign(l.in.size(), 0);
    decodes.push_back({.codec = l.d.get(), .payload = l.arrives, .out = l.out});
  }
  decode_all(decodes);
  for (size_t i = 0; i < legs.size(); ++i) {
    leg& l = legs[i];
    ASSERT_EQ(decodes[i].samples, l.out.size());
    std::vector<int16_t> expected(l.out.size());
    g722_decode(&l.reference_d, expected.data(), l.arrives.data(), static_cast<int>(l.arrives.size()));
    for (size_t k = 0; k < expected.size(); ++k) {  // where we saturate, spandsp 0.0.6 wraps around: a click
      if ((l.out[k] == 32'767 && expected[k] < 0) || (l.out[k] == -32'768 && expected[k] > 0)) {
        expected[k] = l.out[k];
      }
    }
    ASSERT_EQ(l.out, expected) << "leg " << i << " round " << round;
  }
}

void compare(size_t count, size_t rounds) {
  std::vector<leg> legs(count);
  for (size_t i = 0; i < count; ++i) {
    legs[i].random = static_cast<uint32_t>(count * 100 + i);
    g722_encode_init(&legs[i].reference_e, 64'000, 0);
    g722_decode_init(&legs[i].reference_d, 64'000, 0);
  }
  for (size_t round = 0; round < rounds && !testing::Test::HasFatalFailure(); ++round) {
    tick(legs, round);
    if (count > 1 && round == rounds / 2) {  // a stream is handed over
      ASSERT_TRUE(legs[0].e->assume_state_of(*legs[count - 1].e));
      legs[0].reference_e = legs[count - 1].reference_e;
    }
  }
}

/// One leg more or less than some kernel has lanes, and some between.
bool is_near_a_width(size_t legs) {
  return legs <= 9 || (legs >= 15 && legs <= 17) || legs == 24 || (legs >= 31 && legs <= 33) || legs == 40;
}

/// CONFAB_G722_ROUNDS asks for more rounds, and for every number of legs.
TEST(g722_batch, every_kernel_and_the_choice_of_them_equal_spandsp_to_the_bit_for_1_to_40_legs) {
  std::vector<std::string> names{""};
  for (const auto* const k : g722::kernels()) names.emplace_back(k->name);
  const char* const longer = std::getenv("CONFAB_G722_ROUNDS");
  const size_t rounds = longer != nullptr ? std::stoul(longer) : 6;
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(g722::use_kernel(name));
    for (size_t count = 1; count <= 40; ++count) {
      if (longer != nullptr || is_near_a_width(count)) compare(count, rounds);
    }
    compare(5, 20 * rounds);
  }
  g722::use_kernel("");
}

TEST(g722_batch, refuses_what_is_empty_or_does_not_fit_and_decodes_the_rest) {
  auto a = make_decoder(codec_kind::g722);
  auto b = make_decoder(codec_kind::g722);
  auto c = make_decoder(codec_kind::pcmu);
  const std::vector<uint8_t> payload(160, 0x55);
  std::vector<int16_t> small(319), right(320), other(160);
  std::vector<decode_job> jobs{{.codec = a.get(), .payload = payload, .out = small, .samples = 9},
                               {.codec = b.get(), .payload = payload, .out = right, .samples = 9},
                               {.codec = c.get(), .payload = payload, .out = other, .samples = 9}};
  decode_all(jobs);
  EXPECT_EQ(jobs[0].samples, 0u);
  EXPECT_EQ(jobs[1].samples, 320u);
  EXPECT_EQ(jobs[2].samples, 160u);
  EXPECT_FALSE(g722::use_kernel("abacus"));
}

}  // namespace
}  // namespace confab::codec
