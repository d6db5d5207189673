#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "signaling/sdp/description.hpp"
#include "signaling/sdp/message_attributes.hpp"

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

/// Our side of one chat stream (RFC 4975, RFC 7701). Paths and ports belong to the leg. A transport without a
/// path cannot be had; both paths should hold the same session id.
struct message_capability {
  std::string tls_path;  ///< `msrps://host:port/session-id;tcp`
  uint16_t tls_port = 0;
  std::string tcp_path;  ///< `msrp://…`
  uint16_t tcp_port = 0;
  std::vector<std::string> accept_types{"message/cpim"};
  std::vector<std::string> accept_wrapped_types{"*"};
  uint64_t max_size = 0;                             ///< bytes; 0: not said
  std::optional<std::vector<std::string>> chatroom;  ///< words of a=chatroom; absent: no chat room
  std::optional<fingerprint> certificate;            ///< of ours, said where TLS is used
  bool may_connect = true;                           ///< else only peers that connect to us can be had
  bool cema = true;       ///< RFC 6714: offered, and answered where the peer offers it
  std::string address{};  ///< of a c= of its own, the host of its paths; empty: the description's is right
};

/// Our side of one session. Ports and keys belong to the leg; `answer` only writes them down.
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
  std::optional<message_capability> message;  ///< absent: every m=message is refused
  /// Lines that answer the files of an offer (RFC 5547, `file_stream.hpp`), by m-line. Files without one are
  /// refused, unless `previous` has the same transfer there: that goes on as it is.
  std::map<size_t, media_description> files{};
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

/// What was agreed for the one chat stream that is in use. Directions are ours.
struct message_agreement {
  size_t media_index = 0;  ///< which m-line
  bool tls = true;
  bool active = false;  ///< we connect, and send first (RFC 6135 §4.2)
  bool cema = false;  ///< both know RFC 6714: connect to `remote_address` and `remote_port`, not to the path
  std::string remote_address;          ///< of c=; may be a name, empty where there is none
  uint16_t remote_port = 0;            ///< of m=
  std::vector<std::string> peer_path;  ///< a=path, nearest hop first; not yet looked into
  std::string local_path;              ///< the one of ours that goes with the transport
  std::vector<std::string> accept_types;
  std::vector<std::string> accept_wrapped_types;
  uint64_t max_size = 0;                             ///< of the peer, bytes; 0: not said
  std::optional<std::vector<std::string>> chatroom;  ///< what the peer says of chat rooms (RFC 7701 §8)
  std::optional<fingerprint> certificate;            ///< to be enforced where it is there
  bool send = true;
  bool receive = true;
  bool operator==(const message_agreement&) const = default;
};

/// Absent streams: not offered, or removed (port 0), or not to be had beside one that is.
struct answer_outcome {
  description local;  ///< what to send
  std::optional<audio_agreement> audio;
  std::optional<message_agreement> message = {};
};

/// RFC 3264 §6: the answer to `offer`. Pure. `previous` is the description we sent last in this session, if
/// any: same o= and as many m-lines at least. Fails (`unsupported`, with a text fit for a Warning header)
/// when no stream of the offer can be used and none was there before, or when one that is in use could not be
/// kept. m=message with a=file-selector is a file, and none of the streams that are judged here.
result<answer_outcome> answer(const description& offer, const description* previous,
                              const capabilities& ours);

/// RFC 3264 §5: an offer of ours; `previous` keeps m-lines in their places.
description offer(const description* previous, const capabilities& ours);

/// RFC 3264 §7: reads the peer's answer to our `offer`.
result<answer_outcome> accept_answer(const description& our_offer, const description& their_answer,
                                     const capabilities& ours);

}  // namespace confab::sdp
