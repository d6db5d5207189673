#pragma once

#include <memory>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include "actors/directory.hpp"
#include "actors/sip_bridge.hpp"
#include "actors/words.hpp"
#include "config/net_deny.hpp"
#include "config/result.hpp"
#include "config/settings.hpp"
#include "media/io/certificate.hpp"
#include "media/io/ring.hpp"
#include "signaling/conference/rules_book.hpp"
#include "signaling/sip/endpoint.hpp"
#include "signaling/web/web_server.hpp"

namespace confab::actors {

/// The whole server: actor system, shards, directory and SIP endpoint, made in that order and ended in the
/// other.
class server {
 public:
  /// Opens everything; the error says what could not be had and what to do. Main thread.
  static result<std::unique_ptr<server>> start(std::shared_ptr<const settings> configured);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Ends every call and waits for it, at most `patience`. Main thread.
  void shut_down(std::chrono::milliseconds patience);

 private:
  explicit server(std::shared_ptr<const settings> configured);
  result<void> open();
  result<void> open_sip(const io::certificate_files& certificate,
                        std::shared_ptr<const conference::rules_book> rules);
  void spawn_shards(const mix::sound_library& sounds);

  std::shared_ptr<const settings> settings_;
  std::shared_ptr<const net_deny> deny_;
  io::io_backend media_io_ = io::io_backend::uring;  ///< what `media.io` came to
  caf::actor_system_config caf_config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<shard_actor> shards_;
  chat_services_ptr chat_;
  file_services_ptr files_;
  directory_actor directory_;
  sip_bridge bridge_;
  std::unique_ptr<web::web_server> web_;  ///< null: no web
  std::unique_ptr<sip::endpoint> endpoint_;
};

}  // namespace confab::actors
