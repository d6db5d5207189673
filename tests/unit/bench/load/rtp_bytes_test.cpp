#include "bench/load/rtp_bytes.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace confab::load {
namespace {

std::vector<uint8_t> packet_of(const rtp_fields& fields, std::vector<uint8_t> rest) {
  std::array<uint8_t, rtp_header_bytes> header{};
  write_rtp_header(fields, header);
  rest.insert(rest.begin(), header.begin(), header.end());
  return rest;
}

TEST(load_rtp_bytes, reads_back_what_it_writes) {
  const auto packet = packet_of({9, true, 65'535, 0xfedcba98, 0x01020304}, {5, 6});
  const auto read = read_rtp_header(packet);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->payload_type, 9);
  EXPECT_TRUE(read->marker);
  EXPECT_EQ(read->sequence, 65'535);
  EXPECT_EQ(read->timestamp, 0xfedcba98U);
  EXPECT_EQ(read->ssrc, 0x01020304U);
  EXPECT_EQ(rtp_payload(packet).size(), 2U);
}

TEST(load_rtp_bytes, finds_the_payload_behind_sources_extension_and_padding) {
  auto packet = packet_of({}, {1, 1, 1, 1, 0xbe, 0xde, 0, 1, 2, 2, 2, 2, 42, 0, 2});
  packet[0] |= 0x31;  // padding, extension, one contributing source
  ASSERT_EQ(rtp_payload(packet).size(), 1U);
  EXPECT_EQ(rtp_payload(packet)[0], 42);
}

TEST(load_rtp_bytes, gives_nothing_for_lengths_that_lie) {
  auto packet = packet_of({}, {0xbe, 0xde, 0xff, 0xff});
  packet[0] |= 0x10;
  EXPECT_TRUE(rtp_payload(packet).empty());
  auto padded = packet_of({}, {1, 200});
  padded[0] |= 0x20;
  EXPECT_TRUE(rtp_payload(padded).empty());
  EXPECT_FALSE(read_rtp_header(std::array<uint8_t, 11>{0x80}));
}

TEST(load_rtp_bytes, keeps_rtcp_apart) {
  std::array<uint8_t, 64> buffer{};
  const auto bytes = write_rtcp(7, buffer);
  EXPECT_EQ(bytes % 4, 0U);
  EXPECT_FALSE(read_rtp_header(std::span(buffer).first(bytes)));
  EXPECT_EQ(bytes, 4U * (1 + buffer[3]) + 4U * (1U + buffer[8 + 3])) << "the two lengths fill the packet";
}

}  // namespace
}  // namespace confab::load
