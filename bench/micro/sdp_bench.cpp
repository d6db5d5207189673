#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "signaling/sdp/answer.hpp"

/// What the SDP of one INVITE costs.
namespace {

using namespace confab;

constexpr std::string_view phone =
    "v=0\r\no=- 2876413532 1876342 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 96 9 0 8 101\r\na=rtpmap:96 opus/48000/2\r\na=fmtp:96 stereo=1;sprop-stereo=1\r\n"
    "a=rtpmap:9 G722/8000\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 "
    "telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\na=rtcp:4001\r\na=rtcp-mux\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
    "a=sendrecv\r\na=label:1\r\na=ssrc:3112415123 cname:sip:alice@example.com\r\na=ptime:20\r\n"
    "m=video 5000 RTP/AVP 97\r\na=rtpmap:97 H264/90000\r\n";

sdp::capabilities server() {
  sdp::capabilities c;
  c.address = "198.51.100.1";
  c.audio_port = 50'000;
  c.codecs = {{"G722", 8000, 1, 9, ""},     {"speex", 16'000, 1, 98, ""}, {"speex", 8000, 1, 97, ""},
              {"opus", 48'000, 2, 111, ""}, {"PCMA", 8000, 1, 8, ""},     {"PCMU", 8000, 1, 0, ""}};
  c.srtp_suites = {"AES_CM_128_HMAC_SHA1_80"};
  c.srtp_keys = {std::string(40, 'K')};
  return c;
}

void sdp_parse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(sdp::parse(phone));
}
BENCHMARK(sdp_parse);

void sdp_answer(benchmark::State& state) {
  const auto offer = sdp::parse(phone);
  const sdp::capabilities ours = server();
  for (auto _ : state) benchmark::DoNotOptimize(sdp::answer(*offer, nullptr, ours));
}
BENCHMARK(sdp_answer);

void sdp_parse_answer_write(benchmark::State& state) {
  const sdp::capabilities ours = server();
  for (auto _ : state) {
    const auto offer = sdp::parse(phone);
    const auto outcome = sdp::answer(*offer, nullptr, ours);
    benchmark::DoNotOptimize(sdp::write(outcome->local));
  }
}
BENCHMARK(sdp_parse_answer_write);

void sdp_parse_refuses_1500_media_lines(benchmark::State& state) {
  std::string text = "v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nt=0 0\n";
  for (int i = 0; i < 1500; ++i) text += "m=audio 1 RTP/AVP 0\n";
  for (auto _ : state) benchmark::DoNotOptimize(sdp::parse(text));
}
BENCHMARK(sdp_parse_refuses_1500_media_lines);

}  // namespace
