#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
const std::string crypto_line = "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + peer_key_30 + "\n";

TEST(sdp_offer, holds_all_codecs_in_our_order) {
  EXPECT_EQ(write(offer(nullptr, server(srtp_policy::off))),
            "v=0\r\no=- 77 1 IN IP4 198.51.100.1\r\ns=Confab\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
            "m=audio 50000 RTP/AVP 9 98 97 111 8 0 101\r\n"
            "a=rtpmap:9 G722/8000\r\na=rtpmap:98 speex/16000\r\na=rtpmap:97 speex/8000\r\n"
            "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=sendrecv\r\n");
}

TEST(sdp_offer, offers_srtp_by_policy) {
  const struct {
    srtp_policy policy;
    const char* protocol;
    size_t lines;
  } rows[] = {{srtp_policy::off, "RTP/AVP", 0},
              {srtp_policy::optional, "RTP/AVP", 4},
              {srtp_policy::required, "RTP/SAVP", 4}};
  for (const auto& r : rows) {
    const description d = offer(nullptr, server(r.policy));
    EXPECT_EQ(d.media[0].protocol, r.protocol);
    EXPECT_EQ(values(d.media[0], "crypto").size(), r.lines);
  }
  EXPECT_EQ(values(offer(nullptr, server()).media[0], "crypto")[1],
            "2 AES_256_CM_HMAC_SHA1_80 inline:" + key_46);
}

TEST(sdp_offer, says_what_is_unusual) {
  capabilities ours = server();
  ours.send_hold = true;
  ours.ptime = std::chrono::milliseconds{30};
  ours.audio_rtcp_port = 50'009;
  const media_description line = offer(nullptr, ours).media[0];
  EXPECT_EQ(values(line, "sendonly").size(), 1u);
  EXPECT_EQ(values(line, "ptime"), std::vector<std::string>{"30"});
  EXPECT_EQ(values(line, "rtcp"), std::vector<std::string>{"50009"});
  ours.audio_port = 0;
  EXPECT_EQ(offer(nullptr, ours).media[0].port, 0);
}

TEST(sdp_offer, keeps_previous_lines_in_their_places) {
  const struct {
    const char* name;
    std::string first;
    size_t slot;
    size_t lines;
  } rows[] = {
      {"audio only", pcmu, 0, 1},
      {"video before audio", "m=video 5000 RTP/AVP 96\n" + pcmu, 1, 2},
      {"chat after audio", pcmu + "m=message 2855 TCP/TLS/MSRP *\n", 0, 2},
      {"the second audio is in use", "m=audio 0 RTP/AVP 0\n" + pcmu, 1, 2},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    const auto first = answer(peer(r.first), nullptr, server());
    ASSERT_TRUE(first.ok());
    const description d = offer(&first->local, server());
    ASSERT_EQ(d.media.size(), r.lines);
    for (size_t i = 0; i < d.media.size(); ++i) {
      EXPECT_EQ(d.media[i].type, first->local.media[i].type);
      EXPECT_EQ(d.media[i].port, i == r.slot ? 50'000 : 0);
    }
    EXPECT_EQ(d.origin.session_id, "77");
    EXPECT_EQ(d.origin.version, "2");
  }
}

TEST(sdp_offer, opens_a_closed_audio_line_again_or_adds_one) {
  description previous = peer("m=video 0 RTP/AVP 96\nm=audio 0 RTP/AVP 0\n");
  EXPECT_EQ(offer(&previous, server()).media[1].port, 50'000);
  previous.media.pop_back();
  const description d = offer(&previous, server());
  ASSERT_EQ(d.media.size(), 2u);
  EXPECT_EQ(d.media[1].type, "audio");
}

TEST(sdp_offer, repeats_itself_when_nothing_changed) {
  const description first = offer(nullptr, server());
  EXPECT_EQ(offer(&first, server()), first);
}

TEST(sdp_offer, keeps_the_payload_types_of_the_session) {
  // Of the peer's numbers, 97 and 101 collide with what we would use for something else.
  const auto first = answer(peer("m=audio 4000 RTP/AVP 101 97\na=rtpmap:101 opus/48000/2\n"
                                 "a=rtpmap:97 telephone-event/8000\n"),
                            nullptr, server());
  ASSERT_EQ(summary(first), "slot 0: opus 101, event 97, sendrecv");
  const media_description line = offer(&first->local, server()).media[0];
  EXPECT_EQ(values(line, "rtpmap"),
            (std::vector<std::string>{"9 G722/8000", "98 speex/16000", "96 speex/8000", "101 opus/48000/2",
                                      "8 PCMA/8000", "0 PCMU/8000", "97 telephone-event/8000"}));
}

TEST(sdp_offer, keeps_the_security_of_the_session) {
  const struct {
    const char* name;
    std::string first;
    srtp_policy policy;
    const char* protocol;
    bool crypto;
  } rows[] = {
      {"a clear call stays clear", pcmu, srtp_policy::optional, "RTP/AVP", false},
      {"AVP with crypto", pcmu + crypto_line, srtp_policy::optional, "RTP/AVP", true},
      {"AVP with crypto is enough", pcmu + crypto_line, srtp_policy::required, "RTP/AVP", true},
      {"SAVP", "m=audio 4000 RTP/SAVP 0\n" + crypto_line, srtp_policy::optional, "RTP/SAVP", true},
      {"AVPF", "m=audio 4000 RTP/AVPF 0\n", srtp_policy::optional, "RTP/AVPF", false},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    const auto first = answer(peer(r.first), nullptr, server(r.policy));
    ASSERT_TRUE(first.ok());
    const media_description line = offer(&first->local, server(r.policy)).media[0];
    EXPECT_EQ(line.protocol, r.protocol);
    EXPECT_EQ(!values(line, "crypto").empty(), r.crypto);
  }
}

}  // namespace
}  // namespace confab::sdp::testing
