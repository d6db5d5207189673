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
#include "actors/shared_line.hpp"
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
  stream_line shard;
  bool tls = true;
  std::optional<chat_session> calls{};  ///< it connects for this session; else it came in
  bool shares =
      false;  ///< `shard` is a stream whose connection it shares, and `calls` what was claimed there
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
  void down(const caf::down_msg& m);
  // msrp_stream_shared.cpp: what the streams of other sessions on the same connection say
  void carry(const send_bytes& m);
  void carry(const ask_drained& m);
  void carry(const grant_bytes& m);
  void carry(const end_stream& m);

 private:
  [[nodiscard]] bool begin_call();
  void bind(chat_session session);
  void tell_room(const msrp::connection_event& news);
  void on(const msrp::binding_wanted& wish);
  void claimed(const session_claim& claim);
  void on(const msrp::guest_bytes& news);
  void on(const msrp::message_came& news);
  void on(const msrp::nickname_wanted& news);
  void on(const msrp::data_came_whole& news);
  void on(const msrp::data_stopped& news);
  void on(const msrp::offset_told& news);
  void on(const msrp::message_news& news);
  void on(const msrp::peer_lost& news);
  void work(const std::vector<msrp::connection_event>& events);
  void pump();
  [[nodiscard]] bool has_output() const noexcept;
  /// By TLS where that is spoken; false: it is given up.
  [[nodiscard]] bool encrypt_out(std::string_view bytes);
  [[nodiscard]] std::string next_own(caf::actor_clock::time_point now);
  // msrp_stream_shared.cpp
  void admit(chat_session session);
  void retire(const std::string& why);
  void end_session(const std::string& why);
  void send_out(std::vector<uint8_t> bytes);
  /// The shard will say when the kernel takes more.
  [[nodiscard]] bool expects_news() const noexcept;
  void keep_pace();
  [[nodiscard]] bool is_stalled(caf::actor_clock::time_point now) const;
  void give_up(const std::string& why, bool at_once = false);
  void tell_owner(const std::string& why);
  void leave();
  void go_on();
  [[nodiscard]] size_t window() const noexcept;
  [[nodiscard]] size_t told_from() const noexcept;
  void await_time();

  msrp_stream_actor::pointer self_;
  msrp_services_ptr shared_;
  msrp_stream_start start_;
  io::stream_id id_;
  socket_address peer_;
  std::unique_ptr<io::tls_session> tls_;
  msrp::connection connection_;
  std::optional<chat_session> session_;  ///< once bound, until it ends and others go on
  std::unique_ptr<shared_line> line_;    ///< to those others, once there was one
  std::optional<file_stream> file_;      ///< that the session carries; absent: chat
  caf::actor_clock::time_point opened_at_{};
  std::optional<room_actor> room_;            ///< once it knows us
  std::string wanted_;                        ///< the session that the register is asked for; empty: none
  std::vector<msrp::connection_event> held_;  ///< for the room, of before; `limits::msrp_unjudged` at most
  size_t undrained_ = 0;   ///< bytes given to the shard of which it has not said that the kernel took them
  bool asked_ = false;     ///< the shard, because nothing was heard of them for long
  size_t uncredited_ = 0;  ///< bytes that came in and were not granted anew
  caf::actor_clock::time_point heard_{};  ///< when something came last
  caf::actor_clock::time_point
      drained_at_{};  ///< when the kernel took something last, or news are expected since
  msrp::reader_pace pace_;
  std::optional<caf::actor_clock::time_point> timer_;
  bool reads_on_ = false;  ///< what was kept back may be worked on after this step
  bool ended_ = false;
};

/// The `msrp stream` actor: one session (RFC 4975) and the connection it is bound to: TLS and MSRP. Ends with
/// its session, or with the last of those that share its connection.
msrp_stream_actor::behavior_type msrp_stream(
    msrp_stream_actor::stateful_pointer<std::optional<msrp_stream_state>> self, msrp_services_ptr shared,
    msrp_stream_start start);

}  // namespace confab::actors
