#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "config/socket_address.hpp"

namespace confab::media {

enum class codec_kind : uint8_t { pcmu, pcma, g722, speex_narrow, speex_wide, opus };

/// SDES suites (RFC 4568 §6.2, RFC 6188, RFC 7714).
enum class srtp_suite : uint8_t {
  aes_cm_128_hmac_sha1_80,
  aes_cm_128_hmac_sha1_32,
  aes_256_cm_hmac_sha1_80,
  aead_aes_128_gcm,
};

/// The name a suite has in `a=crypto`.
[[nodiscard]] std::string_view to_string(srtp_suite suite) noexcept;
/// Bytes of master key and salt together: 30, 30, 46, 28.
[[nodiscard]] size_t key_and_salt_bytes(srtp_suite suite) noexcept;
/// The name a codec has in logs and in `media.codecs`.
[[nodiscard]] std::string_view to_string(codec_kind kind) noexcept;

/// One direction's keys are the peer's `a=crypto`, the other's are ours.
struct srtp_settings {
  srtp_suite suite = srtp_suite::aes_cm_128_hmac_sha1_80;
  std::vector<uint8_t> local_key;   ///< master key then salt, protects what we send
  std::vector<uint8_t> remote_key;  ///< master key then salt, opens what the peer sends
  bool operator==(const srtp_settings&) const = default;
};

/// All a shard needs to know of one negotiated audio stream. Directions are ours: `send` means the server
/// sends.
struct stream_settings {
  codec_kind codec = codec_kind::pcmu;
  uint8_t payload_type = 0;                ///< the same both ways
  std::optional<uint8_t> telephone_event;  ///< payload type of RFC 4733 events
  std::optional<uint8_t> comfort_noise;    ///< payload type of RFC 3389, 8 kHz codecs only
  std::chrono::milliseconds ptime{20};     ///< of what we send, 10–60 ms
  std::optional<uint8_t> audio_level_id;   ///< RFC 8285 id under which the peer sends RFC 6464 levels
  bool audio_level_voice = true;           ///< vad=on: its voice bit means something
  socket_address remote_rtp;
  socket_address remote_rtcp;
  bool rtcp_mux = false;
  bool send = true;
  bool receive = true;
  std::optional<srtp_settings> srtp;
  socket_address
      signaling_source;  ///< where the SIP came from; media elsewhere must answer before it gets much
};

}  // namespace confab::media
