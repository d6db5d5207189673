#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

const std::string good_key = " inline:" + peer_key_30 + "\n";

void check_answers(const std::vector<row>& rows, const capabilities& ours) {
  const description offered = offer(nullptr, ours);
  for (const row& r : rows) {
    SCOPED_TRACE(r.name);
    const auto outcome = accept_answer(offered, peer(r.offer), ours);
    EXPECT_EQ(summary(outcome), r.expected);
    if (outcome) {
      EXPECT_EQ(outcome->local, offered);
    }
  }
}

TEST(accept_answer, reads_what_the_peer_took) {
  check_answers(
      {
          {"one codec", "m=audio 4000 RTP/AVP 0\n", "slot 0: PCMU 0, sendrecv"},
          {"with events", "m=audio 4000 RTP/AVP 9 101\na=rtpmap:101 telephone-event/8000\n",
           "slot 0: G722 9, event 101, sendrecv"},
          {"their first is meant", "m=audio 4000 RTP/AVP 0 9\n", "slot 0: PCMU 0, sendrecv"},
          {"events first", "m=audio 4000 RTP/AVP 101 8\na=rtpmap:101 telephone-event/8000\n",
           "slot 0: PCMA 8, event 101, sendrecv"},
          {"their own number for a codec", "m=audio 4000 RTP/AVP 96\na=rtpmap:96 opus/48000/2\n",
           "slot 0: opus 96, sendrecv"},
          {"our numbers without rtpmap", "m=audio 4000 RTP/AVP 111 101\n",
           "slot 0: opus 111, event 101, sendrecv"},
          {"hold", "m=audio 4000 RTP/AVP 0\na=inactive\n", "slot 0: PCMU 0, inactive"},
          {"recvonly", "m=audio 4000 RTP/AVP 0\na=recvonly\n", "slot 0: PCMU 0, sendonly"},
          {"ptime", "m=audio 4000 RTP/AVP 0\na=ptime:40\n", "slot 0: PCMU 0, sendrecv, ptime 40"},
          {"rtcp", "m=audio 4000 RTP/AVP 0\na=rtcp:4010\n", "slot 0: PCMU 0, sendrecv, rtcp 192.0.2.7 4010"},
          {"mux that was not offered", "m=audio 4000 RTP/AVP 0\na=rtcp-mux\n", "slot 0: PCMU 0, sendrecv"},
          {"refused audio", "m=audio 0 RTP/AVP 0\n", "no audio"},
          {"no line", "", "refused: the answer has 0 m-lines, the offer had 1"},
          {"one too many", "m=audio 4000 RTP/AVP 0\nm=video 1 RTP/AVP 96\n",
           "refused: the answer has 2 m-lines, the offer had 1"},
          {"another type", "m=video 4000 RTP/AVP 0\n", "refused: the answer changes the type of a stream"},
          {"another transport", "m=audio 4000 udp 0\n", "refused: the answer changes the transport of audio"},
          {"codec that was not offered", "m=audio 4000 RTP/AVP 18\n",
           "refused: the answer has no codec that was offered"},
          {"our number with another meaning", "m=audio 4000 RTP/AVP 111\na=rtpmap:111 iLBC/8000\n",
           "refused: the answer has no codec that was offered"},
      },
      server());
}

TEST(accept_answer, holds_the_peer_to_the_crypto_that_was_offered) {
  const std::string avp = "m=audio 4000 RTP/AVP 0\n";
  const std::string savp = "m=audio 4000 RTP/SAVP 0\n";
  check_answers(
      {
          {"taken", avp + "a=crypto:3 AES_CM_128_HMAC_SHA1_80" + good_key,
           "slot 0: PCMU 0, sendrecv, AES_CM_128_HMAC_SHA1_80 tag 3"},
          {"not taken", avp, "slot 0: PCMU 0, sendrecv"},
          {"taken and said in the profile", savp + "a=crypto:3 AES_CM_128_HMAC_SHA1_80" + good_key,
           "slot 0: PCMU 0, sendrecv, AES_CM_128_HMAC_SHA1_80 tag 3"},
          {"SAVP without", savp, "refused: the answer has no a=crypto"},
          {"tag of another suite", avp + "a=crypto:1 AES_CM_128_HMAC_SHA1_80" + good_key,
           "refused: the answer's a=crypto has another suite for its tag"},
          {"tag that was not offered", avp + "a=crypto:9 AES_CM_128_HMAC_SHA1_80" + good_key,
           "refused: the answer's a=crypto has a tag that was not offered"},
          {"broken key", avp + "a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:QUJD\n",
           "refused: the key of a=crypto does not fit AES_CM_128_HMAC_SHA1_80"},
      },
      server(srtp_policy::optional));
  check_answers({{"required and not taken", avp, "refused: the answer has no a=crypto"}},
                server(srtp_policy::required));
  check_answers({{"never offered", avp + "a=crypto:1 AES_CM_128_HMAC_SHA1_80" + good_key,
                  "refused: the answer's a=crypto has a tag that was not offered"}},
                server(srtp_policy::off));
}

TEST(accept_answer, pairs_the_keys) {
  const capabilities ours = server();
  const auto outcome = accept_answer(
      offer(nullptr, ours),
      peer("m=audio 4000 RTP/AVP 0\na=crypto:1 AEAD_AES_128_GCM inline:" + key_28 + "\n"), ours);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->audio->crypto, (chosen_crypto{1, "AEAD_AES_128_GCM", key_28, key_28}));
}

TEST(accept_answer, never_receives_while_we_hold) {
  capabilities ours = server();
  ours.send_hold = true;
  check_answers({{"recvonly", "m=audio 4000 RTP/AVP 0\na=recvonly\n", "slot 0: PCMU 0, sendonly"},
                 {"sendrecv against the rules", "m=audio 4000 RTP/AVP 0\n", "slot 0: PCMU 0, sendonly"},
                 {"inactive", "m=audio 4000 RTP/AVP 0\na=inactive\n", "slot 0: PCMU 0, inactive"}},
                ours);
}

TEST(accept_answer, finds_audio_in_its_slot) {
  const auto first = answer(peer("m=video 5000 RTP/AVP 96\nm=audio 4000 RTP/AVP 0\n"), nullptr, server());
  ASSERT_TRUE(first.ok());
  const auto outcome = accept_answer(offer(&first->local, server()),
                                     peer("m=video 0 RTP/AVP 96\nm=audio 4000 RTP/AVP 8\n"), server());
  EXPECT_EQ(summary(outcome), "slot 1: PCMA 8, sendrecv");
}

TEST(accept_answer, agrees_with_our_own_answer) {
  for (const srtp_policy policy : {srtp_policy::off, srtp_policy::optional, srtp_policy::required}) {
    const description offered = offer(nullptr, server(policy));
    const auto theirs = answer(offered, nullptr, server(policy));
    ASSERT_TRUE(theirs.ok());
    const auto outcome = accept_answer(offered, theirs->local, server(policy));
    ASSERT_TRUE(outcome.ok());
    EXPECT_EQ(outcome->audio->codec.name, theirs->audio->codec.name);
    EXPECT_EQ(outcome->audio->crypto.has_value(), policy != srtp_policy::off);
    EXPECT_EQ(outcome->audio->telephone_event, 101);
  }
}

}  // namespace
}  // namespace confab::sdp::testing
