#include "actors/media_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "config/base64.hpp"
#include "media/secure/srtp.hpp"

namespace confab::actors {

namespace {

struct codec_row {
  std::string_view setting;  ///< its name in media.codecs
  media::codec_kind kind;
  std::string_view name;  ///< in a=rtpmap
  uint32_t clock_rate;
  uint32_t channels;
  uint8_t payload_type;
};

/// Static payload types are RFC 3551 §6's; G.722 is announced with 8,000 Hz (§4.5.2), Opus with two channels
/// (RFC 7587 §7).
constexpr std::array<codec_row, 6> codec_rows{{
    {"G722", media::codec_kind::g722, "G722", 8000, 1, 9},
    {"speex", media::codec_kind::speex_wide, "speex", 16000, 1, 97},
    {"speex", media::codec_kind::speex_narrow, "speex", 8000, 1, 98},
    {"opus", media::codec_kind::opus, "opus", 48000, 2, 96},
    {"PCMA", media::codec_kind::pcma, "PCMA", 8000, 1, 8},
    {"PCMU", media::codec_kind::pcmu, "PCMU", 8000, 1, 0},
}};

constexpr std::array suites{
    media::srtp_suite::aes_cm_128_hmac_sha1_80,
    media::srtp_suite::aead_aes_128_gcm,
    media::srtp_suite::aes_256_cm_hmac_sha1_80,
    media::srtp_suite::aes_cm_128_hmac_sha1_32,
};

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

result<media::srtp_settings> to_srtp(const sdp::chosen_crypto& crypto) {
  for (const auto suite : suites) {
    if (media::to_string(suite) != crypto.suite) continue;
    auto local = from_base64(crypto.local_key);
    if (!local) return local.error();
    auto remote = from_base64(crypto.remote_key);
    if (!remote) return remote.error();
    return media::srtp_settings{suite, std::move(*local), std::move(*remote)};
  }
  return {errc::unsupported, "SRTP suite " + crypto.suite};
}

}  // namespace

std::vector<sdp::codec_capability> codec_capabilities(const std::vector<std::string>& names) {
  std::vector<sdp::codec_capability> list;
  for (const auto& name : names) {
    for (const auto& row : codec_rows) {
      if (!same_word(row.setting, name)) continue;
      list.push_back({std::string(row.name), row.clock_rate, row.channels, row.payload_type, {}});
    }
  }
  return list;
}

sdp::capabilities base_capabilities(const settings& s) {
  sdp::capabilities ours;
  ours.codecs = codec_capabilities(s.media.codecs);
  ours.srtp = s.media.srtp == "required" ? sdp::srtp_policy::required
              : s.media.srtp == "off"    ? sdp::srtp_policy::off
                                         : sdp::srtp_policy::optional;
  ours.audio_levels = s.media.audio_levels;
  for (const auto suite : suites) ours.srtp_suites.emplace_back(media::to_string(suite));
  return ours;
}

void renew_keys(sdp::capabilities& ours) {
  ours.srtp_keys.clear();
  for (const auto suite : suites) ours.srtp_keys.push_back(to_base64(secure::random_key(suite)));
}

result<media::stream_settings> to_stream(const sdp::audio_agreement& agreed,
                                         const socket_address& signaling_source) {
  media::stream_settings stream;
  const auto row = std::find_if(codec_rows.begin(), codec_rows.end(), [&](const codec_row& r) {
    return same_word(r.name, agreed.codec.name) && r.clock_rate == agreed.codec.clock_rate;
  });
  if (row == codec_rows.end()) return {errc::unsupported, "codec " + agreed.codec.name};
  stream.codec = row->kind;
  stream.payload_type = agreed.codec.payload_type;
  stream.telephone_event = agreed.telephone_event;
  stream.comfort_noise = agreed.comfort_noise;
  stream.ptime = agreed.ptime;
  if (agreed.audio_level) {
    stream.audio_level_id = agreed.audio_level->id;
    stream.audio_level_voice = agreed.audio_level->voice;
  }
  auto rtp = socket_address::parse(agreed.remote_address, agreed.remote_port);
  if (!rtp) return rtp.error();
  stream.remote_rtp = *rtp;
  auto rtcp = socket_address::parse(
      agreed.remote_rtcp_address.empty() ? agreed.remote_address : agreed.remote_rtcp_address,
      agreed.remote_rtcp_port);
  if (!rtcp) return rtcp.error();
  stream.remote_rtcp = *rtcp;
  stream.rtcp_mux = agreed.rtcp_mux;
  stream.send = agreed.send;
  stream.receive = agreed.receive;
  stream.signaling_source = signaling_source;
  if (agreed.crypto) {
    auto srtp = to_srtp(*agreed.crypto);
    if (!srtp) return srtp.error();
    stream.srtp = std::move(*srtp);
  }
  return stream;
}

}  // namespace confab::actors
