#include "signaling/sdp/answer.hpp"

#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

const std::string here = ", this server has G722, speex, opus, PCMA, PCMU";

TEST(answer_codec, is_our_first_among_the_offered_with_the_peers_payload_type) {
  check_rows(
      {
          {"static types need no rtpmap", "m=audio 4000 RTP/AVP 0 8\n", "slot 0: PCMA 8, sendrecv"},
          {"our order beats theirs", "m=audio 4000 RTP/AVP 0 8 9\n", "slot 0: G722 9, sendrecv"},
          {"PCMU alone", "m=audio 4000 RTP/AVP 0\n", "slot 0: PCMU 0, sendrecv"},
          {"a static type on a dynamic number", "m=audio 4000 RTP/AVP 100\na=rtpmap:100 PCMU/8000\n",
           "slot 0: PCMU 100, sendrecv"},
          {"names without case", "m=audio 4000 RTP/AVP 100\na=rtpmap:100 pcma/8000\n",
           "slot 0: PCMA 100, sendrecv"},
          {"channels said aloud", "m=audio 4000 RTP/AVP 0\na=rtpmap:0 PCMU/8000/1\n",
           "slot 0: PCMU 0, sendrecv"},
          {"G722 with the rate it samples at", "m=audio 4000 RTP/AVP 9\na=rtpmap:9 G722/16000\n",
           "slot 0: G722 9, sendrecv"},
          {"opus", "m=audio 4000 RTP/AVP 107 0\na=rtpmap:107 opus/48000/2\n", "slot 0: opus 107, sendrecv"},
          {"opus must say two channels", "m=audio 4000 RTP/AVP 107 0\na=rtpmap:107 opus/48000\n",
           "slot 0: PCMU 0, sendrecv"},
          {"speex narrow", "m=audio 4000 RTP/AVP 110 0\na=rtpmap:110 speex/8000\n",
           "slot 0: speex 110, sendrecv"},
          {"speex wide before narrow",
           "m=audio 4000 RTP/AVP 110 112\na=rtpmap:110 speex/8000\na=rtpmap:112 speex/16000\n",
           "slot 0: speex 112, sendrecv"},
          {"speex ultra-wide is not ours", "m=audio 4000 RTP/AVP 113\na=rtpmap:113 speex/32000\n",
           "refused: no common codec: offered speex" + here},
          {"the rtpmap before the format counts", "m=audio 4000 RTP/AVP 8\na=rtpmap:8 G729/8000\n",
           "refused: no common codec: offered G729" + here},
          {"a broken rtpmap is passed over",
           "m=audio 4000 RTP/AVP 0 99\na=rtpmap:99\na=rtpmap:x opus/48000/2\n", "slot 0: PCMU 0, sendrecv"},
          {"a broken fmtp is passed over",
           "m=audio 4000 RTP/AVP 0\na=fmtp:0\na=fmtp:\na=fmtp:300 ;;=\na=fmtp\n", "slot 0: PCMU 0, sendrecv"},
          {"dynamic type without rtpmap", "m=audio 4000 RTP/AVP 96\n",
           "refused: no common codec: offered payload type 96" + here},
          {"formats that are no numbers", "m=audio 4000 RTP/AVP * -1 128 0\n", "slot 0: PCMU 0, sendrecv"},
          {"no format at all", "m=audio 4000 RTP/AVP\n", "refused: no common codec: offered nothing" + here},
          {"GSM and G729", "m=audio 4000 RTP/AVP 3 18\n",
           "refused: no common codec: offered GSM, G729" + here},
          {"names that would break a header", "m=audio 4000 RTP/AVP 97\na=rtpmap:97 a\"b\\c/8000\n",
           "refused: no common codec: offered a?b?c" + here},
          {"only events", "m=audio 4000 RTP/AVP 101\na=rtpmap:101 telephone-event/8000\n",
           "refused: no common codec: offered telephone-event" + here},
      },
      server());
}

TEST(answer_extras, takes_events_comfort_noise_and_ptime) {
  check_rows(
      {
          {"events", "m=audio 4000 RTP/AVP 0 101\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\n",
           "slot 0: PCMU 0, event 101, sendrecv"},
          {"events on another number", "m=audio 4000 RTP/AVP 0 96\na=rtpmap:96 TELEPHONE-EVENT/8000\n",
           "slot 0: PCMU 0, event 96, sendrecv"},
          {"8000 before 48000",
           "m=audio 4000 RTP/AVP 107 100 101\na=rtpmap:107 opus/48000/2\n"
           "a=rtpmap:100 telephone-event/48000\na=rtpmap:101 telephone-event/8000\n",
           "slot 0: opus 107, event 101, sendrecv"},
          {"48000 if that is all",
           "m=audio 4000 RTP/AVP 107 100\na=rtpmap:107 opus/48000/2\n"
           "a=rtpmap:100 telephone-event/48000\n",
           "slot 0: opus 107, event 100, sendrecv"},
          {"an rtpmap whose format is not listed",
           "m=audio 4000 RTP/AVP 0\na=rtpmap:101 telephone-event/8000\n", "slot 0: PCMU 0, sendrecv"},
          {"comfort noise", "m=audio 4000 RTP/AVP 0 13\n", "slot 0: PCMU 0, sendrecv, cn 13"},
          {"comfort noise is for 8 kHz", "m=audio 4000 RTP/AVP 9 13\n", "slot 0: G722 9, sendrecv"},
          {"comfort noise at another rate", "m=audio 4000 RTP/AVP 0 98\na=rtpmap:98 CN/16000\n",
           "slot 0: PCMU 0, sendrecv"},
          {"ptime", "m=audio 4000 RTP/AVP 0\na=ptime:30\n", "slot 0: PCMU 0, sendrecv, ptime 30"},
          {"ptime with a fraction", "m=audio 4000 RTP/AVP 0\na=ptime:40.0\n",
           "slot 0: PCMU 0, sendrecv, ptime 40"},
          {"ptime too long", "m=audio 4000 RTP/AVP 0\na=ptime:200\n", "slot 0: PCMU 0, sendrecv, ptime 60"},
          {"ptime too short", "m=audio 4000 RTP/AVP 0\na=ptime:5\n", "slot 0: PCMU 0, sendrecv, ptime 10"},
          {"ptime between the tens", "m=audio 4000 RTP/AVP 0\na=ptime:35\n",
           "slot 0: PCMU 0, sendrecv, ptime 30"},
          {"ptime of nonsense", "m=audio 4000 RTP/AVP 0\na=ptime:abc\na=maxptime:-4\n",
           "slot 0: PCMU 0, sendrecv"},
          {"ptime of zero", "m=audio 4000 RTP/AVP 0\na=ptime:0\n", "slot 0: PCMU 0, sendrecv"},
          {"maxptime below ptime", "m=audio 4000 RTP/AVP 0\na=ptime:60\na=maxptime:40\n",
           "slot 0: PCMU 0, sendrecv, ptime 40"},
          {"maxptime below our own", "m=audio 4000 RTP/AVP 0\na=maxptime:10\n",
           "slot 0: PCMU 0, sendrecv, ptime 10"},
          {"maxptime above it all", "m=audio 4000 RTP/AVP 0\na=maxptime:240\n", "slot 0: PCMU 0, sendrecv"},
      },
      server());
}

TEST(answer_direction, mirrors_the_peers_and_knows_both_ways_to_hold) {
  const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
  check_rows(
      {
          {"sendrecv", pcmu + "a=sendrecv\n", "slot 0: PCMU 0, sendrecv"},
          {"sendonly", pcmu + "a=sendonly\n", "slot 0: PCMU 0, recvonly"},
          {"recvonly", pcmu + "a=recvonly\n", "slot 0: PCMU 0, sendonly"},
          {"inactive", pcmu + "a=inactive\n", "slot 0: PCMU 0, inactive"},
          {"old-style hold", pcmu + "c=IN IP4 0.0.0.0\n", "slot 0: PCMU 0, recvonly, to 0.0.0.0 4000"},
          {"old-style hold of an IPv6 peer", pcmu + "c=IN IP6 ::\n", "slot 0: PCMU 0, recvonly, to :: 4000"},
          {"both holds at once", pcmu + "c=IN IP4 0.0.0.0\na=inactive\n",
           "slot 0: PCMU 0, inactive, to 0.0.0.0 4000"},
          {"old-style hold and sendonly", pcmu + "c=IN IP4 0.0.0.0\na=sendonly\n",
           "slot 0: PCMU 0, recvonly, to 0.0.0.0 4000"},
          {"old-style hold and recvonly", pcmu + "c=IN IP4 0.0.0.0\na=recvonly\n",
           "slot 0: PCMU 0, inactive, to 0.0.0.0 4000"},
      },
      server());
  const auto at_session_level = [](const std::string& attribute, const std::string& media) {
    return summary(answer(parsed("v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nc=IN IP4 192.0.2.7\nt=0 0\n" +
                                 attribute + "m=audio 4000 RTP/AVP 0\n" + media),
                          nullptr, server()));
  };
  EXPECT_EQ(at_session_level("a=sendonly\n", ""), "slot 0: PCMU 0, recvonly");
  EXPECT_EQ(at_session_level("a=sendonly\n", "a=sendrecv\n"), "slot 0: PCMU 0, sendrecv");
}

TEST(answer_direction, becomes_sendonly_when_we_put_the_peer_on_hold) {
  capabilities ours = server();
  ours.send_hold = true;
  check_rows({{"sendrecv", "m=audio 4000 RTP/AVP 0\n", "slot 0: PCMU 0, sendonly"},
              {"recvonly", "m=audio 4000 RTP/AVP 0\na=recvonly\n", "slot 0: PCMU 0, sendonly"},
              {"sendonly", "m=audio 4000 RTP/AVP 0\na=sendonly\n", "slot 0: PCMU 0, inactive"},
              {"inactive", "m=audio 4000 RTP/AVP 0\na=inactive\n", "slot 0: PCMU 0, inactive"}},
             ours);
}

TEST(answer_transport, finds_where_the_peer_listens) {
  const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
  check_rows(
      {
          {"c= of the stream", pcmu + "c=IN IP4 203.0.113.9\n",
           "slot 0: PCMU 0, sendrecv, to 203.0.113.9 4000"},
          {"IPv6", pcmu + "c=IN IP6 2001:db8::7\n", "slot 0: PCMU 0, sendrecv, to 2001:db8::7 4000"},
          {"a TTL is dropped", pcmu + "c=IN IP4 192.0.2.7/127\n", "slot 0: PCMU 0, sendrecv"},
          {"a name is refused", pcmu + "c=IN IP4 phone.example.com\n",
           "refused: the c= line of the audio stream has no IP address"},
          {"another network", pcmu + "c=ATM NSAP 47.0091\n",
           "refused: the c= line of the audio stream has no IP address"},
          {"rtcp elsewhere", pcmu + "a=rtcp:4567\n", "slot 0: PCMU 0, sendrecv, rtcp 192.0.2.7 4567"},
          {"rtcp at another address", pcmu + "a=rtcp:4567 IN IP4 192.0.2.8\n",
           "slot 0: PCMU 0, sendrecv, rtcp 192.0.2.8 4567"},
          {"a broken rtcp", pcmu + "a=rtcp:99999 IN\n", "slot 0: PCMU 0, sendrecv"},
          {"rtcp of the last port", "m=audio 65535 RTP/AVP 0\n",
           "slot 0: PCMU 0, sendrecv, to 192.0.2.7 65535, rtcp 192.0.2.7 0"},
          {"mux", pcmu + "a=rtcp-mux\na=rtcp:4567\n", "slot 0: PCMU 0, sendrecv, mux"},
          {"several ports", "m=audio 4000/2 RTP/AVP 0\n", "slot 0: PCMU 0, sendrecv"},
      },
      server());
  const auto without_c = parsed("v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 0\n");
  EXPECT_EQ(summary(answer(without_c, nullptr, server())), "refused: the audio stream has no c= line");
}

TEST(answer_streams, takes_the_first_usable_audio_and_closes_the_rest) {
  const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
  const std::string video = "m=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\na=sendrecv\n";
  check_rows(
      {
          {"audio and video", pcmu + video, "slot 0: PCMU 0, sendrecv"},
          {"video first", video + pcmu, "slot 1: PCMU 0, sendrecv"},
          {"two audio", pcmu + "m=audio 6000 RTP/AVP 9\n", "slot 0: PCMU 0, sendrecv"},
          {"the first has no common codec", "m=audio 6000 RTP/AVP 18\n" + pcmu, "slot 1: PCMU 0, sendrecv"},
          {"the first is closed", "m=audio 0 RTP/AVP 9\n" + pcmu, "slot 1: PCMU 0, sendrecv"},
          {"chat beside it", "m=message 2855 TCP/TLS/MSRP *\na=path:msrps://192.0.2.7:2855/x;tcp\n" + pcmu,
           "slot 1: PCMU 0, sendrecv"},
          {"slides and floor control",
           "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nm=application 5 TCP/BFCP *\n" + pcmu,
           "slot 2: PCMU 0, sendrecv"},
          {"AVPF is mirrored", "m=audio 4000 RTP/AVPF 0\n", "slot 0: PCMU 0, sendrecv"},
          {"no stream", "", "refused: no audio stream"},
          {"video only", video, "refused: no audio stream"},
          {"closed audio only", "m=audio 0 RTP/AVP 0\n", "refused: no audio stream"},
          {"DTLS", "m=audio 4000 UDP/TLS/RTP/SAVPF 0\n",
           "refused: audio over UDP/TLS/RTP/SAVPF is not supported"},
          {"DTLS, then plain", "m=audio 4000 UDP/TLS/RTP/SAVPF 0\n" + pcmu, "slot 1: PCMU 0, sendrecv"},
          {"raw UDP", "m=audio 4000 udp 0\n", "refused: audio over udp is not supported"},
          {"both reasons are told", "m=audio 4000 udp 0\nm=audio 4000 RTP/AVP 3\n",
           "refused: audio over udp is not supported; no common codec: offered GSM" + here},
          {"bundle and ICE are not echoed",
           "m=audio 4000 RTP/AVP 0\na=mid:0\na=ice-ufrag:x\na=ice-pwd:y\na=candidate:1 1 UDP 1 192.0.2.7 "
           "4000 typ host\n",
           "slot 0: PCMU 0, sendrecv"},
      },
      server());
  capabilities full = server();
  full.audio_port = 0;
  EXPECT_EQ(summary(answer(peer(pcmu), nullptr, full)), "refused: no audio can be had here now");
}

TEST(answer_text, holds_just_what_was_agreed) {
  capabilities ours = server();
  ours.audio_rtcp_port = 50'007;
  const auto outcome = answer(peer("m=audio 4000 RTP/AVP 0 13 107 101\na=rtpmap:107 opus/48000/2\n"
                                   "a=rtpmap:101 telephone-event/8000\na=fmtp:101 0-16\na=ptime:40\n"
                                   "m=video 5000 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
                              nullptr, ours);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(write(outcome->local),
            "v=0\r\no=- 77 1 IN IP4 198.51.100.1\r\ns=Confab\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n"
            "m=audio 50000 RTP/AVP 107 101\r\n"
            "a=rtpmap:107 opus/48000/2\r\na=fmtp:107 useinbandfec=1\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
            "a=ptime:40\r\na=rtcp:50007\r\na=sendrecv\r\n"
            "m=video 0 RTP/AVP 96\r\n");
}

TEST(answer_text, speaks_ipv6_from_an_ipv6_address) {
  capabilities ours = server();
  ours.address = "2001:db8::1";
  const auto outcome = answer(peer("m=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::7\n"), nullptr, ours);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->local.connection, (connection_data{"IN", "IP6", "2001:db8::1"}));
  EXPECT_EQ(outcome->local.origin.type, "IP6");
}

TEST(answer_text, repeats_the_offers_time) {
  const auto outcome =
      answer(parsed("v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nc=IN IP4 192.0.2.7\nt=3034423619 3042462419\n"
                    "m=audio 4000 RTP/AVP 0\n"),
             nullptr, server());
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->local.timing, "3034423619 3042462419");
}

}  // namespace
}  // namespace confab::sdp::testing
