#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/limits.hpp"
#include "signaling/sdp/answer.hpp"

/// The input is a byte of policy and one to three descriptions, separated by a line of `#`: an offer, a
/// re-offer, and an answer to an offer of ours. What we say always parses and has the peer's lines.
namespace {

using namespace confab;

void expect(bool holds) {
  if (!holds) std::abort();
}

sdp::capabilities server(uint8_t choice) {
  sdp::capabilities c;
  c.address = (choice & 4) != 0 ? "2001:db8::1" : "198.51.100.1";
  c.audio_port = 50'000;
  c.audio_rtcp_port = (choice & 8) != 0 ? 50'007 : 50'001;
  c.codecs = {{"G722", 8000, 1, 9, ""},
              {"speex", 16'000, 1, 98, ""},
              {"opus", 48'000, 2, 111, "useinbandfec=1"},
              {"PCMA", 8000, 1, 8, ""},
              {"PCMU", 8000, 1, 0, ""}};
  c.srtp = static_cast<sdp::srtp_policy>(choice % 3);
  c.srtp_suites = {"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"};
  c.srtp_keys = {std::string(40, 'K'), std::string(40, 'L')};
  c.send_hold = (choice & 16) != 0;
  if ((choice & 32) != 0) {
    c.message = sdp::message_capability{.tls_path = "msrps://198.51.100.1:2855/c0fa;tcp",
                                        .tls_port = 2855,
                                        .tcp_path = "msrp://198.51.100.1:2855/c0fa;tcp",
                                        .tcp_port = 2855,
                                        .chatroom = {{"nickname"}},
                                        .may_connect = (choice & 64) != 0};
  }
  return c;
}

void check(const sdp::answer_outcome& outcome, size_t lines) {
  expect(outcome.local.media.size() == lines);
  const auto again = sdp::parse(sdp::write(outcome.local));
  expect(again.ok() && *again == outcome.local);
  if (outcome.message) {
    expect(outcome.message->media_index < lines);
    expect(!outcome.message->peer_path.empty() && !outcome.message->accept_types.empty());
    expect(outcome.local.media[outcome.message->media_index].type == "message");
  }
  if (!outcome.audio) return;
  expect(outcome.audio->media_index < lines);
  expect(outcome.audio->ptime.count() >= 10 && outcome.audio->ptime.count() <= 60);
  expect(outcome.audio->codec.payload_type < 128);
  expect(outcome.audio->label.size() <= limits::sdp_label_bytes);
  expect(outcome.audio->label.find_first_of(" \r\n:;") == std::string::npos);
}

std::string_view next_part(std::string_view& rest) {
  const size_t end = rest.find("\n#\n");
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 3);
  return part;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const sdp::capabilities ours = server(data[0]);
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto offered = sdp::parse(next_part(rest));
  if (!offered) return 0;
  const auto first = sdp::answer(*offered, nullptr, ours);
  const sdp::description* previous = first ? &first->local : nullptr;
  if (first) check(*first, offered->media.size());
  if (const auto again = sdp::parse(next_part(rest))) {
    if (const auto second = sdp::answer(*again, previous, ours)) check(*second, again->media.size());
  }
  const sdp::description own = sdp::offer(previous, ours);
  const auto own_again = sdp::parse(sdp::write(own));
  // A line of the peer's may be as many as the bound allows; ours may be one more.
  expect(!own_again.ok() || *own_again == own);
  if (const auto theirs = sdp::parse(next_part(rest))) {
    if (const auto agreed = sdp::accept_answer(own, *theirs, ours)) check(*agreed, own.media.size());
  }
  return 0;
}
