#include <algorithm>
#include <bitset>

#include "signaling/sdp/answer.hpp"
#include "signaling/sdp/extmap.hpp"
#include "signaling/sdp/file_stream.hpp"
#include "signaling/sdp/message_stream.hpp"
#include "signaling/sdp/stream.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

/// RFC 3264 §8.3.2: a payload type keeps its meaning for the whole session, so what `previous` said of one
/// stands.
class payload_types {
 public:
  explicit payload_types(const media_description* previous) {
    if (previous == nullptr) return;
    for (const std::string& format : previous->formats) {
      if (auto map = rtpmap_of(*previous, format)) {
        taken_.set(map->payload_type);
        known_.push_back(*std::move(map));
      }
    }
  }

  uint8_t of(const codec_capability& codec) {
    for (const rtpmap& map : known_) {
      if (stream::matches(codec, map)) return map.payload_type;
    }
    constexpr size_t first_dynamic = 96;  // RFC 3551 §6
    size_t number = codec.payload_type;
    if (taken_[number]) {
      for (number = first_dynamic; number + 1 < taken_.size() && taken_[number];) ++number;
    }
    taken_.set(number);
    return static_cast<uint8_t>(number);
  }

 private:
  std::vector<rtpmap> known_;
  std::bitset<128> taken_;
};

/// The profile of the stream in use is kept; a new one follows our policy.
std::string protocol_for(const media_description* previous, const capabilities& ours) {
  if (previous != nullptr) {
    const auto profile = stream::profile_of(*previous);
    const bool secured =
        profile == stream::profile::secure || find_attribute(previous->attributes, "crypto") != nullptr;
    const bool fits = ours.srtp == srtp_policy::off ? profile == stream::profile::plain
                                                    : ours.srtp == srtp_policy::optional || secured;
    if (profile && fits) return previous->protocol;
  }
  return ours.srtp == srtp_policy::required ? "RTP/SAVP" : "RTP/AVP";
}

void add_crypto(media_description& to, const media_description* previous, const capabilities& ours) {
  if (ours.srtp == srtp_policy::off) return;
  const bool was_clear = previous != nullptr && find_attribute(previous->attributes, "crypto") == nullptr;
  if (was_clear && stream::profile_of(to) == stream::profile::plain)
    return;  // a running clear call stays clear
  const size_t keyed = std::min(ours.srtp_suites.size(), ours.srtp_keys.size());
  for (size_t i = 0; i < keyed; ++i) {
    const crypto_attribute c{static_cast<uint32_t>(i + 1), ours.srtp_suites[i], ours.srtp_keys[i]};
    to.attributes.push_back({"crypto", write(c)});
  }
}

/// RFC 8285 §7: an id keeps its meaning for the whole session.
audio_level_agreement audio_level_for(const media_description* previous) {
  constexpr uint8_t usual_id = 1;
  if (previous == nullptr) return {usual_id};
  const auto before = audio_level_of({}, *previous);
  return before ? audio_level_agreement{static_cast<uint8_t>(before->id), has_voice_bit(*before)}
                : audio_level_agreement{usual_id};
}

/// `previous`: the audio line in use in this session, or null.
media_description offer_line(const media_description* previous, const capabilities& ours) {
  media_description line{
      .type = "audio", .port = ours.audio_port, .protocol = protocol_for(previous, ours), .formats = {}};
  payload_types numbers(previous);
  for (codec_capability codec : ours.codecs) {
    codec.payload_type = numbers.of(codec);
    stream::add_codec(line, codec);
  }
  const codec_capability event{.name = "telephone-event", .payload_type = 101, .fmtp = {}};
  stream::add_telephone_event(line, numbers.of(event), "0-15");
  if (ours.audio_port == 0) return stream::refused(line);
  stream::add_ptime(line, ours.ptime);
  stream::add_rtcp(line, ours);
  add_crypto(line, previous, ours);
  if (ours.audio_levels) stream::add_audio_level(line, audio_level_for(previous));
  stream::add_direction(line, true, !ours.send_hold);
  return line;
}

/// Where a stream goes: where it is, else where one of its kind was, else after all others.
size_t slot_for(const description& local, std::optional<size_t> in_use, std::string_view type) {
  if (in_use) return *in_use;
  const auto closed = std::find_if(local.media.begin(), local.media.end(),
                                   [&](const media_description& m) { return m.type == type && m.port == 0; });
  return static_cast<size_t>(closed - local.media.begin());
}

void put(description& local, size_t slot, media_description line) {
  if (slot < local.media.size()) {
    local.media[slot] = std::move(line);
  } else {
    local.media.push_back(std::move(line));
  }
}

}  // namespace

description offer(const description* previous, const capabilities& ours) {
  description local = stream::local_description(previous, ours);
  if (previous != nullptr) {
    local.timing = previous->timing;
    for (const media_description& m : previous->media)
      local.media.push_back(is_active_file(m) ? m : stream::refused(m));
  }
  const auto audio = stream::active_audio(previous);
  const auto chat = stream::active_chat(previous);
  // A chat alone needs no empty audio line beside it.
  if (ours.audio_port != 0 || !ours.message) {
    put(local, slot_for(local, audio, "audio"), offer_line(audio ? &previous->media[*audio] : nullptr, ours));
  }
  if (ours.message) {
    put(local, slot_for(local, chat, "message"),
        stream::chat_offer_line(chat ? &previous->media[*chat] : nullptr, *ours.message));
  }
  stream::settle_version(local, previous);
  return local;
}

}  // namespace confab::sdp
