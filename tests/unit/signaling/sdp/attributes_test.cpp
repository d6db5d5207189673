#include <gtest/gtest.h>

#include "signaling/sdp/crypto.hpp"
#include "signaling/sdp/fmtp.hpp"
#include "signaling/sdp/rtcp.hpp"
#include "signaling/sdp/rtpmap.hpp"
#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

TEST(rtpmap, reads_what_it_writes) {
  for (const char* value : {"0 PCMU/8000", "111 opus/48000/2", "127 telephone-event/8000"}) {
    const auto map = parse_rtpmap(value);
    ASSERT_TRUE(map.ok()) << value;
    EXPECT_EQ(write(*map), value);
  }
  EXPECT_EQ(write(*parse_rtpmap("  96   opus/48000/1  ")), "96 opus/48000");
}

TEST(rtpmap, refuses_what_is_none) {
  for (const char* value :
       {"", "0", "0 PCMU", "0 /8000", "128 PCMU/8000", "-1 PCMU/8000", "0 PCMU/", "0 PCMU/0", "0 PCMU/x",
        "0 PCMU/8000/", "0 PCMU/8000/0", "0 PCMU/99999999999999999999"}) {
    EXPECT_FALSE(parse_rtpmap(value).ok()) << value;
  }
}

TEST(fmtp, reads_what_it_writes_and_refuses_the_rest) {
  EXPECT_EQ(*parse_fmtp("101 0-15"), (fmtp{101, "0-15"}));
  EXPECT_EQ(write(*parse_fmtp("96  a=1; b=2 ")), "96 a=1; b=2");
  for (const char* value : {"", "101", "101 ", "x 0-15", "200 0-15"})
    EXPECT_FALSE(parse_fmtp(value).ok()) << value;
}

TEST(rtcp, reads_what_it_writes_and_refuses_the_rest) {
  for (const char* value : {"4001", "4001 IN IP4 192.0.2.9", "4001 IN IP6 2001:db8::9"}) {
    const auto target = parse_rtcp(value);
    ASSERT_TRUE(target.ok()) << value;
    EXPECT_EQ(write(*target), value);
  }
  for (const char* value : {"", "0", "65536", "-1", "x", "4001 IN", "4001 IN IP4", "4001 IN IP4 host.example",
                            "4001 ATM NSAP 47"}) {
    EXPECT_FALSE(parse_rtcp(value).ok()) << value;
  }
}

TEST(crypto, reads_what_it_writes) {
  for (const std::string& value :
       {"1 AES_CM_128_HMAC_SHA1_80 inline:" + key_30, "2 AES_CM_128_HMAC_SHA1_32 inline:" + key_30,
        "33 AES_256_CM_HMAC_SHA1_80 inline:" + key_46, "999999999 AEAD_AES_128_GCM inline:" + key_28}) {
    const auto crypto = parse_crypto(value);
    ASSERT_TRUE(crypto.ok()) << value;
    EXPECT_EQ(write(*crypto), value);
  }
}

TEST(crypto, says_which_lines_cannot_be_used) {
  const std::string sha = "1 AES_CM_128_HMAC_SHA1_80 ";
  const std::string key = "inline:" + key_30;
  const struct {
    const char* name;
    std::string value;
    std::optional<errc> refused;
  } rows[] = {
      {"lifetime as a power", sha + key + "|2^48", std::nullopt},
      {"lifetime in full", sha + key + "|1048576", std::nullopt},
      {"window size hint", sha + key + " WSH=128", std::nullopt},
      {"an extension that may be ignored", sha + key + " -later=1", std::nullopt},
      {"no key derivation rate", sha + key + " KDR=0", std::nullopt},
      {"padding left out", "1 AES_256_CM_HMAC_SHA1_80 inline:" + key_46.substr(0, 62), std::nullopt},
      {"MKI", sha + key + "|2^20|1:4", errc::unsupported},
      {"MKI without lifetime", sha + key + "|1:4", errc::unsupported},
      {"two keys", sha + key + "|2^20|1:4;" + key + "|2^20|2:4", errc::unsupported},
      {"key derivation rate", sha + key + " KDR=1", errc::unsupported},
      {"unencrypted", sha + key + " UNENCRYPTED_SRTP", errc::unsupported},
      {"unencrypted SRTCP", sha + key + " UNENCRYPTED_SRTCP", errc::unsupported},
      {"unauthenticated", sha + key + " UNAUTHENTICATED_SRTP", errc::unsupported},
      {"FEC", sha + key + " FEC_ORDER=FEC_SRTP", errc::unsupported},
      {"an unknown parameter", sha + key + " LATER=1", errc::unsupported},
      {"unknown suite", "1 F8_128_HMAC_SHA1_80 " + key, errc::unsupported},
      {"another key method", sha + "uri:https://192.0.2.7/key", errc::unsupported},
      {"lifetime that is no number", sha + key + "|soon", errc::malformed},
      {"key too short", sha + "inline:" + key_28, errc::malformed},
      {"key too long", sha + "inline:" + key_46, errc::malformed},
      {"no base64", sha + "inline:" + std::string(40, '!'), errc::malformed},
      {"empty key", sha + "inline:", errc::malformed},
      {"no tag", "AES_CM_128_HMAC_SHA1_80 " + key, errc::malformed},
      {"tag too long", "1234567890 AES_CM_128_HMAC_SHA1_80 " + key, errc::malformed},
      {"nothing", "", errc::malformed},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    const auto crypto = parse_crypto(r.value);
    EXPECT_EQ(crypto.ok(), !r.refused);
    if (!crypto && r.refused) {
      EXPECT_EQ(crypto.error().code, *r.refused);
      EXPECT_EQ(crypto.error().text.find(key_30), std::string::npos) << "a key in an error text";
    }
  }
}

TEST(crypto, pads_a_key_that_came_without) {
  EXPECT_EQ(parse_crypto("1 AEAD_AES_128_GCM inline:" + key_28.substr(0, 38))->key, key_28);
}

}  // namespace
}  // namespace confab::sdp::testing
