#include <cstring>

#include <re.h>

#include "config/limits.hpp"
#include "signaling/sip/old_branch.hpp"
#include "signaling/sip/screening.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/user_agent.hpp"

namespace confab::sip {

/// One UDP socket of libre's, watched for what libre would drop without a word.
struct datagram_watch {
  user_agent* agent;
  udp_sock* socket;
  socket_address local;
  re_ptr<udp_helper> helper;

  /// libre sends requests from its first listener; on a machine with several addresses a phone (or the NAT
  /// before it) expects them from the one it talks to.
  static bool on_send(int* error, sa* destination, mbuf* mb, void* arg) {
    auto& watch = *static_cast<datagram_watch*>(arg);
    const std::string_view bytes(reinterpret_cast<const char*>(mbuf_buf(mb)), mbuf_get_left(mb));
    if (bytes.substr(0, 4) == "SIP/") {  // a response leaves from where its request arrived
      take_branch_off(*mb, bytes);
      return false;
    }
    auto* better = watch.agent->watch_towards(address_of(*destination));
    if (better == nullptr || better == &watch) return false;
    *error = udp_send_helper(better->socket, destination, mb, better->helper.get());
    return true;
  }

  static bool on_receive(sa* source, mbuf* mb, void* arg) {
    auto& watch = *static_cast<datagram_watch*>(arg);
    return watch.agent->on_datagram(address_of(*source), *mb, watch.socket);
  }

 private:
  static void take_branch_off(mbuf& mb, std::string_view bytes) {
    const auto added = find_added_branch(bytes);
    if (!added) return;
    auto* at = mbuf_buf(&mb) + added->first;
    std::memmove(at, at + added->second, bytes.size() - added->first - added->second);
    mb.end -= added->second;
  }
};

namespace {

/// Would libre's parser take it?
bool parses(std::string_view bytes) {
  const re_ptr<mbuf> copy(mbuf_alloc(bytes.size()));
  if (!copy || mbuf_write_mem(copy.get(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()) != 0)
    return false;
  copy->pos = 0;
  sip_msg* parsed = nullptr;
  if (sip_msg_decode(&parsed, copy.get()) != 0) return false;
  mem_deref(parsed);
  return true;
}

/// Puts a request of RFC 2543 in a form that libre takes; false when that does not help.
bool give_branch(const wire_message& wire, std::string_view bytes, mbuf& mb) {
  const auto fresh = with_branch(wire, bytes);
  if (!fresh || !parses(*fresh)) return false;
  const auto start = mb.pos;
  mb.end = start;
  const int failed = mbuf_write_mem(&mb, reinterpret_cast<const uint8_t*>(fresh->data()), fresh->size());
  mb.pos = start;
  return failed == 0;
}

/// libre sends its responses to the `maddr` of the topmost Via (RFC 3261 §18.2.2), whoever is there.
bool answers_elsewhere(const wire_message& wire, const socket_address& source, const net_deny& deny) {
  const auto vias = split(wire.first("via"), ',');
  const auto named = vias.empty() ? std::nullopt : parameter(vias.front(), "maddr");
  const auto address = socket_address::parse(named.value_or(""), 5060);
  return address && deny.denied(*address, source);
}

}  // namespace

void datagram_watch_release::operator()(datagram_watch* watch) const noexcept {
  delete watch;
}

void user_agent::watch_datagrams(const sip_msg& message) {
  watched_sockets_.insert(message.sock);
  auto watch = std::unique_ptr<datagram_watch, datagram_watch_release>(
      new datagram_watch{this, static_cast<udp_sock*>(message.sock), address_of(message.dst), {}});
  udp_helper* made = nullptr;
  if (udp_register_helper(&made, watch->socket, 0, datagram_watch::on_send, datagram_watch::on_receive,
                          watch.get()) != 0)
    return;
  watch->helper.reset(made);
  watches_.push_back(std::move(watch));
}

datagram_watch* user_agent::watch_towards(const socket_address& peer) const {
  if (watches_.size() < 2) return nullptr;
  const auto local = ways_.local_for("udp", peer);
  for (const auto& one : watches_)
    if (one->local == local) return one.get();
  return nullptr;
}

bool user_agent::on_datagram(const socket_address& source, mbuf& mb, udp_sock* socket) {
  const std::string_view bytes(reinterpret_cast<const char*>(mbuf_buf(&mb)), mbuf_get_left(&mb));
  if (bytes.size() <= 4) return false;  // keep-alives (RFC 5626 §4.4.1)
  const auto wire = wire_message::split(bytes);
  if (!wire || wire->is_response() || wire->start_line().find("SIP/") == std::string_view::npos) return false;
  std::optional<rejection> bad;
  if (bytes.size() > limits::sip_message_bytes) bad = rejection{513, "Message Too Large", {}};
  if (!bad && answers_elsewhere(*wire, source, settings_.deny)) bad = rejection{403, "Forbidden (maddr)", {}};
  // Judged here only if libre would not hand it over; the others get their answer in a transaction.
  if (!bad && !parses(bytes)) {
    if (give_branch(*wire, bytes, mb)) return false;
    bad = screen(*wire, true);
    if (!bad) bad = rejection{400, "Bad Request", {}};
  }
  if (!bad) return false;
  const auto text =
      stateless_response(*wire, *bad, source.host(), source.port(), random_token(), settings_.user_agent);
  if (text.empty()) return true;
  const re_ptr<mbuf> answer(mbuf_alloc(text.size()));
  if (!answer) return true;
  (void)mbuf_write_str(answer.get(), text.c_str());
  answer->pos = 0;
  sa destination{};
  copy_address(destination, source);
  (void)udp_send(socket, &destination, answer.get());
  return true;
}

}  // namespace confab::sip
