#include "media/rtp/packet.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace confab::rtp {
namespace {

using bytes = std::vector<uint8_t>;

const bytes plain{0x80, 0x89, 0x12, 0x34, 0, 0, 0, 160, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3};

TEST(rtp_packet, reads_the_fixed_header) {
  const auto p = parse_packet(plain);
  ASSERT_TRUE(p);
  EXPECT_TRUE(p->marker);
  EXPECT_EQ(p->payload_type, 9);
  EXPECT_EQ(p->sequence, 0x1234);
  EXPECT_EQ(p->timestamp, 160U);
  EXPECT_EQ(p->ssrc, 0xdeadbeefU);
  EXPECT_EQ(bytes(p->payload.begin(), p->payload.end()), (bytes{1, 2, 3}));
  EXPECT_TRUE(p->extension.empty());
}

TEST(rtp_packet, writes_what_it_reads) {
  std::array<uint8_t, 64> out{};
  const auto p = parse_packet(plain);
  ASSERT_TRUE(p);
  const size_t length = write_packet(*p, out);
  EXPECT_EQ(bytes(out.begin(), out.begin() + static_cast<long>(length)), plain);
}

TEST(rtp_packet, takes_off_csrcs_extension_and_padding) {
  bytes b = plain;
  b[0] = 0x80 | 0x20 | 0x10 | 2;                                   // padding, extension, two CSRCs
  b.insert(b.begin() + 12, {0, 0, 0, 1, 0, 0, 0, 2,                // CSRCs
                            0xbe, 0xde, 0, 1, 0x10, 0x85, 0, 0});  // one word of RFC 8285
  b.insert(b.end(), {0, 0, 3});
  const auto p = parse_packet(b);
  ASSERT_TRUE(p);
  EXPECT_EQ(p->extension_profile, 0xbede);
  EXPECT_EQ(bytes(p->extension.begin(), p->extension.end()), (bytes{0x10, 0x85, 0, 0}));
  EXPECT_EQ(bytes(p->payload.begin(), p->payload.end()), (bytes{1, 2, 3}));
}

TEST(rtp_packet, refuses_what_does_not_fit) {
  struct row {
    const char* why;
    bytes datagram;
  };
  bytes version = plain, csrc = plain, extension = plain, long_extension = plain, padding = plain,
        zero = plain;
  version[0] = 0x40;
  csrc[0] = 0x8f;
  extension[0] = 0x90;
  long_extension[0] = 0x90;
  long_extension.insert(long_extension.end(), {0xff, 0xff, 0, 0});
  padding[0] = 0xa0;
  padding.back() = 4;
  zero[0] = 0xa0;
  zero.back() = 0;
  const row rows[] = {
      {"empty", {}},
      {"eleven bytes", bytes(plain.begin(), plain.begin() + 11)},
      {"version 1", version},
      {"fifteen CSRCs that are not there", csrc},
      {"an extension cut short", extension},
      {"an extension longer than the datagram", long_extension},
      {"padding longer than the payload", padding},
      {"padding of no length", zero},
  };
  for (const auto& r : rows) {
    const auto p = parse_packet(r.datagram);
    ASSERT_FALSE(p) << r.why;
    EXPECT_EQ(p.error().code, errc::malformed) << r.why;
    EXPECT_LT(p.error().text.size(), 16U) << "would allocate: " << p.error().text;
  }
  EXPECT_EQ(parse_packet(bytes(1501, 0x80)).error().code, errc::too_large);
}

TEST(rtp_packet, tells_rtcp_on_a_shared_port) {
  EXPECT_TRUE(looks_like_rtcp(bytes{0x80, 200, 0, 6}));
  EXPECT_TRUE(looks_like_rtcp(bytes{0x81, 203, 0, 1}));
  EXPECT_FALSE(looks_like_rtcp(plain));
  EXPECT_FALSE(looks_like_rtcp(bytes{0x80, 0x80 | 101, 0, 6}));
  EXPECT_FALSE(looks_like_rtcp(bytes{0x80, 200}));
}

TEST(rtp_packet, orders_numbers_that_wrap) {
  EXPECT_TRUE(newer(uint16_t{0}, uint16_t{65535}));
  EXPECT_FALSE(newer(uint16_t{65535}, uint16_t{0}));
  EXPECT_FALSE(newer(uint16_t{7}, uint16_t{7}));
  EXPECT_TRUE(newer(uint32_t{5}, uint32_t{0xfffffff0}));
}

}  // namespace
}  // namespace confab::rtp
