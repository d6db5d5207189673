#include "signaling/sdp/file_stream.hpp"

#include <algorithm>
#include <utility>

#include "signaling/sdp/message_stream.hpp"
#include "signaling/sdp/stream.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

constexpr std::string_view offset_word = "x-file-offset";

/// What cannot be read of the lesser attributes is as if it were not there.
result<file_words> read_words(const media_description& m) {
  file_words words;
  const attribute* selector = find_attribute(m.attributes, "file-selector");
  if (selector == nullptr) return {errc::malformed, "m=message without a=file-selector"};
  auto parts = parse_file_selector(selector->value);
  if (!parts) return parts.error();
  words.selector = *std::move(parts);
  words.selector_text = selector->value;
  const auto read = [&](std::string_view name, auto parse, auto& into) {
    const attribute* a = find_attribute(m.attributes, name);
    if (a == nullptr) return;
    if (auto value = parse(a->value)) into = *std::move(value);
  };
  read("file-transfer-id", parse_file_transfer_id, words.transfer_id);
  read("file-disposition", parse_file_disposition, words.disposition);
  read("file-date", parse_file_dates, words.dates);
  read("file-icon", parse_file_icon, words.icon);
  if (const attribute* range = find_attribute(m.attributes, "file-range")) {
    auto value = parse_file_range(range->value);
    if (!value) return value.error();
    words.range = *value;
  }
  words.tells_offset = find_attribute(m.attributes, offset_word) != nullptr;
  return words;
}

void add_words(media_description& to, const file_words& says) {
  const auto put = [&](std::string_view name, std::string value) {
    to.attributes.push_back({std::string(name), std::move(value)});
  };
  put("file-selector", says.selector_text.empty() ? write(says.selector) : says.selector_text);
  if (!says.transfer_id.empty()) put("file-transfer-id", says.transfer_id);
  if (says.disposition) put("file-disposition", std::string(write(*says.disposition)));
  if (says.dates != file_dates{}) put("file-date", write(says.dates));
  if (!says.icon.empty()) put("file-icon", write_file_icon(says.icon));
  if (says.range) put("file-range", write(*says.range));
  if (says.tells_offset) put(offset_word, {});
}

result<file_stream> read_stream(const description& offer, size_t index, const message_capability& ours) {
  const media_description& m = offer.media[index];
  file_stream out;
  out.media_index = index;
  auto words = read_words(m);
  if (!words) return words.error();
  out.words = *std::move(words);
  const direction theirs = direction_of(offer, m);
  if (theirs != direction::sendonly && theirs != direction::recvonly)
    return {errc::unsupported, "a file is a=sendonly or a=recvonly"};
  out.push = theirs == direction::sendonly;
  auto transport = stream::read_peer(offer, index);
  if (!transport) return transport.error();
  out.transport = *std::move(transport);
  if (stream::port_of(ours, out.transport.tls) == 0)
    return {errc::unsupported, "files over this transport cannot be had here"};
  const auto active = stream::role_for(m, nullptr, ours);
  if (!active) return active.error();
  out.transport.active = *active;
  out.transport.cema = out.transport.cema && ours.cema;
  return out;
}

}  // namespace

bool is_active_file(const media_description& m) {
  return m.type == "message" && m.port != 0 && find_attribute(m.attributes, "file-selector") != nullptr;
}

bool mentions_files(const std::optional<std::string>& offer) noexcept {
  return offer && offer->find("a=file-selector:") != std::string::npos;
}

bool offers_only_files(const std::optional<std::string>& offer) {
  if (!mentions_files(offer)) return false;
  const auto read = parse(*offer);
  return read && std::any_of(read->media.begin(), read->media.end(), is_active_file) &&
         std::none_of(read->media.begin(), read->media.end(), [](const media_description& m) {
           return stream::is_active_audio(m) || stream::is_active_chat(m);
         });
}

bool is_same_transfer(const media_description& offered, const media_description& ours) {
  if (!is_active_file(offered) || !is_active_file(ours)) return false;
  const attribute* theirs = find_attribute(offered.attributes, "file-transfer-id");
  const attribute* known = find_attribute(ours.attributes, "file-transfer-id");
  return theirs == nullptr ? known == nullptr
                           : known != nullptr && text::trimmed(theirs->value) == text::trimmed(known->value);
}

std::vector<offered_file_stream> new_file_streams(const description& offer, const description* previous,
                                                  const message_capability& ours) {
  std::vector<offered_file_stream> out;
  for (size_t i = 0; i < offer.media.size(); ++i) {
    if (!is_active_file(offer.media[i])) continue;
    const bool known = previous != nullptr && i < previous->media.size() &&
                       is_same_transfer(offer.media[i], previous->media[i]);
    if (!known) out.push_back({i, read_stream(offer, i, ours)});
  }
  return out;
}

media_description file_answer_line(const media_description& offered, const file_stream& stream,
                                   const file_words& says, const message_capability& ours) {
  const message_agreement& way = stream.transport;
  media_description line{.type = offered.type,
                         .port = stream::port_of(ours, way.tls),
                         .protocol = offered.protocol,
                         .formats = {"*"}};
  stream::add_attributes(line, ours, way.tls, way.active ? setup_role::active : setup_role::passive,
                         way.cema);
  stream::add_direction(line, !stream.push, stream.push);
  add_words(line, says);
  return line;
}

description file_offer(const file_words& says, const capabilities& ours) {
  description local = stream::local_description(nullptr, ours);
  auto line = stream::chat_offer_line(nullptr, *ours.message);
  stream::add_direction(line, true, false);
  add_words(line, says);
  local.media.push_back(std::move(line));
  return local;
}

result<file_stream> accept_file(const description& our_offer, const description& their_answer,
                                const message_capability& ours) {
  if (their_answer.media.size() != our_offer.media.size() || our_offer.media.empty())
    return {errc::malformed, "the answer has not as many m-lines as the offer"};
  const media_description& answered = their_answer.media.front();
  if (answered.port == 0) return {errc::unsupported, "the file is not taken"};
  if (answered.type != "message" || !text::same(answered.protocol, our_offer.media.front().protocol))
    return {errc::malformed, "the answer changes the type of a stream"};
  auto transport = stream::read_peer(their_answer, 0);
  if (!transport) return transport.error();
  file_stream out;
  out.transport = *std::move(transport);
  out.transport.active = stream::connects_to(answered);
  out.transport.local_path = stream::path_of(ours, out.transport.tls);
  out.transport.cema =
      out.transport.cema && find_attribute(our_offer.media.front().attributes, "msrp-cema") != nullptr;
  if (auto words = read_words(answered)) out.words = *std::move(words);
  out.words.tells_offset = find_attribute(answered.attributes, offset_word) != nullptr;
  return out;
}

}  // namespace confab::sdp
