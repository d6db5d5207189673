#include "actors/msrp_server.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <thread>

#include <caf/send.hpp>
#include <sys/random.h>

#include "actors/msrp_register.hpp"
#include "actors/stream_shard.hpp"
#include "config/limits.hpp"
#include "config/listen_address.hpp"
#include "config/log.hpp"
#include "media/io/tcp_socket.hpp"
#include "signaling/conference/screens.hpp"

namespace confab::actors {

namespace {

/// Of transactions and messages: unique is enough.
uint64_t any_number() {
  thread_local std::mt19937_64 numbers{std::random_device{}()};
  return numbers();
}

/// Of sessions: nobody may guess one (RFC 4975 §14.1).
uint64_t unguessable_number() {
  uint64_t number = 0;
  while (::getrandom(&number, sizeof(number), 0) != sizeof(number)) {
  }
  return number;
}

struct opened_listener {
  io::descriptor socket;
  socket_address address;
  bool tls = true;
};

/// An address that this machine does not have is no reason not to start: `[::]` is in the defaults.
result<std::vector<opened_listener>> open_listeners(const std::vector<std::string>& wanted) {
  std::vector<opened_listener> out;
  for (const auto& text : wanted) {
    const auto where = parse_listen_address(text, msrp_schemes);
    if (!where) return where.error();
    auto socket = io::listen_tcp(where->address);
    if (!socket && socket.error().code == errc::exhausted)
      return {errc::unavailable, "msrp.listen " + text + ": " + socket.error().text};
    if (!socket) {
      log::warning("an address of this machine cannot be used, listener skipped",
                   {{"listener", text}, {"why", socket.error().text}});
      continue;
    }
    const auto address = io::local_of(socket->get());
    log::info("listening", {{"transport", where->scheme}, {"address", address.to_string()}});
    out.push_back({std::move(*socket), address, where->scheme == "msrps"});
  }
  return out;
}

stream_welcome welcome_by(msrp_services_ptr shared, caf::actor_system& system, bool tls) {
  return [shared = std::move(shared), &system, tls](const stream_shard_actor& shard,
                                                    const stream_opened&) -> stream_owner {
    return system.spawn(msrp_stream, shared, msrp_stream_start{shard, tls});
  };
}

size_t shard_count(const settings& s) {
  if (s.streams.threads > 0) return s.streams.threads;
  return std::max(1U, std::thread::hardware_concurrency() / 2);
}

result<std::vector<stream_shard_actor>> spawn_shards(caf::actor_system& system, const settings& s,
                                                     const std::vector<opened_listener>& listeners,
                                                     const msrp_services_ptr& shared, io::io_backend io) {
  std::vector<stream_shard_actor> shards;
  for (size_t i = 0; i < shard_count(s); ++i) {
    stream_shard_options options;
    options.io = io;
    options.connections_max = limits::streams_per_shard;
    for (const auto& one : listeners) {
      auto socket = io::duplicate(one.socket);
      if (!socket) return socket.error();
      options.listeners.push_back({std::move(*socket), welcome_by(shared, system, one.tls)});
    }
    auto shard = spawn_stream_shard(system, std::move(options));
    if (!shard) return shard.error();
    shards.push_back(std::move(*shard));
  }
  return shards;
}

/// What SDP says of us, but for the paths.
sdp::message_capability capability_of(const settings& s, const std::vector<opened_listener>& listeners,
                                      const io::tls_context& tls) {
  sdp::message_capability ours;
  for (const auto& one : listeners) (one.tls ? ours.tls_port : ours.tcp_port) = one.address.port();
  ours.max_size = s.msrp.max_message;
  ours.chatroom = std::vector<std::string>{"nickname", "private-messages"};
  if (s.screens.share && !s.web.listen.empty()) ours.chatroom->emplace_back(conference::screen_sharing_word);
  if (auto print = sdp::parse_fingerprint(tls.fingerprint())) ours.certificate = std::move(*print);
  return ours;
}

}  // namespace

result<chat_services_ptr> open_chat(caf::actor_system& system, const settings& s,
                                    const io::certificate_files& certificate, io::io_backend io,
                                    history_database_ptr history) {
  if (s.msrp.listen.empty()) return chat_services_ptr{};
  auto listeners = open_listeners(s.msrp.listen);
  if (!listeners) return listeners.error();
  auto tls = io::tls_context::make(
      {certificate.certificate, certificate.private_key, s.tls.ca_file, s.tls.verify_peers});
  if (!tls) return tls.error();

  auto streams = std::make_shared<msrp_services>();
  streams->sessions = system.spawn(msrp_register, limits::legs_per_process);
  streams->tls = *tls;
  streams->settings.message_bytes = s.msrp.max_message;
  streams->settings.queued_bytes = limits::msrp_backlog * s.msrp.max_message + limits::msrp_open_bytes;
  const uint64_t one_message = s.msrp.max_message + limits::msrp_open_bytes;
  streams->settings.budget =
      std::make_shared<msrp::byte_budget>(std::max(s.msrp.max_unfinished, one_message));
  streams->random = any_number;

  auto shards = spawn_shards(system, s, *listeners, streams, io);
  if (!shards) return shards.error();
  auto chat = std::make_shared<chat_services>();
  chat->streams = streams;
  chat->shards = std::move(*shards);
  chat->ours = capability_of(s, *listeners, **tls);
  chat->advertised_address = s.msrp.advertised_address;
  chat->new_session_id = [] { return msrp::make_session_id(unguessable_number); };
  chat->rooms.history = s.rooms.history;
  if (history) chat->history = spawn_history_keeper(system, std::move(history));
  chat->rooms.unfinished = streams->settings.budget;
  chat->rooms.unfinished_bytes = std::max(s.msrp.max_unfinished / limits::msrp_rooms_share, one_message);
  return chat_services_ptr{std::move(chat)};
}

void close_chat_services(const chat_services_ptr& chat) {
  if (!chat) return;
  for (const auto& shard : chat->shards) caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(chat->streams->sessions, caf::exit_reason::user_shutdown);
  if (chat->history) caf::anon_send(chat->history->keeper, close_history{});
}

}  // namespace confab::actors
