#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include <caf/blocking_actor.hpp>

#include "actors/stream_words.hpp"
#include "media/io/descriptor.hpp"
#include "media/io/stream_ring.hpp"

namespace confab::actors {

struct stream_listener {
  io::descriptor socket;   ///< of `io::listen_tcp`; this shard's own duplicate
  stream_welcome welcome;  ///< makes the owner of who comes in here
};

struct stream_shard_options {
  io::io_backend io = io::io_backend::automatic;
  std::vector<stream_listener> listeners;
  size_t connections_max = 0;  ///< more are closed as they come
};

/// One stream shard as an actor: detached, with a thread and a ring of its own. It waits in the ring; who
/// sends it a message while it sleeps rings its alarm. A connection is read only while its owner has worked
/// on most of what it was given, because mailboxes have no bound.
class stream_shard final : public caf::blocking_actor {
 public:
  stream_shard(caf::actor_config& config, std::shared_ptr<stream_shard_options> options,
               std::shared_ptr<const io::wake_up> alarm);
  void act() override;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit* where) override;
  [[nodiscard]] const char* name() const override { return "stream shard"; }

 private:
  struct connection {
    stream_owner owner;
    size_t unread = 0;   ///< bytes that the owner has not worked on
    size_t waiting = 0;  ///< bytes that the kernel has not taken
    size_t untold = 0;   ///< taken, and the owner does not know
    bool resting = false;
    bool tells = false;  ///< the owner wants to know
  };
  bool open();
  void take_messages();
  void wait();
  void on(const io::stream_accepted& news);
  void on(const io::stream_connected& news);
  void on(const io::stream_received& news);
  void on(const io::stream_sent& news);
  void on(const io::stream_closed& news);
  void connect(const connect_stream& m);
  void send_out(const send_bytes& m);
  void ask(const ask_drained& m);
  static void tell(io::stream_id id, connection& one);
  void grant(const grant_bytes& m);
  void end(const end_stream& m);
  void drop_lingering();
  void end_all(const std::string& why);
  [[nodiscard]] std::optional<std::chrono::milliseconds> patience() const;
  [[nodiscard]] stream_shard_actor self();

  std::shared_ptr<stream_shard_options> options_;
  std::shared_ptr<const io::wake_up> alarm_;
  std::unique_ptr<io::stream_ring> ring_;
  std::unordered_map<uint64_t, connection> connections_;  ///< by `stream_id`
  std::unordered_map<uint64_t, socket_address> calling_;  ///< whom `connect_stream` named
  struct lingering {
    io::stream_id id;
    std::chrono::steady_clock::time_point until;
  };
  std::deque<lingering> lingering_;
  std::vector<stream_welcome> welcomes_;
  std::atomic<bool> asleep_{false};
  bool running_ = true;
};

/// Spawned detached; the handle is typed as all its users know it.
result<stream_shard_actor> spawn_stream_shard(caf::actor_system& system, stream_shard_options options);

}  // namespace confab::actors
