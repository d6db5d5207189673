#include "bench/load/sdp.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace confab::load {
namespace {

constexpr std::array codec_lines{
    codec_line{media::codec_kind::pcmu, 0, "PCMU/8000", 160},
    codec_line{media::codec_kind::pcma, 8, "PCMA/8000", 160},
    codec_line{media::codec_kind::g722, 9, "G722/8000", 160},
    codec_line{media::codec_kind::speex_narrow, 97, "speex/8000", 160},
    codec_line{media::codec_kind::speex_wide, 98, "speex/16000", 320},
    codec_line{media::codec_kind::opus, 107, "opus/48000/2", 960},
};

constexpr std::string_view suite = "AES_CM_128_HMAC_SHA1_80";
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::vector<std::string_view> lines_of(std::string_view sdp) {
  std::vector<std::string_view> lines;
  while (!sdp.empty()) {
    const auto end = sdp.find('\n');
    auto line = sdp.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines.push_back(line);
    sdp = end == std::string_view::npos ? std::string_view() : sdp.substr(end + 1);
  }
  return lines;
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const auto end = line.find(' ');
    if (end != 0) words.push_back(line.substr(0, end));
    line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
  }
  return words;
}

template <class T>
std::optional<T> number(std::string_view s) {
  T value{};
  const auto [end, code] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (code != std::errc()) return std::nullopt;
  return value;
}

bool same_codec(std::string_view a, std::string_view b) {
  // `opus/48000/2` and `PCMU/8000/1` may come with or without channels; Opus always has two (RFC 7587 §7).
  const auto plain = [](std::string_view s) { return s.ends_with("/1") ? s.substr(0, s.size() - 2) : s; };
  return std::ranges::equal(plain(a), plain(b), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string audio_line(const local_media& local) {
  const auto& codec = line_of(local.codec);
  const std::string type = std::to_string(codec.payload_type);
  std::string out = "m=audio " + std::to_string(local.rtp.port()) +
                    (local.srtp_key.empty() ? " RTP/AVP " : " RTP/SAVP ") + type + "\r\n";
  out += "a=rtpmap:" + type + " " + std::string(codec.rtpmap) + "\r\n";
  if (!local.srtp_key.empty()) {
    out += "a=crypto:1 " + std::string(suite) + " inline:" + base64(local.srtp_key) + "\r\n";
  }
  return out + "a=ptime:20\r\na=" + std::string(to_string(local.direction)) + "\r\n";
}

/// The lines of an SDP that matter for its first audio stream.
struct audio_part {
  std::vector<std::string_view> media;  ///< the words of the m-line; empty: no audio
  std::string_view connection;
  std::vector<std::string_view> attributes;
};

audio_part first_audio(std::string_view sdp) {
  audio_part part;
  bool session = true;
  bool inside = false;
  for (const auto line : lines_of(sdp)) {
    if (line.starts_with("m=")) {
      session = false;
      inside = part.media.empty() && line.starts_with("m=audio ");
      if (inside) part.media = words_of(line.substr(2));
    } else if (line.starts_with("c=") && (inside || session)) {
      part.connection = line;
    } else if (line.starts_with("a=") && inside) {
      part.attributes.push_back(line.substr(2));
    }
  }
  return part;
}

result<std::vector<uint8_t>> read_key(std::string_view crypto) {
  const auto words = words_of(crypto);
  if (words.size() < 3 || words[1] != suite || !words[2].starts_with("inline:")) {
    return {errc::unsupported, "SRTP suite that was not offered"};
  }
  auto key = from_base64(words[2].substr(7, words[2].find('|') - 7));
  if (!key || key->size() != 30) return {errc::malformed, "SRTP key of a wrong length"};
  return *key;
}

}  // namespace

std::string_view to_string(stream_direction direction) noexcept {
  switch (direction) {
    case stream_direction::sendrecv:
      return "sendrecv";
    case stream_direction::sendonly:
      return "sendonly";
    case stream_direction::recvonly:
      return "recvonly";
    case stream_direction::inactive:
      return "inactive";
  }
  return "unknown";
}

const codec_line& line_of(media::codec_kind kind) noexcept {
  return *std::ranges::find(codec_lines, kind, &codec_line::kind);
}

std::string write_sdp(const local_media& local, std::string_view offer) {
  const std::string family = local.rtp.family() == AF_INET6 ? "IP6 " : "IP4 ";
  std::string out = "v=0\r\no=- 1 " + std::to_string(local.version) + " IN " + family + local.rtp.host() +
                    "\r\ns=-\r\nc=IN " + family + local.rtp.host() + "\r\nt=0 0\r\n";
  if (offer.empty()) return out + audio_line(local);
  bool answered = false;
  for (const auto line : lines_of(offer)) {
    if (!line.starts_with("m=")) continue;
    const auto words = words_of(line.substr(2));
    if (words.size() < 4) continue;
    if (words[0] == "audio" && words[1] != "0" && !answered) {
      out += audio_line(local);
      answered = true;
    } else {
      out.append("m=").append(words[0]).append(" 0 ").append(words[2]).append(" ").append(words[3]).append(
          "\r\n");
    }
  }
  return out;
}

result<remote_media> read_sdp(std::string_view sdp, media::codec_kind codec) {
  const auto part = first_audio(sdp);
  if (part.media.size() < 4) return {errc::malformed, "no audio line"};
  const auto port = number<uint16_t>(part.media[1]);
  const auto type = number<uint8_t>(part.media[3]);
  if (!port || *port == 0 || !type) return {errc::unsupported, "audio refused"};
  const auto connection = words_of(part.connection);
  if (connection.size() != 3) return {errc::malformed, "no connection line"};
  auto address = socket_address::parse(connection[2], *port);
  if (!address) return address.error();

  remote_media remote{*address, *address, *type, {}};
  remote.rtcp.set_port(static_cast<uint16_t>(*port + 1));
  // A static type needs no rtpmap (RFC 3551 §6).
  bool right_codec = *type == line_of(codec).payload_type && *type < 96;
  for (const auto attribute : part.attributes) {
    if (attribute.starts_with("rtpmap:" + std::string(part.media[3]) + " ")) {
      right_codec = same_codec(attribute.substr(attribute.find(' ') + 1), line_of(codec).rtpmap);
    } else if (attribute.starts_with("rtcp:")) {
      if (const auto rtcp = number<uint16_t>(attribute.substr(5))) remote.rtcp.set_port(*rtcp);
    } else if (attribute.starts_with("crypto:") && remote.srtp_key.empty()) {
      auto key = read_key(attribute);
      if (!key) return key.error();
      remote.srtp_key = std::move(key).value();
    }
  }
  if (!right_codec) return {errc::unsupported, "another codec than " + std::string(line_of(codec).rtpmap)};
  return remote;
}

std::string base64(const std::vector<uint8_t>& bytes) {
  std::string out;
  uint32_t bits = 0;
  int held = 0;
  for (const auto byte : bytes) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 6; held -= 6) out += alphabet[(bits >> (held - 6)) & 63];
  }
  if (held > 0) out += alphabet[(bits << (6 - held)) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<std::vector<uint8_t>> from_base64(std::string_view text) {
  std::vector<uint8_t> out;
  uint32_t bits = 0;
  int held = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (const auto c : text) {
    const auto value = alphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<uint8_t>(bits >> held));
  }
  return out;
}

}  // namespace confab::load
