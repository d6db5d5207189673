#include "media/secure/srtp.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::secure {
namespace {

using bytes = std::vector<uint8_t>;
using media::srtp_suite;

constexpr std::array suites{srtp_suite::aes_cm_128_hmac_sha1_80, srtp_suite::aes_cm_128_hmac_sha1_32,
                            srtp_suite::aes_256_cm_hmac_sha1_80, srtp_suite::aead_aes_128_gcm};

struct ends {
  std::unique_ptr<srtp_session> a, b;
};

/// Every test runs with either engine.
class srtp : public testing::TestWithParam<srtp_engine> {
 protected:
  static result<std::unique_ptr<srtp_session>> make(const media::srtp_settings& settings) {
    return make_srtp_session(settings, GetParam());
  }
  static ends make_ends(srtp_suite suite) {
    const auto ka = random_key(suite), kb = random_key(suite);
    auto a = make({.suite = suite, .local_key = ka, .remote_key = kb});
    auto b = make({.suite = suite, .local_key = kb, .remote_key = ka});
    return {std::move(a).value(), std::move(b).value()};
  }
};

INSTANTIATE_TEST_SUITE_P(engines, srtp, testing::Values(srtp_engine::openssl, srtp_engine::libsrtp2),
                         [](const auto& given) {
                           return given.param == srtp_engine::openssl ? "openssl" : "libsrtp2";
                         });

bytes rtp(uint16_t sequence, uint32_t ssrc = 0x1234) {
  bytes p(172, 0x55);
  const bytes header{0x80, 0, uint8_t(sequence >> 8), uint8_t(sequence), 0, 0, 0, 1};
  std::copy(header.begin(), header.end(), p.begin());
  for (int i = 0; i < 4; ++i) p[8 + i] = uint8_t(ssrc >> (24 - 8 * i));
  return p;
}

const bytes rtcp{0x80, 201, 0, 1, 0, 0, 0x12, 0x34, 0x81, 202, 0, 2, 0, 0, 0x12, 0x34, 1, 1, 'a', 0};

bytes sealed(srtp_session& by, bytes packet, bool control = false) {
  const size_t length = packet.size();
  packet.resize(length + max_trailer_bytes);
  const auto n = control ? by.protect_rtcp(packet, length) : by.protect_rtp(packet, length);
  EXPECT_TRUE(n) << n.error().text;
  packet.resize(n ? *n : 0);
  return packet;
}

TEST_P(srtp, opens_what_the_other_end_sealed) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    for (uint16_t i = 0; i < 10; ++i) {
      auto p = sealed(*e.a, rtp(i));
      EXPECT_NE(bytes(p.begin(), p.begin() + 172), rtp(i)) << to_string(suite);
      const auto n = e.b->unprotect_rtp(p);
      ASSERT_TRUE(n) << to_string(suite) << n.error().text;
      p.resize(*n);
      EXPECT_EQ(p, rtp(i));
      auto c = sealed(*e.b, rtcp, true);
      const auto m = e.a->unprotect_rtcp(c);
      ASSERT_TRUE(m) << to_string(suite) << m.error().text;
      c.resize(*m);
      EXPECT_EQ(c, rtcp);
    }
  }
}

TEST_P(srtp, has_the_tag_lengths_of_each_suite) {
  // RFC 4568 §6.2: the 32-bit suite still protects SRTCP with 80 bits. RTCP adds its index.
  constexpr std::array<size_t, 4> rtp_tags{10, 4, 10, 16}, rtcp_tags{14, 14, 14, 20};
  for (size_t i = 0; i < suites.size(); ++i) {
    auto e = make_ends(suites[i]);
    EXPECT_EQ(sealed(*e.a, rtp(1)).size(), 172 + rtp_tags[i]);
    EXPECT_EQ(sealed(*e.a, rtcp, true).size(), rtcp.size() + rtcp_tags[i]);
  }
}

TEST_P(srtp, refuses_a_packet_changed_at_any_byte) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    const auto good = sealed(*e.a, rtp(7));
    for (size_t i = 1; i < good.size(); ++i) {
      auto bad = good;
      bad[i] ^= 0x40;
      ASSERT_FALSE(e.b->unprotect_rtp(bad)) << to_string(suite) << " byte " << i;
    }
    auto bad = good;
    bad[100] ^= 1;
    EXPECT_EQ(e.b->unprotect_rtp(bad).error().code, errc::unauthentic);
    const auto control = sealed(*e.a, rtcp, true);
    bad = control;
    bad[10] ^= 1;
    EXPECT_EQ(e.b->unprotect_rtcp(bad).error().code, errc::unauthentic);
    bad = good;
    EXPECT_TRUE(e.b->unprotect_rtp(bad)) << "garbage before it does no harm";
  }
}

TEST_P(srtp, refuses_a_packet_it_has_seen) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    const auto once = sealed(*e.a, rtp(7));
    const auto control = sealed(*e.a, rtcp, true);
    auto p = once, c = control;
    EXPECT_TRUE(e.b->unprotect_rtp(p));
    EXPECT_TRUE(e.b->unprotect_rtcp(c));
    p = once;
    c = control;
    EXPECT_EQ(e.b->unprotect_rtp(p).error().code, errc::replayed);
    EXPECT_EQ(e.b->unprotect_rtcp(c).error().code, errc::replayed);
    for (uint16_t i = 8; i < 300; ++i) {
      p = sealed(*e.a, rtp(i));
      ASSERT_TRUE(e.b->unprotect_rtp(p));
    }
    p = once;
    EXPECT_EQ(e.b->unprotect_rtp(p).error().code, errc::replayed) << "older than the window";
  }
}

TEST_P(srtp, takes_packets_out_of_order_inside_the_window) {
  auto e = make_ends(srtp_suite::aes_cm_128_hmac_sha1_80);
  std::vector<bytes> packets;
  for (uint16_t i = 0; i < 100; ++i) packets.push_back(sealed(*e.a, rtp(i)));
  std::reverse(packets.begin(), packets.end());
  for (auto& p : packets) EXPECT_TRUE(e.b->unprotect_rtp(p));
}

TEST_P(srtp, refuses_the_wrong_key) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    auto other = make_ends(suite);
    auto p = sealed(*e.a, rtp(1));
    EXPECT_EQ(other.b->unprotect_rtp(p).error().code, errc::unauthentic);
  }
}

TEST_P(srtp, keeps_its_place_when_the_sequence_rolls_over) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    for (uint32_t n = 65'400; n < 65'536 + 300; ++n) {
      auto p = sealed(*e.a, rtp(uint16_t(n)));
      if (n % 7 == 0) continue;  // lost, at the wrap too
      const auto opened = e.b->unprotect_rtp(p);
      ASSERT_TRUE(opened) << to_string(suite) << ' ' << n << opened.error().text;
    }
  }
}

TEST_P(srtp, keeps_sources_apart_and_bounds_their_number) {
  const auto suite = srtp_suite::aes_cm_128_hmac_sha1_80;
  const auto key = random_key(suite);
  const auto from = [&](uint32_t ssrc, uint16_t sequence) {  // the bound of a sender is lower
    const auto sender = std::move(make({.suite = suite, .local_key = key, .remote_key = key}).value());
    return sealed(*sender, rtp(sequence, ssrc));
  };
  const auto receiver = std::move(make({.suite = suite, .local_key = key, .remote_key = key}).value());
  for (uint32_t ssrc = 1; ssrc <= limits::srtp_ssrcs_per_leg; ++ssrc) {
    auto p = from(ssrc, 7);
    EXPECT_TRUE(receiver->unprotect_rtp(p));
  }
  auto p = from(9999, 7);
  EXPECT_EQ(receiver->unprotect_rtp(p).error().code, errc::exhausted);
  p = from(1, 8);
  EXPECT_TRUE(receiver->unprotect_rtp(p));
}

TEST_P(srtp, bounds_the_sources_it_sends_as) {
  auto e = make_ends(srtp_suite::aes_cm_128_hmac_sha1_80);
  for (uint32_t ssrc = 1; ssrc <= limits::srtp_own_ssrcs_per_leg; ++ssrc) {
    EXPECT_FALSE(sealed(*e.a, rtp(7, ssrc)).empty());
  }
  auto p = rtp(7, 9999);
  p.resize(p.size() + max_trailer_bytes);
  EXPECT_EQ(e.a->protect_rtp(p, 172).error().code, errc::exhausted);
  EXPECT_FALSE(sealed(*e.a, rtp(8, 1)).empty());
}

TEST_P(srtp, seals_no_sequence_number_twice) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    sealed(*e.a, rtp(7));
    auto p = rtp(7);
    p.resize(p.size() + max_trailer_bytes);
    EXPECT_EQ(e.a->protect_rtp(p, 172).error().code, errc::replayed) << to_string(suite);
  }
}

TEST_P(srtp, refuses_short_and_long_packets) {
  for (const auto suite : suites) {
    auto e = make_ends(suite);
    for (size_t n = 0; n < 40; ++n) {
      bytes p(n, 0x80), c(n, 0x80);
      EXPECT_FALSE(e.b->unprotect_rtp(p));
      EXPECT_FALSE(e.b->unprotect_rtcp(c));
      if (n < 12) {
        EXPECT_EQ(e.b->unprotect_rtp(p).error().code, errc::malformed);
      }
    }
    bytes big(4000, 0x80);
    EXPECT_EQ(e.b->unprotect_rtp(big).error().code, errc::too_large);
    bytes tight = rtp(1);
    EXPECT_EQ(e.a->protect_rtp(tight, tight.size()).error().code, errc::too_large);
  }
}

TEST_P(srtp, refuses_keys_of_a_wrong_length) {
  for (const auto suite : suites) {
    auto key = random_key(suite);
    EXPECT_EQ(key.size(), media::key_and_salt_bytes(suite));
    EXPECT_NE(key, random_key(suite));
    auto longer = key;
    longer.push_back(0);
    EXPECT_FALSE(make({.suite = suite, .local_key = key, .remote_key = longer}));
    EXPECT_FALSE(make({.suite = suite, .local_key = {}, .remote_key = key}));
  }
}

TEST_P(srtp, makes_the_packet_that_others_make_of_a_published_key) {
  // Master key and salt of RFC 3711 §B.3; packet and sealed form as in the self-test of the
  // reference implementation.
  const bytes key{0xe1, 0xf9, 0x7a, 0x0d, 0x3e, 0x01, 0x8b, 0xe0, 0xd6, 0x4f, 0xa3, 0x2c, 0x06, 0xde, 0x41,
                  0x39, 0x0e, 0xc6, 0x75, 0xad, 0x49, 0x8a, 0xfe, 0xeb, 0xb6, 0x96, 0x0b, 0x3a, 0xab, 0xe6};
  bytes plain{0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe};
  plain.insert(plain.end(), 16, 0xab);
  const bytes expected{0x80, 0x0f, 0x12, 0x34, 0xde, 0xca, 0xfb, 0xad, 0xca, 0xfe, 0xba, 0xbe, 0x4e,
                       0x55, 0xdc, 0x4c, 0xe7, 0x99, 0x78, 0xd8, 0x8c, 0xa4, 0xd2, 0x15, 0x94, 0x9d,
                       0x24, 0x02, 0xb7, 0x8d, 0x6a, 0xcc, 0x99, 0xea, 0x17, 0x9b, 0x8d, 0xbb};
  auto s = make({.suite = srtp_suite::aes_cm_128_hmac_sha1_80, .local_key = key, .remote_key = key});
  ASSERT_TRUE(s);
  EXPECT_EQ(sealed(**s, plain), expected);
}

TEST_P(srtp, keeps_the_direction_whose_key_stays_when_the_other_is_rekeyed) {
  for (const auto suite : suites) {
    const auto ours = random_key(suite), theirs = random_key(suite), later = random_key(suite);
    auto a = std::move(make({suite, ours, theirs}).value());
    auto b = std::move(make({suite, theirs, ours}).value());
    for (const uint16_t sequence : {65'534, 65'535, 0, 1}) {  // the rollover counter is one from here on
      bytes packet = sealed(*a, rtp(sequence));
      ASSERT_TRUE(b->unprotect_rtp(packet)) << sequence;
    }
    bytes report = sealed(*a, rtcp, true);
    ASSERT_TRUE(b->unprotect_rtcp(report));

    ASSERT_TRUE(a->rekey({suite, ours, later}));  // b still opens with the context it had
    bytes packet = sealed(*a, rtp(2));
    EXPECT_TRUE(b->unprotect_rtp(packet)) << "the rollover counter goes on";
    bytes second = sealed(*a, rtcp, true);
    EXPECT_TRUE(b->unprotect_rtcp(second)) << "the SRTCP index goes on";
    auto renewed = std::move(make({suite, later, ours}).value());
    const bytes from_renewed = sealed(*renewed, rtp(7));
    bytes first = from_renewed, replay = from_renewed;
    EXPECT_TRUE(a->unprotect_rtp(first)) << "the new key opens";

    ASSERT_TRUE(a->rekey({suite, random_key(suite), later}));
    EXPECT_FALSE(a->unprotect_rtp(replay)) << "the replay window goes on";
  }
}

TEST_P(srtp, has_not_changed_when_it_refuses_new_keys) {
  const auto suite = srtp_suite::aes_cm_128_hmac_sha1_80;
  const auto ours = random_key(suite), theirs = random_key(suite);
  auto a = std::move(make({suite, ours, theirs}).value());
  auto b = std::move(make({suite, theirs, ours}).value());
  EXPECT_FALSE(a->rekey({suite, random_key(suite), {}}));
  bytes packet = sealed(*a, rtp(1));
  EXPECT_TRUE(b->unprotect_rtp(packet));
}

}  // namespace
}  // namespace confab::secure
