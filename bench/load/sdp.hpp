#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "media/stream_settings.hpp"

namespace confab::load {

/// How one codec is written in SDP and paced in RTP (RFC 3551 §6, RFC 5574, RFC 7587).
struct codec_line {
  media::codec_kind kind;
  uint8_t payload_type;
  std::string_view rtpmap;  ///< `PCMU/8000`
  uint32_t timestamp_step;  ///< of a packet of 20 ms
};
[[nodiscard]] const codec_line& line_of(media::codec_kind kind) noexcept;

/// RFC 4566 §6; a leg on hold says `inactive` or `sendonly` (RFC 3264 §8.4).
enum class stream_direction : uint8_t { sendrecv, sendonly, recvonly, inactive };
[[nodiscard]] std::string_view to_string(stream_direction direction) noexcept;
[[nodiscard]] constexpr bool we_send(stream_direction d) noexcept {
  return d == stream_direction::sendrecv || d == stream_direction::sendonly;
}
[[nodiscard]] constexpr bool we_receive(stream_direction d) noexcept {
  return d == stream_direction::sendrecv || d == stream_direction::recvonly;
}

/// What we say of ourselves: one audio line with one codec.
struct local_media {
  socket_address rtp;
  media::codec_kind codec = media::codec_kind::pcmu;
  std::vector<uint8_t> srtp_key;  ///< master key and salt; empty: RTP/AVP
  stream_direction direction = stream_direction::sendrecv;
  uint32_t version = 1;  ///< of `o=`; each changed offer of a call has the next one (RFC 3264 §8)
};

/// What the server said of itself.
struct remote_media {
  socket_address rtp;
  socket_address rtcp;
  uint8_t payload_type = 0;
  std::vector<uint8_t> srtp_key;  ///< empty: it did not take SRTP
};

/// RFC 4566, RFC 4568. An offer, or with `offer` given the answer to it: further m-lines are refused with
/// port 0.
[[nodiscard]] std::string write_sdp(const local_media& local, std::string_view offer = {});

/// The first audio line of an answer or a later offer; `codec` must be the first thing it chose.
/// Refuses a rejected stream, another codec, and an SRTP suite we did not offer.
result<remote_media> read_sdp(std::string_view sdp, media::codec_kind codec);

[[nodiscard]] std::string base64(const std::vector<uint8_t>& bytes);
[[nodiscard]] std::optional<std::vector<uint8_t>> from_base64(std::string_view text);

}  // namespace confab::load
