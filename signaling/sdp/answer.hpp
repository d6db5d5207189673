#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "signaling/sdp/description.hpp"

namespace confab::sdp {

enum class srtp_policy : uint8_t { off, optional, required };

/// A codec this server speaks, in the order it prefers. `payload_type` is what our own offers use.
struct codec_capability {
  std::string name;  ///< encoding name of a=rtpmap, compared without case
  uint32_t clock_rate = 8000;
  uint32_t channels = 1;  ///< 2 for Opus (RFC 7587 §7)
  uint8_t payload_type = 0;
  std::string fmtp;  ///< what we say of it, empty: nothing
};

/// Our side of one audio stream. Ports and keys belong to the leg; `answer` only writes them down.
struct capabilities {
  std::string address;           ///< for c= and o=, IPv4 or IPv6 literal
  uint16_t audio_port = 0;       ///< RTP; 0: no audio can be had, every audio line is refused
  uint16_t audio_rtcp_port = 0;  ///< 0 or audio_port + 1: no a=rtcp needed
  std::vector<codec_capability> codecs;
  srtp_policy srtp = srtp_policy::optional;
  std::vector<std::string> srtp_suites;  ///< names of a=crypto, preferred first
  std::vector<std::string> srtp_keys;    ///< base64 key||salt for each suite, same order; fresh for each leg
  std::chrono::milliseconds ptime{20};   ///< used where the offer names none
  uint64_t session_id = 0;    ///< of o=; the version is `previous`'s plus one when anything changed
  bool audio_levels = false;  ///< take RFC 6464 levels from the peer
  bool send_hold = false;     ///< we ask the peer to be on hold (sendonly)
};

struct chosen_crypto {
  uint32_t tag = 1;
  std::string suite;
  std::string local_key;   ///< base64, ours
  std::string remote_key;  ///< base64, the peer's
  bool operator==(const chosen_crypto&) const = default;
};

/// RFC 6464 levels that the peer sends.
struct audio_level_agreement {
  uint8_t id = 0;     ///< of the header extension (RFC 8285)
  bool voice = true;  ///< vad=on
  bool operator==(const audio_level_agreement&) const = default;
};

/// What was agreed for the one audio stream that is in use. Directions are ours.
struct audio_agreement {
  size_t media_index = 0;  ///< which m-line
  codec_capability codec;  ///< of ours, with the payload type of the peer
  std::optional<uint8_t> telephone_event;
  std::optional<uint8_t> comfort_noise;
  std::chrono::milliseconds ptime{20};  ///< the peer's wish, held to 10–60 ms
  std::string remote_address;           ///< literal; "0.0.0.0" on an old-style hold
  uint16_t remote_port = 0;
  std::string remote_rtcp_address;
  uint16_t remote_rtcp_port = 0;
  bool rtcp_mux = false;
  bool send = true;
  bool receive = true;
  std::optional<chosen_crypto> crypto;
  std::optional<audio_level_agreement> audio_level;
  std::string label;  ///< the peer's name for the stream (RFC 4574); empty: none
};

struct answer_outcome {
  description local;                     ///< what to send
  std::optional<audio_agreement> audio;  ///< absent: the offer removed audio (port 0) and nothing is left
};

/// RFC 3264 §6: the answer to `offer`. Pure. `previous` is the description we sent last in this session, if
/// any: same o= and as many m-lines at least. Fails (`unsupported`, with a text fit for a Warning header)
/// when no stream of the offer can be used and none was there before.
result<answer_outcome> answer(const description& offer, const description* previous,
                              const capabilities& ours);

/// RFC 3264 §5: an offer of ours; `previous` keeps m-lines in their places.
description offer(const description* previous, const capabilities& ours);

/// RFC 3264 §7: reads the peer's answer to our `offer`.
result<answer_outcome> accept_answer(const description& our_offer, const description& their_answer,
                                     const capabilities& ours);

}  // namespace confab::sdp
