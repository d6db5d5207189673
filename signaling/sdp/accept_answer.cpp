#include "signaling/sdp/answer.hpp"
#include "signaling/sdp/extmap.hpp"
#include "signaling/sdp/message_stream.hpp"
#include "signaling/sdp/stream.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

/// What the peer means by one of its formats; answers that leave out a=rtpmap mean ours (RFC 3264 §6.1).
std::optional<rtpmap> meaning_of(const media_description& offered, const media_description& answered,
                                 std::string_view format) {
  if (auto map = rtpmap_of(answered, format)) return map;
  return rtpmap_of(offered, format);
}

/// The first codec of the answer. It must be one we offered.
result<codec_capability> agreed_codec(const media_description& offered, const media_description& answered,
                                      const capabilities& ours) {
  for (const std::string& format : answered.formats) {
    const auto theirs = meaning_of(offered, answered, format);
    if (!theirs) continue;
    for (const codec_capability& codec : ours.codecs) {
      if (!stream::matches(codec, *theirs)) continue;
      for (const std::string& ours_format : offered.formats) {
        const auto map = rtpmap_of(offered, ours_format);
        if (!map || !stream::matches(codec, *map)) continue;
        codec_capability agreed = codec;
        agreed.payload_type = theirs->payload_type;
        return agreed;
      }
    }
  }
  return {errc::unsupported, "the answer has no codec that was offered"};
}

/// RFC 4568 §5.1.3: exactly one of the offered lines, by tag and suite.
result<std::optional<chosen_crypto>> agreed_crypto(const media_description& offered,
                                                   const media_description& answered,
                                                   const capabilities& ours) {
  const bool must = ours.srtp == srtp_policy::required ||
                    stream::profile_of(offered) == stream::profile::secure ||
                    stream::profile_of(answered) == stream::profile::secure;
  const attribute* line = find_attribute(answered.attributes, "crypto");
  if (line == nullptr) {
    if (must) return {errc::unsupported, "the answer has no a=crypto"};
    return std::optional<chosen_crypto>{};
  }
  const auto theirs = parse_crypto(line->value);
  if (!theirs) return theirs.error();
  for (const attribute& a : offered.attributes) {
    if (a.name != "crypto") continue;
    const auto own = parse_crypto(a.value);
    if (!own || own->tag != theirs->tag) continue;
    if (own->suite != theirs->suite)
      return {errc::unsupported, "the answer's a=crypto has another suite for its tag"};
    return std::optional(chosen_crypto{own->tag, own->suite, own->key, theirs->key});
  }
  return {errc::unsupported, "the answer's a=crypto has a tag that was not offered"};
}

/// The telephone-event that both name; RFC 3264 §6.1 lets an answer hold only what was offered.
std::optional<uint8_t> agreed_event(const media_description& offered, const media_description& answered) {
  if (!stream::telephone_event_of(offered)) return std::nullopt;
  if (const auto type = stream::telephone_event_of(answered)) return type;
  // Listed without a=rtpmap: it means what we said it means.
  const auto own = stream::telephone_event_of(offered);
  for (const std::string& format : answered.formats) {
    if (parse_payload_type(format) == own && !rtpmap_of(answered, format)) return own;
  }
  return std::nullopt;
}

/// RFC 8285 §7: the answer repeats the offered id.
std::optional<audio_level_agreement> agreed_audio_level(const media_description& offered,
                                                        const description& their_answer,
                                                        const media_description& answered) {
  const auto own = audio_level_of({}, offered);
  const auto theirs = audio_level_of(their_answer, answered);
  if (!own || !theirs || own->id != theirs->id || !sends(*theirs)) return std::nullopt;
  return audio_level_agreement{static_cast<uint8_t>(own->id), has_voice_bit(*theirs)};
}

result<audio_agreement> agree(const description& our_offer, const description& their_answer, size_t slot,
                              const capabilities& ours) {
  const media_description& offered = our_offer.media[slot];
  const media_description& answered = their_answer.media[slot];
  if (answered.type != offered.type) return {errc::malformed, "the answer changes the type of a stream"};
  if (!stream::profile_of(answered)) return {errc::unsupported, "the answer changes the transport of audio"};
  audio_agreement audio;
  audio.media_index = slot;
  auto codec = agreed_codec(offered, answered, ours);
  if (!codec) return codec.error();
  audio.codec = *std::move(codec);
  auto crypto = agreed_crypto(offered, answered, ours);
  if (!crypto) return crypto.error();
  audio.crypto = *std::move(crypto);
  audio.telephone_event = agreed_event(offered, answered);
  audio.audio_level = agreed_audio_level(offered, their_answer, answered);
  audio.ptime = stream::ptime_of(answered, ours.ptime);
  // RFC 5761 §5.1.1: mux needs both; a peer that says it unasked still listens at the usual port.
  const bool may_mux = find_attribute(offered.attributes, "rtcp-mux") != nullptr;
  if (auto peer = stream::read_peer(their_answer, answered, may_mux, audio); !peer) return peer.error();
  const direction wanted = direction_of(our_offer, offered);
  audio.send = audio.send && (wanted == direction::sendrecv || wanted == direction::sendonly);
  audio.receive = audio.receive && (wanted == direction::sendrecv || wanted == direction::recvonly);
  return audio;
}

}  // namespace

result<answer_outcome> accept_answer(const description& our_offer, const description& their_answer,
                                     const capabilities& ours) {
  if (our_offer.media.size() != their_answer.media.size()) {
    return {errc::malformed, "the answer has " + std::to_string(their_answer.media.size()) +
                                 " m-lines, the offer had " + std::to_string(our_offer.media.size())};
  }
  answer_outcome outcome{our_offer, std::nullopt};
  if (const auto slot = stream::active_audio(&our_offer); slot && their_answer.media[*slot].port != 0) {
    auto audio = agree(our_offer, their_answer, *slot, ours);
    if (!audio) return audio.error();
    outcome.audio = *std::move(audio);
  }
  const auto slot = stream::active_chat(&our_offer);
  if (slot && ours.message && their_answer.media[*slot].port != 0) {
    auto chat = stream::accept_chat(our_offer, their_answer, *slot, *ours.message);
    if (!chat) return chat.error();
    outcome.message = *std::move(chat);
  }
  return outcome;
}

}  // namespace confab::sdp
