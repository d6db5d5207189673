#include "signaling/sdp/message_stream.hpp"

#include <algorithm>

#include "signaling/sdp/stream.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp::stream {
namespace {

constexpr std::string_view tls_protocol = "TCP/TLS/MSRP";
constexpr std::string_view tcp_protocol = "TCP/MSRP";

/// Whether the m-line is MSRP over TLS, or over TCP; nothing for any other transport.
std::optional<bool> uses_tls(const media_description& m) {
  if (text::same(m.protocol, tls_protocol)) return true;
  if (text::same(m.protocol, tcp_protocol)) return false;
  return std::nullopt;
}

/// An attribute read by its parser; nothing where it is not there, the error where it cannot be read.
template <class T>
result<std::optional<T>> read(const std::vector<attribute>& attributes, std::string_view name,
                              result<T> (*parse)(std::string_view)) {
  const attribute* a = find_attribute(attributes, name);
  if (a == nullptr) return std::optional<T>{};
  auto value = parse(a->value);
  if (!value) return value.error();
  return std::optional<T>(*std::move(value));
}

/// RFC 8122 §5: the media level's line, else the session's; one of a function that we know.
std::optional<fingerprint> fingerprint_of(const description& d, const media_description& m) {
  for (const auto* attributes : {&m.attributes, &d.attributes}) {
    std::optional<fingerprint> best;
    for (const attribute& a : *attributes) {
      if (a.name != "fingerprint") continue;
      auto one = parse_fingerprint(a.value);
      if (one && (!best || one->digest.size() > best->digest.size())) best = *std::move(one);
    }
    if (best) return best;
  }
  return std::nullopt;
}

}  // namespace

result<message_agreement> read_peer(const description& d, size_t index) {
  const media_description& m = d.media[index];
  message_agreement chat;
  chat.media_index = index;
  const auto tls = uses_tls(m);
  if (!tls) return {errc::unsupported, "chat over this transport is not supported"};
  chat.tls = *tls;
  auto path = read(m.attributes, "path", parse_message_path);
  if (!path) return {errc::unsupported, path.error().text};
  if (!*path) return {errc::unsupported, "m=message without a=path"};
  chat.peer_path = **std::move(path);
  if (text::same(chat.peer_path.front().substr(0, 6), "msrps:") != chat.tls) {
    return {errc::unsupported, "a=path of m=message does not go with its transport"};
  }
  auto types = read(m.attributes, "accept-types", parse_accept_types);
  if (!types || !*types) return {errc::unsupported, "m=message without a=accept-types"};
  chat.accept_types = **std::move(types);
  if (auto wrapped = read(m.attributes, "accept-wrapped-types", parse_accept_types); wrapped && *wrapped) {
    chat.accept_wrapped_types = **std::move(wrapped);
  }
  if (auto size = read(m.attributes, "max-size", parse_max_size); size && *size) chat.max_size = **size;
  if (auto room = read(m.attributes, "chatroom", parse_chatroom)) chat.chatroom = *std::move(room);
  if (chat.tls) chat.certificate = fingerprint_of(d, m);
  chat.cema = find_attribute(m.attributes, "msrp-cema") != nullptr;
  if (const connection_data* c = connection_of(d, m)) chat.remote_address = c->address;
  chat.remote_port = m.port;
  const direction theirs = direction_of(d, m);
  chat.send = theirs == direction::sendrecv || theirs == direction::recvonly;
  chat.receive = theirs == direction::sendrecv || theirs == direction::sendonly;
  return chat;
}

namespace {

std::optional<setup_role> setup_of(const media_description& m) {
  const attribute* a = find_attribute(m.attributes, "setup");
  if (a == nullptr) return std::nullopt;
  const auto role = parse_setup(a->value);
  return role ? std::optional(*role) : std::nullopt;
}

}  // namespace

const std::string& path_of(const message_capability& ours, bool tls) {
  return tls ? ours.tls_path : ours.tcp_path;
}
uint16_t port_of(const message_capability& ours, bool tls) {
  return tls ? ours.tls_port : ours.tcp_port;
}

/// RFC 6714 §4.2: c= and m= say the same as a=path, or a peer that knows CEMA takes us to be behind a box
/// that has changed them, and connects there.
std::optional<connection_data> own_connection(const message_capability& ours) {
  if (ours.address.empty()) return std::nullopt;
  return connection_data{"IN", ours.address.find(':') == std::string::npos ? "IP4" : "IP6", ours.address};
}

void add_attributes(media_description& to, const message_capability& ours, bool tls, setup_role role,
                    bool cema) {
  to.attributes.push_back({"path", path_of(ours, tls)});
  to.attributes.push_back({"accept-types", write_words(ours.accept_types)});
  if (!ours.accept_wrapped_types.empty()) {
    to.attributes.push_back({"accept-wrapped-types", write_words(ours.accept_wrapped_types)});
  }
  if (ours.max_size != 0) to.attributes.push_back({"max-size", std::to_string(ours.max_size)});
  to.attributes.push_back({"setup", std::string(write(role))});
  if (tls && ours.certificate) to.attributes.push_back({"fingerprint", write(*ours.certificate)});
  if (cema) to.attributes.push_back({"msrp-cema"});
  if (ours.chatroom) to.attributes.push_back({"chatroom", write_words(*ours.chatroom)});
}

result<bool> role_for(const media_description& offered, const media_description* in_use,
                      const message_capability& ours) {
  // RFC 4975 §5.4: who offers connects, unless it says otherwise.
  switch (setup_of(offered).value_or(setup_role::active)) {
    case setup_role::active:
      return false;
    case setup_role::passive:
      if (!ours.may_connect) return {errc::unsupported, "the peer of the chat must connect, not wait"};
      return true;
    case setup_role::actpass:
      return ours.may_connect && in_use != nullptr && setup_of(*in_use) == setup_role::active;
    case setup_role::holdconn:
      return {errc::unsupported, "a=setup:holdconn is not supported for chat"};
  }
  return false;
}

bool connects_to(const media_description& answered) {
  return setup_of(answered).value_or(setup_role::passive) != setup_role::active;
}

bool is_active_chat(const media_description& m) {
  return m.type == "message" && m.port != 0 && find_attribute(m.attributes, "file-selector") == nullptr;
}

std::optional<size_t> active_chat(const description* d) {
  if (d == nullptr) return std::nullopt;
  const auto found = std::find_if(d->media.begin(), d->media.end(), is_active_chat);
  if (found == d->media.end()) return std::nullopt;
  return static_cast<size_t>(found - d->media.begin());
}

result<message_agreement> agree_on_chat(const description& offer, size_t index, const description* previous,
                                        const message_capability& ours) {
  auto chat = read_peer(offer, index);
  if (!chat) return chat;
  chat->local_path = path_of(ours, chat->tls);
  if (chat->local_path.empty() || port_of(ours, chat->tls) == 0) {
    return {errc::unsupported,
            "chat over " + std::string(chat->tls ? tls_protocol : tcp_protocol) + " cannot be had here"};
  }
  if (!takes_type(chat->accept_types, "message/cpim")) {
    return {errc::unsupported, "a=accept-types of m=message lacks message/cpim"};
  }
  const auto in_use = active_chat(previous);
  const bool same_line = in_use && *in_use == index;
  const auto active = role_for(offer.media[index], same_line ? &previous->media[index] : nullptr, ours);
  if (!active) return active.error();
  chat->active = *active;
  chat->cema = chat->cema && ours.cema;
  return chat;
}

media_description chat_answer_line(const media_description& offered, const message_agreement& chat,
                                   const message_capability& ours) {
  media_description line{
      .type = offered.type, .port = port_of(ours, chat.tls), .protocol = offered.protocol, .formats = {"*"}};
  line.connection = own_connection(ours);
  add_attributes(line, ours, chat.tls, chat.active ? setup_role::active : setup_role::passive, chat.cema);
  if (!chat.send || !chat.receive) add_direction(line, chat.send, chat.receive);
  return line;
}

media_description chat_offer_line(const media_description* previous, const message_capability& ours) {
  const bool has_tls = !ours.tls_path.empty() && ours.tls_port != 0;
  const bool has_tcp = !ours.tcp_path.empty() && ours.tcp_port != 0;
  const bool tls = previous != nullptr && uses_tls(*previous) == false && has_tcp ? false : has_tls;
  media_description line{.type = "message",
                         .port = port_of(ours, tls),
                         .protocol = std::string(tls ? tls_protocol : tcp_protocol),
                         .formats = {"*"}};
  if (!has_tls && !has_tcp) return refused(line);
  line.connection = own_connection(ours);
  add_attributes(line, ours, tls, ours.may_connect ? setup_role::actpass : setup_role::passive, ours.cema);
  return line;
}

result<message_agreement> accept_chat(const description& our_offer, const description& their_answer,
                                      size_t slot, const message_capability& ours) {
  const media_description& offered = our_offer.media[slot];
  const media_description& answered = their_answer.media[slot];
  if (answered.type != offered.type) return {errc::malformed, "the answer changes the type of a stream"};
  if (uses_tls(answered) != uses_tls(offered))
    return {errc::unsupported, "the answer changes the transport of chat"};
  auto chat = read_peer(their_answer, slot);
  if (!chat) return chat;
  if (!takes_type(chat->accept_types, "message/cpim")) {
    return {errc::unsupported, "a=accept-types of m=message lacks message/cpim"};
  }
  chat->local_path = path_of(ours, chat->tls);
  chat->active = connects_to(answered);
  if (chat->active && !ours.may_connect) {
    return {errc::unsupported, "the peer of the chat must connect, not wait"};
  }
  chat->cema = chat->cema && find_attribute(offered.attributes, "msrp-cema") != nullptr;
  return chat;
}

}  // namespace confab::sdp::stream
