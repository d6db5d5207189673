#include "signaling/sdp/answer.hpp"

#include <algorithm>

#include "signaling/sdp/extmap.hpp"
#include "signaling/sdp/file_stream.hpp"
#include "signaling/sdp/fmtp.hpp"
#include "signaling/sdp/message_stream.hpp"
#include "signaling/sdp/stream.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

/// A peer's name for a codec, fit for a quoted string in a Warning header.
std::string harmless(std::string_view name) {
  constexpr size_t longest_bytes = 24;
  std::string out(name.substr(0, longest_bytes));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c < ' ' || c >= 0x7f || c == '"' || c == '\\'; }, '?');
  return out;
}

std::string no_common_codec(const media_description& m, const capabilities& ours) {
  constexpr size_t most_names = 8;
  std::string offered;
  size_t names = 0;
  for (const std::string& format : m.formats) {
    if (++names > most_names) break;
    const auto map = rtpmap_of(m, format);
    offered += (offered.empty() ? "" : ", ") + harmless(map ? map->name : "payload type " + format);
  }
  std::string here;
  for (const codec_capability& codec : ours.codecs) {
    if (here.find(codec.name) == std::string::npos) here += (here.empty() ? "" : ", ") + codec.name;
  }
  return "no common codec: offered " + (offered.empty() ? "nothing" : offered) + ", this server has " + here;
}

/// Our first codec that is among the offered ones, with the peer's payload type.
std::optional<codec_capability> choose_codec(const media_description& m, const capabilities& ours) {
  std::vector<rtpmap> offered;
  for (const std::string& format : m.formats) {
    if (auto map = rtpmap_of(m, format)) offered.push_back(*std::move(map));
  }
  for (const codec_capability& codec : ours.codecs) {
    for (const rtpmap& map : offered) {
      if (!stream::matches(codec, map)) continue;
      codec_capability chosen = codec;
      chosen.payload_type = map.payload_type;
      return chosen;
    }
  }
  return std::nullopt;
}

/// RFC 4568 §5.1.2: the first of our suites for which the offer has a usable key.
std::optional<chosen_crypto> choose_crypto(const media_description& m, const capabilities& ours) {
  const size_t keyed = std::min(ours.srtp_suites.size(), ours.srtp_keys.size());
  for (size_t i = 0; i < keyed; ++i) {
    if (auto theirs = stream::crypto_of_suite(m, ours.srtp_suites[i])) {
      return chosen_crypto{theirs->tag, theirs->suite, ours.srtp_keys[i], theirs->key};
    }
  }
  return std::nullopt;
}

/// Clear, SDES, or the reason why this stream cannot be had under our policy.
result<std::optional<chosen_crypto>> agree_on_crypto(const media_description& m, const capabilities& ours) {
  const auto profile = stream::profile_of(m);
  if (!profile) return {errc::unsupported, "audio over " + harmless(m.protocol) + " is not supported"};
  std::optional<chosen_crypto> crypto;
  if (ours.srtp != srtp_policy::off) crypto = choose_crypto(m, ours);
  if (crypto) return crypto;
  if (*profile == stream::profile::secure) {
    if (ours.srtp == srtp_policy::off) return {errc::unsupported, "SRTP is switched off here"};
    return {errc::unsupported, harmless(m.protocol) + " without a usable a=crypto"};
  }
  if (ours.srtp == srtp_policy::required) return {errc::unsupported, "SRTP is required here"};
  return crypto;
}

/// What can be agreed about one m-line, or why nothing can.
result<audio_agreement> agree(const description& offer, size_t index, const capabilities& ours) {
  const media_description& m = offer.media[index];
  if (ours.audio_port == 0) return {errc::unsupported, "no audio can be had here now"};
  auto crypto = agree_on_crypto(m, ours);
  if (!crypto) return crypto.error();
  auto codec = choose_codec(m, ours);
  if (!codec) return {errc::unsupported, no_common_codec(m, ours)};
  audio_agreement audio;
  audio.media_index = index;
  audio.codec = *std::move(codec);
  audio.telephone_event = stream::telephone_event_of(m);
  audio.comfort_noise = stream::comfort_noise_of(m, audio.codec);
  audio.ptime = stream::ptime_of(m, ours.ptime);
  audio.crypto = *std::move(crypto);
  if (auto peer = stream::read_peer(offer, m, true, audio); !peer) return peer.error();
  if (ours.send_hold) audio.receive = false;
  if (ours.audio_levels) {
    const auto map = audio_level_of(offer, m);
    if (map && sends(*map)) audio.audio_level = {static_cast<uint8_t>(map->id), has_voice_bit(*map)};
  }
  return audio;
}

/// The m-line slots of the offer for which `wanted` holds, the one in use now first: a stream that works is
/// not moved because the peer put another beside it.
std::vector<size_t> slots_of(const description& offer, bool (*wanted)(const media_description&),
                             std::optional<size_t> in_use) {
  std::vector<size_t> slots;
  for (size_t i = 0; i < offer.media.size(); ++i) {
    if (wanted(offer.media[i])) slots.push_back(i);
  }
  if (in_use) {
    const auto at = std::find(slots.begin(), slots.end(), *in_use);
    if (at != slots.end()) std::rotate(slots.begin(), at, at + 1);
  }
  return slots;
}

/// Of several m-lines of one kind the first that can be had, or the reasons why none can.
template <class Agreement>
struct attempt {
  std::optional<Agreement> agreed;
  std::string reasons;  ///< for people, bounded
  bool offered = false;
};

void add_reason(std::string& reasons, const std::string& why) {
  constexpr size_t longest_bytes = 200;
  if (reasons.size() + why.size() > longest_bytes && !reasons.empty()) return;
  if (reasons.find(why) == std::string::npos) reasons += (reasons.empty() ? "" : "; ") + why;
}

attempt<audio_agreement> try_audio(const description& offer, const description* previous,
                                   const capabilities& ours) {
  attempt<audio_agreement> out;
  for (const size_t slot : slots_of(offer, stream::is_active_audio, stream::active_audio(previous))) {
    out.offered = true;
    auto audio = agree(offer, slot, ours);
    if (!audio) {
      add_reason(out.reasons, audio.error().text);
      continue;
    }
    out.agreed = *std::move(audio);
    break;
  }
  return out;
}

attempt<message_agreement> try_chat(const description& offer, const description* previous,
                                    const capabilities& ours) {
  attempt<message_agreement> out;
  if (!ours.message) return out;
  for (const size_t slot : slots_of(offer, stream::is_active_chat, stream::active_chat(previous))) {
    out.offered = true;
    auto chat = stream::agree_on_chat(offer, slot, previous, *ours.message);
    if (!chat) {
      add_reason(out.reasons, chat.error().text);
      continue;
    }
    out.agreed = *std::move(chat);
    break;
  }
  return out;
}

/// RFC 4733 events 0–15 are digits and letters; 16 is the hook flash, which some offer along.
std::string_view events_answering(const media_description& offered, uint8_t payload_type) {
  return fmtp_of(offered, payload_type) == "0-16" ? "0-16" : "0-15";
}

/// The line of a file: of a new one as the caller decided, of an old one as it was.
std::optional<media_description> file_line(const media_description& offered, size_t slot,
                                           const description* previous, const capabilities& ours) {
  if (!is_active_file(offered)) return std::nullopt;
  if (const auto decided = ours.files.find(slot); decided != ours.files.end()) return decided->second;
  if (previous == nullptr || slot >= previous->media.size()) return std::nullopt;
  if (!is_same_transfer(offered, previous->media[slot])) return std::nullopt;
  return previous->media[slot];
}

media_description answer_line(const media_description& offered, const audio_agreement& audio,
                              const capabilities& ours) {
  media_description line{
      .type = offered.type, .port = ours.audio_port, .protocol = offered.protocol, .formats = {}};
  stream::add_codec(line, audio.codec);
  if (audio.comfort_noise)
    stream::add_codec(line, {.name = "CN", .payload_type = *audio.comfort_noise, .fmtp = {}});
  if (audio.telephone_event) {
    codec_capability event{.name = "telephone-event", .payload_type = *audio.telephone_event, .fmtp = {}};
    event.fmtp = events_answering(offered, event.payload_type);
    if (const auto map = rtpmap_of(offered, std::to_string(event.payload_type)))
      event.clock_rate = map->clock_rate;
    stream::add_codec(line, event);
  }
  stream::add_ptime(line, audio.ptime);
  if (audio.rtcp_mux) {
    line.attributes.push_back({"rtcp-mux"});
  } else {
    stream::add_rtcp(line, ours);
  }
  if (audio.crypto) {
    const crypto_attribute local{audio.crypto->tag, audio.crypto->suite, audio.crypto->local_key};
    line.attributes.push_back({"crypto", write(local)});
  }
  if (audio.audio_level) stream::add_audio_level(line, *audio.audio_level);
  stream::add_direction(line, audio.send, audio.receive);
  return line;
}

description write_answer(const description& offer, const description* previous, const capabilities& ours,
                         const std::optional<audio_agreement>& audio,
                         const std::optional<message_agreement>& chat) {
  description local = stream::local_description(previous, ours);
  local.timing = offer.timing;  // RFC 3264 §6: the answer's t= equals the offer's
  for (size_t i = 0; i < offer.media.size(); ++i) {
    const media_description& offered = offer.media[i];
    if (audio && audio->media_index == i) {
      local.media.push_back(answer_line(offered, *audio, ours));
    } else if (chat && chat->media_index == i) {
      local.media.push_back(stream::chat_answer_line(offered, *chat, *ours.message));
    } else if (auto file = file_line(offered, i, previous, ours)) {
      local.media.push_back(*std::move(file));
    } else {
      local.media.push_back(stream::refused(offered));
    }
  }
  stream::settle_version(local, previous);
  return local;
}

}  // namespace

result<answer_outcome> answer(const description& offer, const description* previous,
                              const capabilities& ours) {
  // RFC 3264 §8: streams are closed with port 0, never taken out.
  if (previous != nullptr && offer.media.size() < previous->media.size()) {
    return {errc::unsupported, "fewer m-lines than before"};
  }
  auto audio = try_audio(offer, previous, ours);
  auto chat = try_chat(offer, previous, ours);
  if (!audio.offered && !chat.offered && ours.files.empty() && previous == nullptr) {
    return {errc::unsupported, ours.message ? "no audio or chat stream" : "no audio stream"};
  }
  // A re-offer that cannot be had is refused: then the session stays as it was (RFC 3261 §14.2).
  const bool files = !ours.files.empty();
  const bool audio_lost =
      audio.offered && !audio.agreed && ((!chat.agreed && !files) || stream::active_audio(previous));
  const bool chat_lost =
      chat.offered && !chat.agreed && ((!audio.agreed && !files) || stream::active_chat(previous));
  if (audio_lost || chat_lost) {
    std::string reasons = std::move(audio.reasons);
    if (!chat.reasons.empty()) add_reason(reasons, chat.reasons);
    return {errc::unsupported, reasons};
  }
  description local = write_answer(offer, previous, ours, audio.agreed, chat.agreed);
  return answer_outcome{std::move(local), std::move(audio.agreed), std::move(chat.agreed)};
}

}  // namespace confab::sdp
