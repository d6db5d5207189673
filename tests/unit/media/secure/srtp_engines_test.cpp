#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "media/secure/srtp.hpp"

/// Both engines on the same bytes: the same packets, the same verdicts.
namespace confab::secure {
namespace {

using bytes = std::vector<uint8_t>;
using media::srtp_suite;

constexpr std::array suites{srtp_suite::aes_cm_128_hmac_sha1_80, srtp_suite::aes_cm_128_hmac_sha1_32,
                            srtp_suite::aes_256_cm_hmac_sha1_80, srtp_suite::aead_aes_128_gcm};

struct verdict {
  bool done = false;
  errc code{};
  bytes packet{};  ///< only when done: a refused packet may be spoilt
  bool operator==(const verdict&) const = default;
};

using way_in = result<size_t> (srtp_session::*)(std::span<uint8_t>);
using way_out = result<size_t> (srtp_session::*)(std::span<uint8_t>, size_t);

verdict to_verdict(const result<size_t>& got, bytes packet) {
  if (!got) return {.code = got.error().code};
  packet.resize(*got);
  return {.done = true, .packet = std::move(packet)};
}

verdict open(srtp_session& by, bytes packet, bool control) {
  const way_in unprotect = control ? &srtp_session::unprotect_rtcp : &srtp_session::unprotect_rtp;
  const auto got = (by.*unprotect)(packet);
  return to_verdict(got, std::move(packet));
}

verdict seal(srtp_session& by, bytes packet, bool control) {
  const way_out protect = control ? &srtp_session::protect_rtcp : &srtp_session::protect_rtp;
  const size_t length = packet.size();
  packet.resize(length + max_trailer_bytes);
  const auto got = (by.*protect)(packet, length);
  return to_verdict(got, std::move(packet));
}

/// One end, twice. The other end's keys are the same the other way round.
struct pair_of_engines {
  std::unique_ptr<srtp_session> fast, reference;

  pair_of_engines(srtp_suite suite, const bytes& local, const bytes& remote)
      : fast(std::move(make_srtp_session({suite, local, remote}, srtp_engine::openssl).value())),
        reference(std::move(make_srtp_session({suite, local, remote}, srtp_engine::libsrtp2).value())) {}

  verdict sealed(const bytes& packet, bool control = false) const {
    auto one = seal(*fast, packet, control);
    EXPECT_EQ(one, seal(*reference, packet, control));
    return one;
  }
  verdict opened(const bytes& packet, bool control = false) const {
    auto one = open(*fast, packet, control);
    const auto other = open(*reference, packet, control);
    EXPECT_EQ(one, other) << packet.size() << " bytes, control " << control << ": " << int(one.code)
                          << " and " << int(other.code);
    return one;
  }
};

struct both_ends {
  pair_of_engines a, b;
};

both_ends make_both_ends(srtp_suite suite) {
  const auto ka = random_key(suite), kb = random_key(suite);
  return {{suite, ka, kb}, {suite, kb, ka}};
}

class packets {
 public:
  explicit packets(uint32_t seed) : random_(seed) {}
  size_t below(size_t bound) { return std::uniform_int_distribution<size_t>{0, bound - 1}(random_); }
  bytes noise(size_t count) {
    bytes made(count);
    for (auto& byte : made) byte = uint8_t(random_());
    return made;
  }
  /// With CSRCs and extensions now and then.
  bytes rtp(uint16_t sequence, uint32_t ssrc, size_t payload) {
    const size_t sources = below(4) == 0 ? below(16) : 0;
    const bool extended = below(4) == 0;
    const size_t words = extended ? below(5) : 0;
    bytes made = noise(12 + 4 * sources + (extended ? 4 + 4 * words : 0) + payload);
    made[0] = uint8_t(0x80 | (extended ? 0x10 : 0) | sources);
    made[2] = uint8_t(sequence >> 8);
    made[3] = uint8_t(sequence);
    for (size_t i = 0; i < 4; ++i) made[8 + i] = uint8_t(ssrc >> (24 - 8 * i));
    if (extended) {
      made[12 + 4 * sources + 2] = 0;
      made[12 + 4 * sources + 3] = uint8_t(words);
    }
    return made;
  }
  bytes rtcp(uint32_t ssrc, size_t words) {
    bytes made = noise(8 + 4 * words);
    made[0] = 0x80;
    made[1] = 200;
    for (size_t i = 0; i < 4; ++i) made[4 + i] = uint8_t(ssrc >> (24 - 8 * i));
    return made;
  }

 private:
  std::mt19937 random_;
};

TEST(srtp_engines, make_and_open_the_same_packets) {
  for (const auto suite : suites) {
    SCOPED_TRACE(to_string(suite));
    const auto ends = make_both_ends(suite);
    packets some{1};
    for (uint16_t i = 0; i < 400; ++i) {
      const uint32_t ssrc = i % 3 + 1;
      const auto plain = some.rtp(i, ssrc, i % 50 == 0 ? 0 : i % 50 == 1 ? 1200 : some.below(400));
      const auto sealed = ends.a.sealed(plain);
      ASSERT_TRUE(sealed.done);
      EXPECT_EQ(ends.b.opened(sealed.packet).packet, plain);
      const auto report = some.rtcp(ssrc, some.below(60));
      const auto sealed_report = ends.b.sealed(report, true);
      ASSERT_TRUE(sealed_report.done);
      EXPECT_EQ(ends.a.opened(sealed_report.packet, true).packet, report);
      ends.a.opened(sealed_report.packet, true);  // replayed
    }
  }
}

TEST(srtp_engines, agree_over_rollovers_with_loss_replay_and_late_packets) {
  for (const auto suite : suites) {
    for (const uint32_t first : {0U, 1U, 32'766U, 32'768U, 32'769U, 65'400U, 65'534U, 65'535U}) {
      SCOPED_TRACE(std::string{to_string(suite)} + " from " + std::to_string(first));
      const auto ends = make_both_ends(suite);
      packets some{first};
      std::vector<bytes> sent;
      // In strides, so that a few hundred packets pass several rollovers.
      for (uint64_t n = first; n < first + 200'000;
           n += some.below(4) == 0 ? 1 + some.below(900) : 1 + some.below(60)) {
        const auto sealed = ends.a.sealed(some.rtp(uint16_t(n), 77, 20));
        ASSERT_TRUE(sealed.done) << n;
        sent.push_back(sealed.packet);
        const size_t fate = some.below(10);
        if (fate == 0) continue;  // lost, or late: `sent` still has it
        ends.b.opened(sent.back());
        if (fate < 4) ends.b.opened(sent[sent.size() - 1 - some.below(std::min<size_t>(sent.size(), 12))]);
        if (fate == 5) ends.b.opened(sent[some.below(sent.size())]);
      }
    }
  }
}

TEST(srtp_engines, agree_on_jumps_of_any_size) {
  for (const auto suite : suites) {
    SCOPED_TRACE(to_string(suite));
    const auto ends = make_both_ends(suite);
    packets some{9};
    for (int i = 0; i < 2'000; ++i) {  // sealing refuses some: replayed, in both
      const auto sealed = ends.a.sealed(some.rtp(uint16_t(some.below(65'536)), 5, 10));
      if (sealed.done && some.below(3) != 0) ends.b.opened(sealed.packet);
    }
  }
}

TEST(srtp_engines, agree_on_packets_out_of_order_around_the_window) {
  for (const auto suite : suites) {
    const auto ends = make_both_ends(suite);
    packets some{3};
    std::vector<std::pair<bytes, bool>> sent;
    for (uint32_t n = 65'300; n < 65'900; ++n) {
      sent.emplace_back(ends.a.sealed(some.rtp(uint16_t(n), 4, 8)).packet, false);
      sent.emplace_back(ends.a.sealed(some.rtcp(4, 3), true).packet, true);
    }
    for (size_t i = 0; i < 3'000; ++i) {
      const size_t at = std::min(sent.size() - 1, i / 3 + some.below(300));
      ends.b.opened(sent[at].first, sent[at].second);
    }
  }
}

TEST(srtp_engines, agree_on_damaged_truncated_and_random_packets) {
  for (const auto suite : suites) {
    SCOPED_TRACE(to_string(suite));
    const auto ends = make_both_ends(suite);
    packets some{7};
    for (uint16_t i = 0; i < 1'500; ++i) {
      const bool control = some.below(2) == 0;
      auto packet =
          ends.a.sealed(control ? some.rtcp(6, some.below(9)) : some.rtp(i, 6, some.below(40)), control)
              .packet;
      switch (some.below(4)) {
        case 0:
          packet[some.below(packet.size())] ^= uint8_t(1 << some.below(8));
          break;
        case 1:
          packet.resize(some.below(packet.size()));
          break;
        case 2:
          packet = some.noise(some.below(80));
          break;
        case 3:
          break;
      }
      ends.b.opened(packet, control);
      ends.b.opened(packet, !control);
    }
  }
}

TEST(srtp_engines, agree_after_rekeying_either_direction) {
  for (const auto suite : suites) {
    const auto ours = random_key(suite), theirs = random_key(suite), later = random_key(suite);
    const pair_of_engines a{suite, ours, theirs}, b{suite, theirs, ours};
    packets some{5};
    for (const uint32_t n : {65'534, 65'535, 65'536}) {
      EXPECT_TRUE(b.opened(a.sealed(some.rtp(uint16_t(n), 1, 30)).packet).done);
    }
    for (const auto& session : {a.fast.get(), a.reference.get()}) {
      ASSERT_TRUE(session->rekey({suite, ours, later}));
    }
    EXPECT_TRUE(b.opened(a.sealed(some.rtp(1, 1, 30)).packet).done) << "goes on";
    EXPECT_FALSE(a.opened(b.sealed(some.rtp(1, 1, 30)).packet).done) << "under the old key";
    for (const auto& session : {b.fast.get(), b.reference.get()}) {
      ASSERT_TRUE(session->rekey({suite, later, ours}));
    }
    EXPECT_TRUE(a.opened(b.sealed(some.rtp(1, 1, 30)).packet).done) << "under the new key";
  }
}

TEST(srtp_engines, have_the_names_of_the_setting) {
  EXPECT_EQ(srtp_engine_named("auto"), srtp_engine::automatic);
  EXPECT_EQ(srtp_engine_named("openssl"), srtp_engine::openssl);
  EXPECT_EQ(srtp_engine_named("libsrtp2"), srtp_engine::libsrtp2);
  EXPECT_EQ(srtp_engine_named("OpenSSL"), std::nullopt);
}

}  // namespace
}  // namespace confab::secure
