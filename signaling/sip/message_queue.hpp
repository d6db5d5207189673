#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "signaling/sip/message_events.hpp"

namespace confab::sip {

/// A message as it is sent; borrows from what was pushed, until its outcome.
struct message_text {
  std::string_view sender;
  std::string_view type;  ///< value of Content-Type
  std::string_view body;
};

/// What waits for one phone: one message under way at a time, so that they arrive in order. Bounded by
/// `limits::messages_queued_per_call` and `limits::message_bytes_queued`. A phone that refuses MESSAGE
/// altogether, or answers none, gets no more. No I/O; signaling thread.
class message_queue {
 public:
  /// False: there is no room for it, or the phone gets no more.
  [[nodiscard]] bool push(outgoing_message_ptr what);
  /// The one to send now; nothing: one is under way already, or none waits.
  [[nodiscard]] std::optional<message_text> next();

  // The outcome of the one under way.
  void on_response(uint16_t status);  ///< final
  void on_silence();                  ///< no answer came, or nothing could be sent
  /// There is no way for its size: what stands for it is next.
  void on_too_large();

  [[nodiscard]] bool is_closed() const noexcept { return closed_; }

 private:
  void drop_first();
  void close();

  std::deque<outgoing_message_ptr> waiting_;
  size_t bytes_ = 0;
  unsigned unanswered_ = 0;  ///< in a row
  bool under_way_ = false;
  bool shortened_ = false;  ///< of the first, what stands for it is sent
  bool closed_ = false;
};

}  // namespace confab::sip
