#include "signaling/sdp/stream.hpp"

#include <algorithm>
#include <limits>

#include "config/limits.hpp"
#include "config/socket_address.hpp"
#include "signaling/sdp/extmap.hpp"
#include "signaling/sdp/fmtp.hpp"
#include "signaling/sdp/rtcp.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp::stream {
namespace {

/// `a=ptime:20`, and `20.0` as some write it. Zero and nonsense count as absent.
std::optional<int64_t> milliseconds_of(const media_description& m, std::string_view name) {
  const attribute* a = find_attribute(m.attributes, name);
  if (a == nullptr) return std::nullopt;
  const std::string_view value = text::trimmed(a->value);
  const auto number = text::number(value.substr(0, value.find('.')), 10'000);
  if (!number || *number == 0) return std::nullopt;
  return static_cast<int64_t>(*number);
}

/// RFC 8866 §9 `token-char`.
bool is_token(char c) {
  if (c <= ' ' || c >= 0x7f) return false;
  return std::string_view("\"(),/:;<=>?@[\\]").find(c) == std::string_view::npos;
}

/// a=label (RFC 4574 §4); empty where there is none, or one that is too long or no token.
std::string label_of(const media_description& m) {
  const attribute* a = find_attribute(m.attributes, "label");
  if (a == nullptr) return {};
  const std::string_view value = text::trimmed(a->value);
  const bool good =
      value.size() <= limits::sdp_label_bytes && std::all_of(value.begin(), value.end(), is_token);
  return good ? std::string(value) : std::string();
}

}  // namespace

std::optional<profile> profile_of(const media_description& m) {
  if (text::same(m.protocol, "RTP/AVP") || text::same(m.protocol, "RTP/AVPF")) return profile::plain;
  if (text::same(m.protocol, "RTP/SAVP") || text::same(m.protocol, "RTP/SAVPF")) return profile::secure;
  return std::nullopt;
}

bool is_active_audio(const media_description& m) {
  return m.type == "audio" && m.port != 0;
}

std::optional<size_t> active_audio(const description* d) {
  if (d == nullptr) return std::nullopt;
  const auto found = std::find_if(d->media.begin(), d->media.end(), is_active_audio);
  if (found == d->media.end()) return std::nullopt;
  return static_cast<size_t>(found - d->media.begin());
}

bool matches(const codec_capability& ours, const rtpmap& theirs) {
  if (!text::same(ours.name, theirs.name) || ours.channels != theirs.channels) return false;
  if (ours.clock_rate == theirs.clock_rate) return true;
  // RFC 3551 §4.5.2 keeps 8000 for G722; some peers write the rate it really samples at.
  return text::same(ours.name, "G722") && theirs.clock_rate == 16'000;
}

std::optional<crypto_attribute> crypto_of_suite(const media_description& m, std::string_view suite) {
  for (const attribute& a : m.attributes) {
    if (a.name != "crypto") continue;
    if (auto crypto = parse_crypto(a.value); crypto && crypto->suite == suite) return *std::move(crypto);
  }
  return std::nullopt;
}

std::optional<uint8_t> telephone_event_of(const media_description& m) {
  std::optional<uint8_t> other_rate;
  for (const std::string& format : m.formats) {
    const auto map = rtpmap_of(m, format);
    if (!map || !text::same(map->name, "telephone-event")) continue;
    if (map->clock_rate == 8000) return map->payload_type;
    if (!other_rate) other_rate = map->payload_type;
  }
  return other_rate;
}

std::optional<uint8_t> comfort_noise_of(const media_description& m, const codec_capability& codec) {
  if (codec.clock_rate != 8000 || text::same(codec.name, "G722")) return std::nullopt;
  for (const std::string& format : m.formats) {
    const auto map = rtpmap_of(m, format);
    if (map && text::same(map->name, "CN") && map->clock_rate == 8000) return map->payload_type;
  }
  return std::nullopt;
}

std::chrono::milliseconds ptime_of(const media_description& m, std::chrono::milliseconds fallback) {
  int64_t wish = milliseconds_of(m, "ptime").value_or(fallback.count());
  if (const auto most = milliseconds_of(m, "maxptime")) wish = std::min(wish, *most);
  wish = std::clamp<int64_t>(wish, 10, 60);
  return std::chrono::milliseconds{wish - wish % 10};
}

result<void> read_peer(const description& d, const media_description& m, bool may_mux,
                       audio_agreement& into) {
  const connection_data* c = connection_of(d, m);
  if (c == nullptr) return {errc::unsupported, "the audio stream has no c= line"};
  const auto address = socket_address::parse(c->address, m.port);
  if (c->network != "IN" || !address)
    return {errc::unsupported, "the c= line of the audio stream has no IP address"};
  into.remote_address = c->address;
  into.remote_port = m.port;
  into.rtcp_mux = may_mux && find_attribute(m.attributes, "rtcp-mux") != nullptr;
  into.remote_rtcp_address = c->address;
  into.remote_rtcp_port = m.port;
  if (!into.rtcp_mux) {
    // RFC 3550 §11: the next port; the last port of all has none.
    into.remote_rtcp_port =
        m.port == std::numeric_limits<uint16_t>::max() ? uint16_t{0} : uint16_t(m.port + 1);
    const attribute* rtcp = find_attribute(m.attributes, "rtcp");
    if (rtcp != nullptr) {
      if (auto target = parse_rtcp(rtcp->value)) {
        into.remote_rtcp_port = target->port;
        if (!target->address.empty()) into.remote_rtcp_address = target->address;
      }
    }
  }
  into.label = label_of(m);
  const direction theirs = direction_of(d, m);
  into.send = theirs == direction::sendrecv || theirs == direction::recvonly;
  into.receive = theirs == direction::sendrecv || theirs == direction::sendonly;
  if (address->is_any_host()) into.send = false;  // hold as RFC 2543 had it (RFC 3264 §8.4)
  return {};
}

description local_description(const description* previous, const capabilities& ours) {
  description d;
  if (previous != nullptr) {
    d.origin = previous->origin;
  } else {
    d.origin.session_id = std::to_string(ours.session_id);
    d.origin.version = "1";
  }
  const bool six = ours.address.find(':') != std::string::npos;
  d.origin.type = six ? "IP6" : "IP4";
  d.origin.address = ours.address;
  d.session_name = "Confab";
  d.connection = connection_data{"IN", d.origin.type, ours.address};
  return d;
}

void settle_version(description& local, const description* previous) {
  if (previous == nullptr || local == *previous) return;
  const auto version = text::number(previous->origin.version, std::numeric_limits<uint64_t>::max() - 1);
  local.origin.version = std::to_string(version.value_or(0) + 1);
}

media_description refused(const media_description& m) {
  media_description line{.type = m.type, .port = 0, .protocol = m.protocol, .formats = m.formats};
  if (line.formats.empty()) line.formats.emplace_back("0");  // the grammar wants one
  return line;
}

void add_codec(media_description& to, const codec_capability& codec) {
  to.formats.push_back(std::to_string(codec.payload_type));
  to.attributes.push_back(
      {"rtpmap", write(rtpmap{codec.payload_type, codec.name, codec.clock_rate, codec.channels})});
  if (!codec.fmtp.empty()) to.attributes.push_back({"fmtp", write(fmtp{codec.payload_type, codec.fmtp})});
}

void add_telephone_event(media_description& to, uint8_t payload_type, std::string_view events) {
  add_codec(to, {.name = "telephone-event", .payload_type = payload_type, .fmtp = std::string(events)});
}

void add_rtcp(media_description& to, const capabilities& ours) {
  if (ours.audio_rtcp_port == 0 || ours.audio_rtcp_port == ours.audio_port + 1) return;
  to.attributes.push_back({"rtcp", write(rtcp_target{ours.audio_rtcp_port, {}})});
}

void add_audio_level(media_description& to, const audio_level_agreement& level) {
  const extmap map{.id = level.id,
                   .way = direction::recvonly,
                   .uri = std::string(audio_level_uri),
                   .attributes = level.voice ? "vad=on" : "vad=off"};
  to.attributes.push_back({"extmap", write(map)});
}

void add_ptime(media_description& to, std::chrono::milliseconds ptime) {
  if (ptime != std::chrono::milliseconds{20})
    to.attributes.push_back({"ptime", std::to_string(ptime.count())});
}

void add_direction(media_description& to, bool send, bool receive) {
  const direction d = send ? (receive ? direction::sendrecv : direction::sendonly)
                           : (receive ? direction::recvonly : direction::inactive);
  to.attributes.push_back({std::string(to_string(d))});
}

}  // namespace confab::sdp::stream
