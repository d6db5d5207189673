#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "signaling/sdp/answer.hpp"
#include "signaling/sdp/crypto.hpp"
#include "signaling/sdp/rtpmap.hpp"

/// What answers, offers and the reading of answers share about one audio stream. Private to signaling/sdp.
namespace confab::sdp::stream {

/// RTP/AVP, RTP/SAVP and their AVPF kin (RFC 3551, 3711, 4585, 5124); nothing for any other transport.
enum class profile : uint8_t { plain, secure };
[[nodiscard]] std::optional<profile> profile_of(const media_description& m);

[[nodiscard]] bool is_active_audio(const media_description& m);

/// The m-line of `d` that carries audio now, if any.
[[nodiscard]] std::optional<size_t> active_audio(const description* d);

[[nodiscard]] bool matches(const codec_capability& ours, const rtpmap& theirs);

/// The usable a=crypto of that suite, if there is one.
[[nodiscard]] std::optional<crypto_attribute> crypto_of_suite(const media_description& m,
                                                              std::string_view suite);

/// Payload type of the peer's telephone-event, at 8000 Hz if there is a choice (RFC 4733 §2.5.1.1).
[[nodiscard]] std::optional<uint8_t> telephone_event_of(const media_description& m);

/// Payload type of the peer's comfort noise (RFC 3389), for codecs that sample at 8 kHz only.
[[nodiscard]] std::optional<uint8_t> comfort_noise_of(const media_description& m,
                                                      const codec_capability& codec);

/// a=ptime, else `fallback`; never above a=maxptime; a multiple of 10 within 10–60 ms.
[[nodiscard]] std::chrono::milliseconds ptime_of(const media_description& m,
                                                 std::chrono::milliseconds fallback);

/// Fills the remote addresses and ports, rtcp-mux, label, send and receive from what the peer wrote.
/// `may_mux`: whether a=rtcp-mux of the peer counts. Fails where it has no address that media could be sent
/// to.
result<void> read_peer(const description& d, const media_description& m, bool may_mux, audio_agreement& into);

/// Session level of a description of ours; o= is `previous`'s if there is one.
[[nodiscard]] description local_description(const description* previous, const capabilities& ours);

/// Counts o='s version up when `local` says something else than `previous` did (RFC 3264 §8).
void settle_version(description& local, const description* previous);

/// `m` with port 0 and nothing but its m= line (RFC 3264 §6).
[[nodiscard]] media_description refused(const media_description& m);

/// Appends format, a=rtpmap and, if there is something to say, a=fmtp.
void add_codec(media_description& to, const codec_capability& codec);
void add_telephone_event(media_description& to, uint8_t payload_type, std::string_view events);

/// Appends a=rtcp where our RTCP port is not the usual one.
void add_rtcp(media_description& to, const capabilities& ours);
/// Appends a=extmap for levels we read and do not send.
void add_audio_level(media_description& to, const audio_level_agreement& level);
void add_ptime(media_description& to, std::chrono::milliseconds ptime);
void add_direction(media_description& to, bool send, bool receive);

}  // namespace confab::sdp::stream
