#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

const std::string avp = "m=audio 4000 RTP/AVP 0\n";
const std::string savp = "m=audio 4000 RTP/SAVP 0\n";
const std::string sha_80 = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + peer_key_30 + "\n";
const std::string sha_32 = "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:" + peer_key_30 + "|2^31\n";
const std::string with_mki = "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:" + peer_key_30 + "|2^20|1:4\n";
const std::string unencrypted =
    "a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:" + peer_key_30 + " UNENCRYPTED_SRTP\n";
const std::string gcm = "a=crypto:5 AEAD_AES_128_GCM inline:" + key_28 + "\n";
const std::string f8 = "a=crypto:6 F8_128_HMAC_SHA1_80 inline:" + peer_key_30 + "\n";
const std::string short_key = "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:QUJD\n";
const std::string sha_80_agreed = "slot 0: PCMU 0, sendrecv, AES_CM_128_HMAC_SHA1_80 tag 1";
const std::string clear = "slot 0: PCMU 0, sendrecv";

TEST(answer_crypto, is_taken_where_it_is_offered_when_srtp_is_optional) {
  check_rows(
      {
          {"SAVP", savp + sha_80, sha_80_agreed},
          {"AVP with a=crypto", avp + sha_80, sha_80_agreed},
          {"SAVPF", "m=audio 4000 RTP/SAVPF 0\n" + sha_80, sha_80_agreed},
          {"AVPF with a=crypto", "m=audio 4000 RTP/AVPF 0\n" + sha_80, sha_80_agreed},
          {"AVP without", avp, clear},
          {"our suite order", savp + sha_80 + sha_32 + gcm,
           "slot 0: PCMU 0, sendrecv, AEAD_AES_128_GCM tag 5"},
          {"their only suite", savp + sha_32, "slot 0: PCMU 0, sendrecv, AES_CM_128_HMAC_SHA1_32 tag 2"},
          {"AVP with an MKI", avp + with_mki, clear},
          {"SAVP with an MKI", savp + with_mki, "refused: RTP/SAVP without a usable a=crypto"},
          {"an MKI, then a good one", savp + with_mki + sha_32,
           "slot 0: PCMU 0, sendrecv, AES_CM_128_HMAC_SHA1_32 tag 2"},
          {"session parameters", savp + unencrypted, "refused: RTP/SAVP without a usable a=crypto"},
          {"unknown suite", savp + f8, "refused: RTP/SAVP without a usable a=crypto"},
          {"short key", savp + short_key, "refused: RTP/SAVP without a usable a=crypto"},
          {"SAVP without any", savp, "refused: RTP/SAVP without a usable a=crypto"},
          {"SAVP that is usable before AVP", savp + sha_80 + avp, sha_80_agreed},
          {"SAVP that is not before AVP that is", savp + f8 + avp, "slot 1: PCMU 0, sendrecv"},
          {"a key exchange in MIKEY", savp + "a=key-mgmt:mikey AQAFgM0XflABAAAAAAAAAAAAAAsAyO\n",
           "refused: RTP/SAVP without a usable a=crypto"},
      },
      server(srtp_policy::optional));
}

TEST(answer_crypto, is_demanded_when_srtp_is_required) {
  check_rows(
      {
          {"SAVP", savp + sha_80, sha_80_agreed},
          {"AVP with a=crypto", avp + sha_80, sha_80_agreed},
          {"AVP without", avp, "refused: SRTP is required here"},
          {"AVP with an unusable one", avp + with_mki, "refused: SRTP is required here"},
          {"SAVP without", savp, "refused: RTP/SAVP without a usable a=crypto"},
          {"AVP, then SAVP", avp + savp + sha_80, "slot 1: PCMU 0, sendrecv, AES_CM_128_HMAC_SHA1_80 tag 1"},
      },
      server(srtp_policy::required));
}

TEST(answer_crypto, is_ignored_when_srtp_is_off) {
  check_rows(
      {
          {"AVP with a=crypto", avp + sha_80, clear},
          {"AVP without", avp, clear},
          {"SAVP", savp + sha_80, "refused: SRTP is switched off here"},
          {"SAVP, then AVP", savp + sha_80 + avp, "slot 1: PCMU 0, sendrecv"},
      },
      server(srtp_policy::off));
}

TEST(answer_crypto, carries_the_chosen_tag_and_our_key) {
  const auto outcome = answer(peer(avp + sha_80 + sha_32), nullptr, server());
  ASSERT_TRUE(outcome.ok());
  const media_description& line = outcome->local.media[0];
  EXPECT_EQ(line.protocol, "RTP/AVP");
  EXPECT_EQ(values(line, "crypto"), std::vector{"1 AES_CM_128_HMAC_SHA1_80 inline:" + key_30});
  EXPECT_EQ(outcome->audio->crypto, (chosen_crypto{1, "AES_CM_128_HMAC_SHA1_80", key_30, peer_key_30}));
}

TEST(answer_crypto, needs_a_key_of_ours_for_the_suite) {
  capabilities ours = server();
  ours.srtp_keys.resize(1);  // only the first suite has one
  EXPECT_EQ(summary(answer(peer(savp + sha_80), nullptr, ours)),
            "refused: RTP/SAVP without a usable a=crypto");
  ours.srtp_keys.clear();
  ours.srtp_suites.clear();
  EXPECT_EQ(summary(answer(peer(avp + sha_80), nullptr, ours)), clear);
}

}  // namespace
}  // namespace confab::sdp::testing
