#include "bench/load/sdp.hpp"

#include <gtest/gtest.h>

namespace confab::load {
namespace {

using media::codec_kind;

local_media media_with(codec_kind codec, std::vector<uint8_t> key = {}) {
  return {*socket_address::parse("127.0.0.1", 20'000), codec, std::move(key)};
}

std::string answer(const std::string& audio) {
  return "v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\n" + audio;
}

TEST(load_sdp, reads_back_each_codec_it_offers) {
  for (const auto codec : {codec_kind::pcmu, codec_kind::pcma, codec_kind::g722, codec_kind::speex_narrow,
                           codec_kind::speex_wide, codec_kind::opus}) {
    const std::vector<uint8_t> key(30, 7);
    const auto read = read_sdp(write_sdp(media_with(codec, key)), codec);
    ASSERT_TRUE(read.ok()) << read.error().text;
    EXPECT_EQ(read->rtp.to_string(), "127.0.0.1:20000");
    EXPECT_EQ(read->rtcp.port(), 20'001);
    EXPECT_EQ(read->payload_type, line_of(codec).payload_type);
    EXPECT_EQ(read->srtp_key, key);
  }
}

TEST(load_sdp, reads_answers_of_other_servers) {
  const auto read =
      read_sdp(answer("m=audio 0 RTP/AVP 0\r\nm=audio 4000 RTP/AVP 96 101\r\nc=IN IP4 10.0.0.2\r\n"
                      "a=rtpmap:96 OPUS/48000/2\r\na=rtpmap:101 telephone-event/8000\r\na=rtcp:4010\r\n"),
               codec_kind::opus);
  EXPECT_FALSE(read.ok()) << "the first audio line counts, and it is refused";
  const auto second = read_sdp(answer("m=audio 4000 RTP/AVP 96 101\r\nc=IN IP4 10.0.0.2\r\n"
                                      "a=rtpmap:96 OPUS/48000/2\r\na=rtcp:4010\r\n"),
                               codec_kind::opus);
  ASSERT_TRUE(second.ok()) << second.error().text;
  EXPECT_EQ(second->rtp.to_string(), "10.0.0.2:4000");
  EXPECT_EQ(second->rtcp.port(), 4'010);
  EXPECT_EQ(second->payload_type, 96);
  EXPECT_TRUE(read_sdp(answer("m=audio 4000 RTP/AVP 0\r\n"), codec_kind::pcmu).ok())
      << "a static type needs no rtpmap";
}

TEST(load_sdp, refuses_answers_it_cannot_measure) {
  const char* cases[] = {"",
                         "m=video 4000 RTP/AVP 0\r\n",
                         "m=audio 4000 RTP/AVP 8\r\n",
                         "m=audio x RTP/AVP 0\r\n",
                         "m=audio 4000\r\n",
                         "m=audio 0 RTP/AVP 0\r\n",
                         "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AEAD_AES_128_GCM inline:AAAA\r\n",
                         "m=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n",
                         "m=audio 4000 RTP/SAVP 0\r\na=crypto:1\r\n"};
  for (const auto* c : cases) EXPECT_FALSE(read_sdp(answer(c), codec_kind::pcmu).ok()) << c;
}

TEST(load_sdp, answers_the_first_audio_line_and_refuses_the_others) {
  const auto text =
      write_sdp(media_with(codec_kind::pcmu),
                answer("m=video 9 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 8\r\n"));
  EXPECT_NE(text.find("m=video 0 RTP/AVP 31\r\nm=audio 20000 RTP/AVP 0\r\n"), std::string::npos) << text;
  EXPECT_NE(text.find("m=audio 0 RTP/AVP 8\r\n"), std::string::npos) << text;
}

TEST(load_sdp, codes_base64_of_any_length) {
  for (size_t length = 0; length < 8; ++length) {
    const std::vector<uint8_t> bytes(length, 0xfb);
    EXPECT_EQ(from_base64(base64(bytes)), bytes) << length;
  }
  EXPECT_EQ(base64({'f', 'o', 'o', 'b'}), "Zm9vYg==");
  EXPECT_FALSE(from_base64("a*b"));
}

}  // namespace
}  // namespace confab::load
