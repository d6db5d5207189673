#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "signaling/web/file_reader.hpp"
#include "signaling/web/http_words.hpp"
#include "signaling/web/request_reader.hpp"
#include "signaling/web/site.hpp"
#include "signaling/web/visitors.hpp"

namespace confab::web {

struct times {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point wall;
};

/// One connection's requests and responses, in turn (RFC 9112): what is read, what is written next, and when
/// patience ends. Whoever owns the socket brings bytes, takes output and keeps time; no sockets and no clock
/// here, only the files that are sent. Owned by the web thread.
class http_session {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  /// `told_off`: the first request gets 429. `pages` and `guests` outlive it.
  http_session(site& pages, visitors& guests, std::string source, bool told_off, clock_time now);

  void on_bytes(std::string_view bytes, const times& now);
  /// The next bytes to write, at most about `limits::web_piece_bytes` besides an event; empty: none now.
  /// Whoever takes some says when they are written.
  [[nodiscard]] std::string take_output(const times& now);
  void on_written(const times& now);

  /// False while a response is on its way: then TCP holds the peer.
  [[nodiscard]] bool wants_bytes() const noexcept;
  /// Nothing more will be read or written: close.
  [[nodiscard]] bool is_over() const noexcept { return over_ && !in_flight_ && output_.empty(); }
  /// Patience is over: close at once, whatever waits.
  [[nodiscard]] bool is_given_up() const noexcept { return given_up_; }
  /// The token of the room whose news it wants, or whose file it sends; empty: none. `take_output` may have
  /// some after each change.
  [[nodiscard]] const std::string& watches() const noexcept;
  /// That room has another token now, which the peer is not told: a file that is being sent is broken off.
  void on_moved() noexcept;

  /// When `on_time` is due.
  [[nodiscard]] clock_time deadline() const noexcept;
  void on_time(const times& now);

 private:
  void serve(const times& now);
  void respond(const request& r, const times& now);
  void send(response what, bool with_body, bool keep_alive, const times& now);
  void refuse(uint16_t status, const std::string& why, bool to_head, const times& now);
  void next_piece();
  [[nodiscard]] bool is_sending() const noexcept;

  site& pages_;
  visitors& guests_;
  std::string source_;
  bool told_off_;
  request_reader reader_;
  size_t served_ = 0;
  std::string output_;
  bool in_flight_ = false;
  bool over_ = false;
  bool given_up_ = false;
  bool keep_alive_ = true;
  frame_ptr frame_;  ///< that is being sent, and how much of it
  size_t frame_at_ = 0;
  std::optional<file_reader> file_;
  std::string file_room_;  ///< its room's token
  std::optional<event_cursor> stream_;
  clock_time quiet_since_;  ///< nothing was read or written since
  clock_time head_since_;   ///< the first byte of the request that is being read came
};

}  // namespace confab::web
