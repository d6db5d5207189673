#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/chat_words.hpp"
#include "actors/file_stream.hpp"
#include "actors/register_words.hpp"
#include "media/io/tls_session.hpp"
#include "media/msrp/connection.hpp"
#include "media/msrp/reader_pace.hpp"

namespace confab::actors {

/// What all MSRP streams share.
struct msrp_services {
  msrp_register_actor sessions;
  std::shared_ptr<const io::tls_context> tls;
  msrp::connection_settings settings;
  msrp::random_source random;  ///< from any thread
};
using msrp_services_ptr = std::shared_ptr<const msrp_services>;

/// How a stream begins.
struct msrp_stream_start {
  stream_shard_actor shard;
  bool tls = true;
  std::optional<chat_session> calls{};  ///< it connects for this session; else it came in
};

class msrp_stream_state {
 public:
  static inline const char* name = "msrp stream";
  msrp_stream_state(msrp_stream_actor::pointer self, msrp_services_ptr shared, msrp_stream_start start);

  void opened(const stream_opened& m);
  void came(const stream_bytes& m);
  void drained(const stream_drained& m);
  void over(const stream_over& m);
  void judge(const judge_chat& m);
  void deliver(const deliver_chat& m);
  void close(const close_chat& m);
  void entered(const chat_entered& m);
  void pause();

 private:
  [[nodiscard]] bool begin_call();
  void bind(chat_session session);
  void tell_room(const msrp::connection_event& news);
  void claim(const msrp::binding_wanted& wish);
  void on(const msrp::binding_wanted& wish);
  void on(const msrp::message_came& news);
  void on(const msrp::nickname_wanted& news);
  void on(const msrp::data_came_whole& news);
  void on(const msrp::data_stopped& news);
  void on(const msrp::offset_told& news);
  void on(const msrp::message_news& news);
  void on(const msrp::peer_lost& news);
  void work(const std::vector<msrp::connection_event>& events);
  void pump();
  void send_out(std::vector<uint8_t> bytes);
  /// The shard will say when the kernel takes more.
  [[nodiscard]] bool expects_news() const noexcept;
  void keep_pace();
  /// Why the peer is given up, if it does not read, or not fast enough.
  [[nodiscard]] std::optional<std::string> slowness(caf::actor_clock::time_point now) const;
  void give_up(const std::string& why, bool at_once = false);
  void tell_owner(const std::string& why);
  void leave();
  void go_on();
  [[nodiscard]] size_t window() const noexcept;
  void await_time();

  msrp_stream_actor::pointer self_;
  msrp_services_ptr shared_;
  msrp_stream_start start_;
  io::stream_id id_;
  std::string peer_;  ///< for the log
  std::unique_ptr<io::tls_session> tls_;
  msrp::connection connection_;
  std::optional<chat_session> session_;  ///< once bound
  std::optional<file_stream> file_;      ///< that the session carries; absent: chat
  caf::actor_clock::time_point opened_at_{};
  std::optional<room_actor> room_;            ///< once it knows us
  std::vector<msrp::connection_event> held_;  ///< for the room, of before; `limits::msrp_unjudged` at most
  size_t undrained_ = 0;   ///< bytes given to the shard of which it has not said that the kernel took them
  bool asked_ = false;     ///< the shard, because nothing was heard of them for long
  size_t uncredited_ = 0;  ///< bytes that came in and were not granted anew
  caf::actor_clock::time_point heard_{};  ///< when something came last
  caf::actor_clock::time_point
      drained_at_{};  ///< when the kernel took something last, or news are expected since
  msrp::reader_pace pace_;
  std::optional<caf::actor_clock::time_point> timer_;
  bool ended_ = false;
};

/// The `msrp stream` actor: one connection: TLS, MSRP, and the session it is bound to (RFC 4975). Ends with
/// its connection.
msrp_stream_actor::behavior_type msrp_stream(
    msrp_stream_actor::stateful_pointer<std::optional<msrp_stream_state>> self, msrp_services_ptr shared,
    msrp_stream_start start);

}  // namespace confab::actors
